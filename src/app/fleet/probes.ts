/** A light measurement from outside: a few requests at Poisson times, which see what any request sees. */

import { STREAM, uniformAt } from '../../core/random.ts';
import { median } from '../../stats/trend.ts';
import { type LatencyFacts, middleIn } from '../../verdict/fleet/facts.ts';
import type { World } from '../world.ts';
import type { Answer, Caller } from './caller.ts';

/** What is sent. */
export interface ProbePlan {
  readonly url: string;
  /** Number of requests. */
  readonly count: number;
  /** The time over which they are spread, ms. */
  readonly spreadMs: number;
  /** Decides their times. */
  readonly seed: number;
}

/** What the probes of one server saw. */
export interface ProbesSeen {
  readonly latency: LatencyFacts;
  /** The last request was answered. */
  readonly isLastAnswered: boolean;
}

/** Timers fire about so late by themselves (a whole millisecond each), ms. */
const TIMER_LATE_MS = 1.5;

/** Of a body that is only timed, more is not read. */
const MAX_BYTES = 4_194_304;

/**
 * Times of `count` arrivals in [0, spreadMs), ms, rising: those of a Poisson process of which it is known that it had so
 * many (each is uniform). Periodic ones would meet every cron job and collection, or none.
 */
export function probeTimes({ count, spreadMs, seed }: Omit<ProbePlan, 'url'>): number[] {
  const times = Array.from({ length: count }, (_, index) => spreadMs * uniformAt(seed, STREAM.gap, index));
  return times.toSorted((a, b) => a - b);
}

/** Sends them. None waits for another. @param stop ends the wait: what was not sent then is not */
export async function sendProbes(
  plan: ProbePlan,
  caller: Caller,
  { clock, stop }: Pick<World, 'clock'> & { readonly stop: AbortSignal },
): Promise<ProbesSeen> {
  const startMs = clock.nowMs();
  const lags: number[] = [];
  const sentAt: number[] = [];
  const pending: Promise<Answer | null>[] = [];
  for (const dueMs of probeTimes(plan)) {
    await clock.sleep(Math.max(0, startMs + dueMs - clock.nowMs()), stop);
    if (stop.aborted) break;
    const nowMs = clock.nowMs();
    sentAt.push(nowMs);
    lags.push(Math.max(0, nowMs - startMs - dueMs - TIMER_LATE_MS));
    const question = { url: plan.url, accept: '*/*', maxBytes: MAX_BYTES };
    pending.push(caller.get(question).catch(() => null));
  }
  const answers = await Promise.all(pending);
  const spanMs = (sentAt.at(-1) ?? 0) - (sentAt[0] ?? 0);
  const path = pathOf(plan.url);
  const latency = { path, spanMs, ...latencyOf(answers), ...times(lags, caller) };
  return { latency, isLastAnswered: (answers.at(-1) ?? null) !== null };
}

function times(lags: readonly number[], { connectsMs }: Caller): Pick<LatencyFacts, 'lagMs' | 'connectMs'> {
  return {
    lagMs: lags.length === 0 ? 0 : median(lags),
    connectMs: connectsMs.length === 0 ? null : median(connectsMs),
  };
}

type Counted = Pick<LatencyFacts, 'sent' | 'broken' | 'refused' | 'limited' | 'errors' | 'response' | 'calm'>;

function latencyOf(answers: readonly (Answer | null)[]): Counted {
  const whole = answers.filter((answer) => answer !== null);
  const count = (is: (status: number) => boolean): number => whole.filter(({ status }) => is(status)).length;
  return {
    sent: answers.length,
    broken: answers.length - whole.length,
    refused: count((status) => status === 503),
    limited: count((status) => status === 429),
    errors: count((status) => status >= 500 && status !== 503),
    response: middleIn(whole.filter(({ status }) => status < 400).map(({ tookMs }) => tookMs)),
    calm: null,
  };
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
