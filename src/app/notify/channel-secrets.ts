/** What about channels must not be shown: whoever knows it can tell in our name. */

import { decoded, isSecretName } from '../../core/text.ts';
import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import type { Secrets } from '../../plan/plan.ts';
import { expand } from '../../plan/secrets.ts';
import { proxyUrl } from '../world/proxy.ts';
import type { World } from '../world.ts';

/** The settings with the values of their references. */
export function expanded(settings: NotifierSettings, secrets: Secrets): NotifierSettings {
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
    case 'slack':
    case 'teams':
    case 'discord':
    case 'healthchecks':
      return { ...settings, url: full(settings.url) };
    case 'webhook': {
      const { url, secret } = settings;
      return { ...settings, url: full(url), secret: secret === null ? null : expand(secret, secrets) };
    }
    case 'exec': {
      const [program, ...args] = settings.command;
      return { ...settings, command: [full(program), ...args.map((arg) => expand(arg, secrets))] };
    }
  }
}

/**
 * Every value that no output may show, for a redactor: what references stand for, keys, and of each URL the whole, its
 * path and the pieces of it, for whoever knows the path of a webhook may post to it. A piece that is the name of a
 * notifier is none. Those of the environment's proxies too.
 */
export function channelSecrets(
  notify: readonly NotifierSettings[],
  secrets: Secrets,
  env: World['env'],
): readonly string[] {
  const names = new Set(notify.map(({ name }) => name));
  const own = notify
    .flatMap((each) => ownSecrets(expanded(each, secrets)))
    .filter((value) => !names.has(value));
  const proxies = PROXIES.flatMap((name) => userOf(proxyUrl(env[name] ?? '')));
  const all = [...Object.values(secrets).flatMap((value) => [value, value.trim()]), ...own, ...proxies];
  return [...new Set(all)].filter((value) => value !== '');
}

const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

function ownSecrets(settings: NotifierSettings): readonly string[] {
  switch (settings.kind) {
    case 'pagerduty':
      return [settings.routingKey, ...(settings.url === null ? [] : urlSecrets(settings.url))];
    case 'alertmanager':
      return settings.urls.flatMap(urlSecrets);
    case 'webhook':
      return [...urlSecrets(settings.url), ...(settings.secret === null ? [] : [settings.secret])];
    case 'slack':
    case 'teams':
    case 'discord':
    case 'healthchecks':
      return urlSecrets(settings.url);
    case 'exec':
      return settings.command.flatMap((word, index) => wordSecrets(word, settings.command[index - 1] ?? ''));
  }
}

/** Pieces of the paths of webhooks that every one of them has. */
const PUBLIC = new Set(
  (
    'services api webhooks webhook hooks hook workflows triggers manual paths invoke enqueue alerts ping start fail log ' +
    'powerautomate automations direct alertmanager notify'
  ).split(' '),
);

function urlSecrets(text: string): string[] {
  if (!URL.canParse(text)) return [text];
  const { pathname, search, searchParams, host } = new URL(text);
  const pieces = pathname.split('/').filter((piece) => !PUBLIC.has(piece));
  const isPublic = pieces.every((piece) => piece === '' || /^v\d$/.test(piece));
  const paths = isPublic ? [] : [text, host + pathname + search, pathname, pathname.slice(1), ...pieces];
  const values = [...searchParams.values()].filter((value) => value.length >= SHORTEST_VALUE);
  const found = [...userOf(text), ...paths, ...values, ...(search === '' ? [] : [search.slice(1)])];
  return found.flatMap((value) => [value, decoded(value)]);
}

/** Shorter values of a query, such as an API version, hide nothing. */
const SHORTEST_VALUE = 12;

/** User and password of a URL: each, both, and as they are sent. */
function userOf(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { username, password } = new URL(text);
  const pair = `${decoded(username)}:${decoded(password)}`;
  if (pair === ':') return [];
  return [`${username}:${password}`, pair, password, decoded(password), Buffer.from(pair).toString('base64')];
}

/** What an argument of a program hides: a URL, or a value that is named as a secret, as in `--token=x` and `--token x`. */
function wordSecrets(word: string, before: string): string[] {
  const [, name = before.startsWith('-') ? before : '', value = word] = /^([\w-]+)=(.+)$/s.exec(word) ?? [];
  const address = /^https?:/i.test(value) ? urlSecrets(value) : [];
  return isSecretName(name) ? [value, ...address] : address;
}
