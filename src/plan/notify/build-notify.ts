/** What the `notify` section means: every default filled in, every name unique, every address checked. */

import { isSecretHeader } from '../../core/text.ts';
import { KINDS, type NotifierFacts, type NotifierKind, type NotifierSettings } from '../canary/notifier.ts';
import type { Secrets } from '../plan.ts';
import type { Path } from '../position.ts';
import { emptyReference, expand } from '../request/expansion.ts';
import { mergeHeaders } from '../section/headers.ts';
import type { Complain } from '../section/schedule.ts';
import { type EndpointFault, endpointFault } from './endpoint.ts';
import type { NotifierInput } from './notify-section.ts';

/** How long a program may take that is told, ms. */
const EXEC_TIMEOUT_MS = 10_000;

/**
 * Those who are told; null when the plan has no such section.
 *
 * @param secrets values of references; null: they are not known, and addresses that hold some are not looked at
 * @param complain called once for each thing that does not fit; the list returned is then not to be used
 */
export function buildNotify(
  written: readonly NotifierInput[] | undefined,
  secrets: Secrets | null,
  complain: Complain,
): readonly NotifierSettings[] | null {
  if (written === undefined) return null;
  const names = namesOf(written, complain);
  return written.flatMap((input, index) => {
    const kind = kindOf(input);
    if (kind === null) return [];
    const name = names[index] ?? kind;
    const settings = settingsOf(input, {
      name,
      least: input.least ?? (kind === 'pagerduty' ? 'page' : 'ticket'),
    });
    if (settings === null) return [];
    const place = { input, at: ['notify', index, kind], secrets };
    checkAddresses(settings, place, complain);
    checkKeys(settings, place, complain);
    return [settings];
  });
}

function kindOf(input: NotifierInput): NotifierKind | null {
  return KINDS.find((kind) => input[kind] !== undefined) ?? null;
}

/** Names that were given, and for the others the kind, numbered from the second on. */
function namesOf(written: readonly NotifierInput[], complain: Complain): string[] {
  const taken = new Set<string>();
  for (const [index, { name }] of written.entries()) {
    if (name === undefined) continue;
    if (taken.has(name)) {
      complain('file', {
        path: ['notify', index, 'name'],
        message: `there are two notifiers "${name}"`,
        hint: 'give each a name of its own: what could not be delivered is known by it',
      });
    }
    taken.add(name);
  }
  return written.map((input) => {
    if (input.name !== undefined) return input.name;
    const kind = kindOf(input) ?? 'notifier';
    let name: string = kind;
    for (let number = 2; taken.has(name); number += 1) name = `${kind}-${number}`;
    taken.add(name);
    return name;
  });
}

function settingsOf(input: NotifierInput, facts: NotifierFacts): NotifierSettings | null {
  const { pagerduty, alertmanager, webhook, exec } = input;
  if (pagerduty !== undefined) {
    return { ...facts, kind: 'pagerduty', routingKey: pagerduty.routingKey, url: pagerduty.url ?? null };
  }
  if (alertmanager !== undefined) {
    const { url, urls = [], labels = {} } = alertmanager;
    return { ...facts, kind: 'alertmanager', urls: url === undefined ? urls : [url], labels };
  }
  if (webhook !== undefined) {
    const { url, secret = null, headers = [] } = webhook;
    return { ...facts, kind: 'webhook', url, secret, headers: mergeHeaders(headers) };
  }
  if (exec !== undefined) {
    const [program = '', ...rest] = exec.command;
    return {
      ...facts,
      kind: 'exec',
      command: [program, ...rest],
      timeoutMs: exec.timeout ?? EXEC_TIMEOUT_MS,
    };
  }
  return hookOf(input, facts);
}

function hookOf(input: NotifierInput, facts: NotifierFacts): NotifierSettings | null {
  for (const kind of ['slack', 'teams', 'discord', 'healthchecks'] as const) {
    const hook = input[kind];
    if (hook !== undefined) return { ...facts, kind, url: hook.url };
  }
  return null;
}

/** The addresses of a notifier, in order; none for a program. */
export function addressesOf(settings: NotifierSettings): readonly string[] {
  if (settings.kind === 'exec') return [];
  if (settings.kind === 'alertmanager') return settings.urls;
  return settings.url === null ? [] : [settings.url];
}

interface Place {
  readonly input: NotifierInput;
  readonly at: Path;
  readonly secrets: Secrets | null;
}

/**
 * A variable that is set to nothing, as CI services set those that they do not have, would sign what anybody can sign, and
 * lose every event to a receiver that refuses it for good.
 */
function checkKeys(settings: NotifierSettings, { at, secrets }: Place, complain: Complain): void {
  if (secrets === null) return;
  for (const [path, text] of keysOf(settings)) {
    const fault = emptyFault(text, secrets);
    if (fault !== null) complain('file', { path: [...at, ...path], ...fault });
  }
}

/** What of a notifier is worth nothing when a part of it is missing, addresses aside, and where it stands. */
function keysOf(settings: NotifierSettings): readonly (readonly [at: Path, text: string])[] {
  switch (settings.kind) {
    case 'pagerduty':
      return [[['routingKey'], settings.routingKey]];
    case 'webhook': {
      const { secret, headers } = settings;
      const named = headers.filter(([name]) => isSecretHeader(name));
      return [
        ...(secret === null ? [] : [[['secret'], secret] as const]),
        ...named.map(([name, value]) => [['headers', name], value] as const),
      ];
    }
    case 'exec':
      return [[['command', 0], settings.command[0]]];
    default:
      return [];
  }
}

function emptyFault(text: string, secrets: Secrets): EndpointFault | null {
  const key = emptyReference(text, secrets);
  if (key === null && expand(text, secrets).trim() !== '') return null;
  return {
    message: key === null ? 'this is empty' : `the value of \${${key}} is empty`,
    hint: 'give what it names its value, or take it out of the plan',
  };
}

function checkAddresses(settings: NotifierSettings, { input, at, secrets }: Place, complain: Complain): void {
  // The address of these is known to many, and only a part of it may come from elsewhere.
  const isOpen = settings.kind === 'alertmanager' || settings.kind === 'pagerduty';
  for (const [index, url] of addressesOf(settings).entries()) {
    const isLacking = !isOpen && secrets !== null;
    const fault = (isLacking ? emptyFault(url, secrets) : null) ?? endpointFault(url, secrets);
    if (fault === null) continue;
    const isMember = input.alertmanager?.urls !== undefined;
    complain('file', { path: [...at, ...(isMember ? ['urls', index] : ['url'])], ...fault });
  }
}
