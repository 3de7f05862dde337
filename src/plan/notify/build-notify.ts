/** What the `notify` section means: every default filled in, every name unique, every address checked. */

import { KINDS, type NotifierFacts, type NotifierKind, type NotifierSettings } from '../canary/notifier.ts';
import type { Secrets } from '../plan.ts';
import type { Path } from '../position.ts';
import { expand } from '../request/expansion.ts';
import { mergeHeaders } from '../section/headers.ts';
import type { Complain } from '../section/schedule.ts';
import { endpointFault } from './endpoint.ts';
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

/** A variable that is set to nothing, as CI services set those that they do not have, would sign what anybody can sign. */
function checkKeys(settings: NotifierSettings, { at, secrets }: Place, complain: Complain): void {
  if (secrets === null) return;
  const keys = {
    routingKey: settings.kind === 'pagerduty' ? settings.routingKey : null,
    secret: settings.kind === 'webhook' ? settings.secret : null,
  };
  for (const [name, key] of Object.entries(keys)) {
    if (key === null || expand(key, secrets).trim() !== '') continue;
    complain('file', {
      path: [...at, name],
      message: 'with the values of its references this is empty',
      hint: 'give the variable or the file that it names its value',
    });
  }
}

function checkAddresses(settings: NotifierSettings, { input, at, secrets }: Place, complain: Complain): void {
  for (const [index, url] of addressesOf(settings).entries()) {
    const fault = endpointFault(url, secrets);
    if (fault === null) continue;
    const isMember = input.alertmanager?.urls !== undefined;
    complain('file', { path: [...at, ...(isMember ? ['urls', index] : ['url'])], ...fault });
  }
}
