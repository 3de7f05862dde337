/** What the environment would do to a measurement behind the user's back. */

import { UsageError } from '../core/errors.ts';
import type { World } from './world.ts';

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];

/** Remarks on variables that other tools obey and this one does not. @param proxied a proxy was chosen by flag or plan */
export function environmentRemarks(env: World['env'], proxied: boolean): string[] {
  const set = PROXIES.filter((name) => (env[name] ?? '') !== '');
  if (set.length === 0 || proxied) return [];
  const verb = set.length === 1 ? 'is' : 'are';
  return [
    `${set.join(', ')} ${verb} set and ignored: a measurement goes straight to its target; use --proxy to go through one`,
  ];
}

/**
 * Refuses what would switch off certificate checks for the whole process without a trace in the result.
 *
 * @throws UsageError when NODE_TLS_REJECT_UNAUTHORIZED is 0
 */
export function refuseBlindTls(env: World['env']): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new UsageError(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is set: certificates would go unchecked, unseen in the result',
    {
      hint: 'unset it, and use -k where certificates are not to be verified',
    },
  );
}
