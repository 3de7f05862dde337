/**
 * Requests that were never answered, where they waited longer than a latency limit allows: whatever would have come,
 * it came too late.
 */

import { isLatency, type Objective } from '../../plan/plan.ts';
import { Recording } from '../../record/recording.ts';
import { addExceedance, type Exceedance, emptyExceedance, emptyWindow } from '../../record/window.ts';
import { isShare } from './evidence.ts';
import { judgedSpans } from './judged-spans.ts';
import { clockOf, type Measured } from './question.ts';

/**
 * The run with what is in flight counted as beyond each latency limit below `drainMs`, where the whole run is
 * judged as one: in a part of it nobody knows which of them belong there. They are put where arrivals came last, as
 * close together as these came, so that a spell of silence weighs as the one spell that it is. The run itself when
 * there is no such limit or nothing in flight; its recording stays as it is.
 *
 * @param drainMs the least age of what is in flight, ms
 */
export function withSilence(measured: Measured, drainMs: number): Measured {
  const { plan, recording } = measured;
  const spans = judgedSpans(plan.load, clockOf(measured));
  if (spans.length !== 1 || spans[0]?.isWhole !== true) return measured;
  const silent = new Map<number, number>();
  for (const [index, objective] of [...plan.objectives, ...plan.agreement].entries()) {
    const target = recording.layout.objectives[index]?.target ?? null;
    const { inFlight = 0 } = (target === null ? recording.counts : recording.targets[target]) ?? {};
    if (inFlight > 0 && isOverdue(objective, drainMs)) silent.set(index, inFlight);
  }
  if (silent.size === 0) return measured;
  return { ...measured, recording: charged(measured, silent), charged: new Set(silent.keys()) };
}

function isOverdue(objective: Objective, drainMs: number): boolean {
  const { indicator, op, limit, windowMs } = objective;
  const isUpperLatency = isLatency(indicator) && isShare(objective) && op.startsWith('<');
  return isUpperLatency && windowMs === null && limit < drainMs;
}

/** A copy with the silent ones in its totals and its series. */
function charged(measured: Measured, silent: ReadonlyMap<number, number>): Recording {
  const { recording, offeredMs } = measured;
  const { layout } = recording;
  const part = recording.take();
  recording.absorb(part);
  const copy = new Recording(layout);
  copy.absorb(part);
  const last = Math.max(0, Math.ceil(offeredMs / layout.windowMs) - 1);
  const exceedances = layout.objectives.map(emptyExceedance);
  const windows = Array.from({ length: last + 1 }, (_, index) =>
    emptyWindow(index, layout.objectives.length),
  );
  for (const [index, count] of silent) {
    const all = (recording.exceedances[index]?.count ?? 0) + count;
    const most = Math.max(1, Math.ceil(all / (last + 1)));
    exceedances[index] = beyond(count);
    windows.forEach((window) => {
      const here = Math.min(most, Math.max(0, count - (last - window.index) * most));
      const own = window.exceedances[index];
      if (own !== undefined) addExceedance(own, beyond(here));
    });
  }
  copy.absorb({ ...new Recording(layout).take(), windows, exceedances });
  return copy;
}

/** So many attempts beyond every limit up to their age, our own lag taken off or not. */
function beyond(count: number): Exceedance {
  return {
    ...emptyExceedance(),
    count,
    exceeded: count,
    exceededOwn: count,
    overHalf: count,
    overQuarter: count,
  };
}
