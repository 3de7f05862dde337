/** From the notifiers of a plan to channels that can be used, and to everything about them that must not be shown. */

import { createRedactor } from '../../core/text.ts';
import { alertmanager } from '../../notify/alertmanager.ts';
import type { Means } from '../../notify/answer.ts';
import type { Channel } from '../../notify/channel.ts';
import { discord } from '../../notify/discord.ts';
import { exec } from '../../notify/exec.ts';
import { healthchecks } from '../../notify/healthchecks.ts';
import { pagerduty } from '../../notify/pagerduty.ts';
import { slack } from '../../notify/slack.ts';
import { teams } from '../../notify/teams.ts';
import { webhook } from '../../notify/webhook.ts';
import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import type { Secrets } from '../../plan/plan.ts';
import { expand } from '../../plan/secrets.ts';
import type { World } from '../world.ts';

/** What channels need of the world. */
export type Reach = Pick<World, 'post' | 'processes' | 'clock' | 'env'>;

/**
 * The channels of a plan in its order, their references replaced by values. Whatever they say of an attempt holds none of
 * {@link channelSecrets}.
 */
export function openChannels(
  notify: readonly NotifierSettings[],
  secrets: Secrets,
  { post, processes, clock, env }: Reach,
): readonly Channel[] {
  const redact = createRedactor(channelSecrets(notify, secrets, env));
  const means: Means & Parameters<typeof exec>[1] = {
    post,
    redact,
    wallMs: clock.wallMs,
    feed: processes.feed,
  };
  return notify.map((each) => channelOf(expanded(each, secrets), means));
}

function channelOf(settings: NotifierSettings, means: Means & Parameters<typeof exec>[1]): Channel {
  switch (settings.kind) {
    case 'pagerduty':
      return pagerduty(settings, means);
    case 'alertmanager':
      return alertmanager(settings, means);
    case 'slack':
      return slack({ ...settings }, means);
    case 'teams':
      return teams({ ...settings }, means);
    case 'discord':
      return discord({ ...settings }, means);
    case 'healthchecks':
      return healthchecks({ ...settings }, means);
    case 'webhook':
      return webhook(settings, means);
    case 'exec':
      return exec(settings, means);
  }
}

function expanded(settings: NotifierSettings, secrets: Secrets): NotifierSettings {
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
 * path and the pieces of it, for whoever knows the path of a webhook may post to it. Those of the environment's proxies too.
 */
export function channelSecrets(
  notify: readonly NotifierSettings[],
  secrets: Secrets,
  env: World['env'],
): readonly string[] {
  const own = notify.flatMap((each) => ownSecrets(expanded(each, secrets)));
  const proxies = PROXIES.flatMap((name) => userOf(env[name] ?? ''));
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
      return [];
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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
