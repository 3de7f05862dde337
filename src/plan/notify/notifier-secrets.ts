/** What is secret in a notifier: who knows it can tell in our name. The one place that says so. */
import { decoded, isSecretName, redactUrl } from '../../core/text.ts';
import type { NotifierSettings } from '../canary/notifier.ts';
import type { Secrets } from '../plan.ts';
import { expand } from '../request/expansion.ts';
import { secretsOfHeaders } from '../source/header-secrets.ts';
import { urlSecrets } from '../source/url-secrets.ts';

/** The settings with the values of their references. */
export function expandedNotifier(settings: NotifierSettings, secrets: Secrets): NotifierSettings {
  const full = (text: string): string => expand(text, secrets).trim();
  switch (settings.kind) {
    case 'pagerduty': {
      const { routingKey, url } = settings;
      return { ...settings, routingKey: full(routingKey), url: url === null ? null : full(url) };
    }
    case 'alertmanager': {
      const labels = Object.entries(settings.labels).map(([name, value]) => [name, full(value)]);
      return { ...settings, urls: settings.urls.map(full), labels: Object.fromEntries(labels) };
    }
    case 'webhook': {
      const { url, secret } = settings;
      return {
        ...settings,
        url: full(url),
        secret: secret === null ? null : expand(secret, secrets),
        headers: settings.headers.map(([name, value]) => [name, full(value)]),
      };
    }
    case 'exec': {
      const [program, ...args] = settings.command;
      return { ...settings, command: [full(program), ...args.map((arg) => expand(arg, secrets))] };
    }
    default:
      return { ...settings, url: full(settings.url) };
  }
}

/**
 * Which pieces of a path count: `all` in what a channel answers, who may give back the one piece that is its secret;
 * `drawn` at random elsewhere, where hiding words, such as the name of a check, would ruin the text.
 */
export type PathPieces = 'all' | 'drawn';

/**
 * Every value of notifiers that no output may show, references expanded: keys, and of each URL the whole, its path and
 * pieces of that, for whoever knows the path of a webhook may post to it. The name of a notifier is none.
 */
export function notifierSecrets(
  notify: readonly NotifierSettings[],
  secrets: Secrets,
  which: PathPieces,
): string[] {
  const names = new Set(notify.map(({ name }) => name));
  return notify
    .flatMap((settings) => ownSecrets(expandedNotifier(settings, secrets), which))
    .filter((value) => value !== '' && !names.has(value));
}

function ownSecrets(settings: NotifierSettings, which: PathPieces): readonly string[] {
  const hidden = (url: string): string[] => hookSecrets(url, which);
  switch (settings.kind) {
    case 'pagerduty':
      return [settings.routingKey, ...(settings.url === null ? [] : hidden(settings.url))];
    case 'alertmanager':
      return settings.urls.flatMap(hidden);
    case 'webhook':
      return [...hidden(settings.url), settings.secret ?? '', ...secretsOfHeaders(settings.headers)];
    case 'exec':
      return commandSecrets(settings.command, hidden);
    default:
      return hidden(settings.url);
  }
}

/** Pieces of the paths of webhooks that every one of them has. */
const PUBLIC = new Set(
  (
    'services api webhooks webhook hooks hook workflows triggers manual paths invoke enqueue alerts ping start fail log ' +
    'powerautomate automations direct alertmanager notify'
  ).split(' '),
);

/** Shorter values of a query, such as an API version, hide nothing; longer words are taken for drawn ones. */
const SHORTEST_DRAWN = 12;

function hookSecrets(text: string, which: PathPieces): string[] {
  if (!URL.canParse(text)) return [text];
  const { pathname, search, searchParams, host } = new URL(text);
  const pieces = pathname.split('/').filter((piece) => !PUBLIC.has(piece));
  const isPublic = pieces.every((piece) => piece === '' || /^v\d$/.test(piece));
  const paths = isPublic ? [] : [text, host + pathname + search, pathname];
  const counted = [pathname.slice(1), ...pieces].filter((piece) => which === 'all' || isDrawn(piece));
  const values = [...searchParams.values()].filter((value) => value.length >= SHORTEST_DRAWN);
  const found = [...paths, ...(isPublic ? [] : counted), ...values, search.slice(1)];
  return [...urlSecrets(text), ...found.flatMap((value) => [value, decoded(value)])];
}

/** Whether a piece of a path is none of a language: a part of it has a figure, a capital letter, or is long. */
function isDrawn(piece: string): boolean {
  return piece.split(/[-_.]/).some((part) => /[^a-z]/.test(part) || part.length >= SHORTEST_DRAWN);
}

/** What arguments of a program hide: URLs, and values that are named as secrets. */
function commandSecrets(command: readonly string[], hidden: (url: string) => string[]): string[] {
  return command.flatMap((word, index) => {
    const named = namedValue(word, command[index - 1]);
    const [, address = ''] = /^(?:[\w-]+=)?(https?:.*)$/is.exec(word) ?? [];
    return [named ?? '', ...(address === '' ? [] : hidden(address))];
  });
}

/** The secret value in an argument, as in `--token abc`, `--token=abc`; null when it has none. */
function namedValue(word: string, before: string | undefined): string | null {
  const [, name, value] = /^([^=\s]+)=(.+)$/s.exec(word) ?? [];
  if (name !== undefined && value !== undefined && isSecretName(name)) return value;
  const isNamed = before?.startsWith('-') === true && !before.includes('=') && isSecretName(before);
  return isNamed && !word.startsWith('-') ? word : null;
}

/** A command as it may be shown: `***` for the values of arguments that are named as secrets. */
export function shownCommand(command: readonly string[]): string[] {
  return command.map((word, index) => {
    const value = namedValue(word, command[index - 1]);
    if (value === null || /^(?:\$\{[^}]*\})+$/.test(value)) return redactUrl(word);
    return `${word.slice(0, word.length - value.length)}***`;
  });
}
