/** What must not be shown of how channels are reached. */

import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import { notifierSecrets } from '../../plan/notify/notifier-secrets.ts';
import type { Secrets } from '../../plan/plan.ts';
import { urlSecrets } from '../../plan/source/url-secrets.ts';
import { proxyUrl } from '../world/proxy.ts';
import type { World } from '../world.ts';

const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

/**
 * Every value that no output may show, for a redactor: what references stand for, what is secret in notifiers (see
 * `notifierSecrets`), and user and password of the environment's proxies.
 */
export function channelSecrets(
  notify: readonly NotifierSettings[],
  secrets: Secrets,
  env: World['env'],
): readonly string[] {
  const proxies = PROXIES.flatMap((name) => urlSecrets(proxyUrl(env[name] ?? '')));
  const values = Object.values(secrets).flatMap((value) => [value, value.trim()]);
  const all = [...values, ...notifierSecrets(notify, secrets, 'all'), ...proxies];
  return [...new Set(all)].filter((value) => value !== '');
}
