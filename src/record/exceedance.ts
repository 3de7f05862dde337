/** How one attempt counts against one objective. */

import { type Attempt, lagMs, responseMs } from '../core/attempt.ts';
import { toStep } from '../core/quantum.ts';
import type { CountRule } from './layout.ts';
import type { Exceedance } from './window.ts';

/** An attempt and whether it failed. */
export interface Judged {
  readonly attempt: Attempt;
  readonly failed: boolean;
}

/**
 * Adds one attempt to an objective's counts. A failed or dropped attempt exceeds every latency limit, so that
 * a fast error cannot improve a percentile. `exceededOwn` counts the same on the response time less our own
 * lag and stalls, and without the timeouts that a stall of ours may have caused: where the two disagree, the
 * generator and not the server decided. A dropped attempt was
 * never sent: ratios of errors and of statuses are of those that were.
 */
export function countAgainst(rule: CountRule, counts: Exceedance, judged: Judged): void {
  counts.count += 1;
  switch (rule.kind) {
    case 'latency':
      return countLatency(rule.limitMs, counts, judged);
    case 'failed':
      return countFailure(counts, judged);
    case 'status':
      return countSent(counts, judged, hasStatus(judged.attempt, rule.from, rule.to));
    case 'dropped':
      return countWhen(counts, judged.attempt.outcome === 'dropped');
    case 'mean':
      return countMean(counts, judged);
    case 'apdex':
      counts.sum += judged.failed ? 0 : apdexScore(responseMs(judged.attempt), rule.thresholdMs);
      return;
    case 'none':
      return;
  }
}

function countLatency(limitMs: number, counts: Exceedance, { attempt, failed }: Judged): void {
  const ownMs = lagMs(attempt) + attempt.stallMs;
  if (failed) {
    counts.exceeded += 1;
    counts.overHalf += 1;
    counts.overQuarter += 1;
    if (!isLateDrop(attempt) && !isStalledTimeout(attempt)) counts.exceededOwn += 1;
    return;
  }
  const ms = responseMs(attempt);
  if (ms > limitMs / 4) counts.overQuarter += 1;
  if (ms > limitMs / 2) counts.overHalf += 1;
  if (ms > limitMs) counts.exceeded += 1;
  if (ms - ownMs > limitMs) counts.exceededOwn += 1;
}

/** What has no time is no part of a mean; `exceeded` tells how many there were, lest a pass leave them out. */
function countMean(counts: Exceedance, judged: Judged): void {
  if (!judged.failed) {
    counts.sum += toStep(responseMs(judged.attempt));
    return;
  }
  counts.count -= 1;
  countLatency(Infinity, counts, judged);
}

function countFailure(counts: Exceedance, judged: Judged): void {
  countSent(counts, judged, judged.failed);
  if (judged.failed && isStalledTimeout(judged.attempt)) counts.exceededOwn -= 1;
}

function countSent(counts: Exceedance, { attempt }: Judged, exceeded: boolean): void {
  if (attempt.outcome === 'dropped') counts.count -= 1;
  else countWhen(counts, exceeded);
}

/** Only a response that came whole has a status in our books. */
function hasStatus(attempt: Attempt, from: number, to: number): boolean {
  return attempt.outcome === 'completed' && attempt.status >= from && attempt.status <= to;
}

function countWhen(counts: Exceedance, exceeded: boolean): void {
  if (!exceeded) return;
  counts.exceeded += 1;
  counts.exceededOwn += 1;
}

/** True for a drop that our own late code caused: it never got as far as waiting for a connection. */
export function isLateDrop(attempt: Attempt): boolean {
  return attempt.outcome === 'dropped' && attempt.phase === null;
}

/** Share of a timeout's age from which a stall of ours may be what it died of, rather than what it met. */
const STALLED_SHARE = 0.1;

/**
 * True for a timeout during which our own loop stood still for a good part of the time: the answer may have
 * come, and lain unread. A short stall in a long wait excuses nothing, or no dead server would ever fail.
 */
export function isStalledTimeout({ cause, stallMs, readyMs, endMs }: Attempt): boolean {
  const timedOut = cause === 'headers-timeout' || cause === 'body-timeout' || cause === 'connect-timeout';
  return timedOut && stallMs > 0 && stallMs >= STALLED_SHARE * (endMs - readyMs);
}

/** Apdex score of one response: Apdex Alliance, Technical Specification 1.1 (2007). */
function apdexScore(ms: number, thresholdMs: number): number {
  if (ms <= thresholdMs) return 1;
  return ms <= 4 * thresholdMs ? 0.5 : 0;
}
