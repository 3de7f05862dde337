/** What else is worth a word after a run. */

import { formatDurationMs } from '../../core/units.ts';
import type { Moment } from '../incident/moment.ts';
import { isoOf } from '../incident/notice.ts';
import { PACE_RUNS, type Placed } from '../incident/places.ts';

/** Sentences about gaps and clocks; @param placed of the run */
export function remarksOf(moment: Moment, { missed, isBack }: Placed): string[] {
  const { before, run, known } = moment;
  const last = before.places.at(-1);
  const remarks: string[] = [];
  if (isBack && last !== undefined) {
    const backMs = last.atMs - run.atMs;
    remarks.push(
      `The clock stepped back by ${formatDurationMs(backMs)} or more: the run before began at ${isoOf(last.atMs)}, this one at ${isoOf(run.atMs)}. What was before is not known to be recent.`,
    );
  }
  if (isBack && known.hasFuture) {
    remarks.push(
      'Runs are kept that began later than this one: the clock was ahead then, or is behind now. They do not count.',
    );
  }
  const slow = slowRhythm(moment);
  if (slow !== null) remarks.push(slow);
  if (slow === null && !isBack && missed > 0 && last !== undefined) {
    const many =
      missed === 1 ? 'One run that was due did not start' : `${missed} runs that were due did not start`;
    remarks.push(`${many}: the one before began at ${isoOf(last.atMs)}.`);
  }
  return remarks;
}

/** Runs come half as often as they are due or more seldom, and not by one gap alone; null: they do not. */
function slowRhythm({ places, settings: { everyMs }, teller }: Moment): string | null {
  if (teller.everyMs < 2 * everyMs || places.length <= PACE_RUNS) return null;
  const [comes, due] = [formatDurationMs(teller.everyMs), formatDurationMs(everyMs)];
  return `Runs come about every ${comes}, and one is due every ${due}: too few for burn rates and for what is left of the budget, and the state is unknown in between. Write every: ${comes} into the plan, or start it every ${due}.`;
}
