/** healthchecks.io, or one's own: it raises the alarm when a canary no longer runs. */

import type { Severity } from '../verdict/canary/event.ts';
import { judged, type Means, requestOf, sendOnce } from './answer.ts';
import type { Attempted, Channel, Heartbeat, PostRequest, PostResponse } from './channel.ts';
import { fitBytes, oneLine } from './text.ts';

/** A check. */
export interface HealthchecksSettings {
  readonly name: string;
  readonly least: Severity;
  /** Ping URL, by UUID or by ping key and slug. Its path is the secret. */
  readonly url: string;
}

/** What an installation of its own keeps of a body unless told. */
const MAX_BYTES = 10_000;

const PATHS = { start: '/start', success: '', fail: '/fail', log: '/log' } as const;

/** A channel that hears of every run and of no event. */
export function healthchecks(settings: HealthchecksSettings, means: Means): Channel {
  const { name, least, url } = settings;
  return {
    name,
    kind: 'healthchecks',
    least,
    tell: null,
    renew: null,
    beat: (beat, withinMs) => sendOnce(means, () => request(beat, url, withinMs), judgedHere),
  };
}

function request({ phase, runId, text }: Heartbeat, url: string, withinMs: number | undefined): PostRequest {
  const found = new URL(url);
  found.pathname = found.pathname.replace(/\/+$/, '') + PATHS[phase];
  found.searchParams.set('rid', runId);
  const body = fitBytes(text.split('\n').map(oneLine).join('\n'), MAX_BYTES);
  return requestOf({ url: found.href, body, type: 'text/plain; charset=utf-8', withinMs });
}

/** The hosted service answers 200 to a ping by UUID whatever became of it, and says in the body what did. */
function judgedHere(response: PostResponse, means: Means): Attempted {
  const attempted = judged(response, means);
  if (attempted.status !== 'accepted') return attempted;
  if (/^OK \(not found\)/i.test(response.body)) return { status: 'refused', text: attempted.text };
  if (/^OK \(rate limited\)/i.test(response.body)) {
    return { status: 'later', text: attempted.text, afterMs: null };
  }
  return attempted;
}
