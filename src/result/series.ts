/** The course of a run, window by window of intended start. */

import type { Recording } from '../record/recording.ts';
import { coarseQuantileMs } from '../record/window.ts';
import type { WindowResult } from './document.ts';
import { roundMs } from './rounding.ts';

/** Below this many values the 99th percentile is the largest value, and not shown. */
const LEAST_FOR_P99 = 100;

/** One entry per window in which something was due. `load`: in the closed loop there is no lag. */
export function buildSeries(recording: Recording, load: 'open' | 'closed'): WindowResult[] {
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
  }));
}
