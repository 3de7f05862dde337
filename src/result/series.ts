/** The course of a run, window by window of intended start. */

import type { Recording } from '../record/recording.ts';
import { coarseEdgeMs, coarseQuantileMs, type Window } from '../record/window.ts';
import type { WindowResult } from './document.ts';
import { roundMs } from './rounding.ts';

/** Below this many values the 99th percentile is the largest value, and not shown. */
const LEAST_FOR_P99 = 100;

/** One entry per window in which something was due. `load`: in the closed loop there is no lag. */
export function buildSeries(recording: Recording, load: 'open' | 'closed'): WindowResult[] {
  const endings = endingsOf(recording);
  return recording.windows().map((window) => ({
    fromMs: roundMs(window.index * recording.layout.windowMs) ?? 0,
    sent: window.sent,
    completed: window.completed,
    good: window.good,
    failed: window.failed,
    dropped: window.dropped,
    p50Ms: roundMs(coarseQuantileMs(window.coarse, 0.5)),
    p99Ms: window.good < LEAST_FOR_P99 ? null : roundMs(coarseQuantileMs(window.coarse, 0.99)),
    lagMaxMs: load === 'closed' ? null : roundMs(window.lagMaxMs),
    ...endings(window),
    byCause: Object.fromEntries([...window.causes].sort(([a], [b]) => (a < b ? -1 : 1))),
    byStatus: Object.fromEntries([...window.statuses].sort(([a], [b]) => a - b)),
    latency: encodeCoarse(window.coarse),
  }));
}

/** What came back in each window, and how many were under way at its end. To be asked in ascending order. */
function endingsOf({
  completions,
}: Recording): (window: Window) => Pick<WindowResult, 'answered' | 'answeredGood' | 'inFlight'> {
  let next = 0;
  let inFlight = 0;
  return ({ index, sent }) => {
    for (; next < index; next += 1) inFlight -= endedIn(completions.inWindow(next));
    const ended = completions.inWindow(index);
    next = index + 1;
    inFlight += sent - endedIn(ended);
    return { answered: ended.completed, answeredGood: ended.good, inFlight: Math.max(0, inFlight) };
  };
}

function endedIn({ completed, broken }: { readonly completed: number; readonly broken: number }): number {
  return completed + broken;
}

/** Non-empty buckets as `bucket:count` with blanks between, ascending. */
function encodeCoarse(coarse: Uint32Array): string {
  return Array.from(coarse, (count, bucket) => (count > 0 ? `${bucket}:${count}` : ''))
    .filter((text) => text !== '')
    .join(' ');
}

/** One bucket of a window's latencies: at least `fromMs`, below `toMs`. */
export interface LatencyBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** The buckets in a window's `latency`, ascending; whatever is none is passed over. */
export function decodeLatency(latency: string): LatencyBucket[] {
  return [...latency.matchAll(/(?<![^ ])(\d{1,3}):(\d{1,15})(?![^ ])/g)].map(([, bucket, count]) => ({
    fromMs: coarseEdgeMs(Number(bucket)),
    toMs: coarseEdgeMs(Number(bucket) + 1),
    count: Number(count),
  }));
}
