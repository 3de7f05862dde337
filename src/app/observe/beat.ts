/** When servers are looked at while a load is on. */

import type { Clock } from '../../core/clock.ts';

/** Time between two looks, ms. */
const BEAT_MS = 1000;

/** Least time between two looks, ms: what is counted over less says little. */
const LEAST_MS = 250;

/** Time from the first look to the start of the schedule, ms, when there is as much. */
const AHEAD_MS = 50;

/** Times of a load, monotonic, ms. */
export interface Beat {
  /** Start of the schedule, and of its measured part, which the looks are aligned to. */
  readonly startMs: number;
  readonly measuredMs: number;
  /** End of the schedule; Infinity when something else ends it. */
  readonly endMs: number;
}

/**
 * Calls `look` right before the schedule starts, on each whole second of the measured part, and at the schedule's end.
 * One look after another: where one takes longer than a second, the next beat is skipped.
 *
 * @param ended aborted when the load is over: ends it at once
 */
export async function keepBeat(
  beat: Beat,
  { clock, ended }: { readonly clock: Clock; readonly ended: AbortSignal },
  look: (isFirst: boolean) => Promise<void>,
): Promise<void> {
  const until = (atMs: number): Promise<void> => clock.sleep(Math.max(0, atMs - clock.nowMs()), ended);
  await until(beat.startMs - AHEAD_MS);
  if (ended.aborted) return;
  await look(true);
  for (;;) {
    const nowMs = clock.nowMs();
    if (nowMs >= beat.endMs) return;
    const nextMs = nextBeatMs(Math.max(nowMs, beat.startMs), beat);
    await until(nextMs);
    if (ended.aborted) return;
    await look(false);
    if (nextMs >= beat.endMs) return;
  }
}

/** The next whole second that is no less than a quarter of one away; the end, where that comes about then. */
export function nextBeatMs(nowMs: number, { measuredMs, endMs }: Pick<Beat, 'measuredMs' | 'endMs'>): number {
  const beats = Math.ceil((nowMs + LEAST_MS - measuredMs) / BEAT_MS);
  const nextMs = measuredMs + beats * BEAT_MS;
  return endMs - nextMs < LEAST_MS ? endMs : nextMs;
}
