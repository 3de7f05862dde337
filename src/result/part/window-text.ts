/** Windows of the series, and what counts against objectives, to and from their place in a part. */

import { COARSE_LENGTH, type Exceedance, type Window } from '../../record/window.ts';
import { numbersOf, numbersText, sparseOf, sparseText } from './numbers.ts';
import type { WindowText } from './part.ts';

/** Counts of one objective for a part. */
export function writeExceedance(counts: Exceedance): string {
  const { count, exceeded, exceededOwn, overHalf, overQuarter, sum } = counts;
  return numbersText([count, exceeded, exceededOwn, overHalf, overQuarter, sum]);
}

/** Counts of one objective out of a part. @throws RangeError when they are none */
export function readExceedance(text: string): Exceedance {
  const numbers = numbersOf(text, 6);
  const [count = 0, exceeded = 0, exceededOwn = 0, overHalf = 0, overQuarter = 0, sum = 0] = numbers;
  return { count, exceeded, exceededOwn, overHalf, overQuarter, sum };
}

/** A window for a part. */
export function writeWindow({ causes, statuses, coarse, exceedances, ...counts }: Window): WindowText {
  const filled = [...coarse.entries()].filter(([, count]) => count > 0);
  return {
    ...counts,
    causes: [...causes],
    statuses: [...statuses],
    coarse: sparseText(filled),
    exceedances: exceedances.map(writeExceedance),
  };
}

/** A window out of a part. @throws RangeError when its counts are none */
export function readWindow(text: WindowText): Window {
  const coarse = new Uint32Array(COARSE_LENGTH);
  for (const [index, count] of sparseOf(text.coarse, COARSE_LENGTH)) coarse[index] = count;
  return {
    index: text.index,
    sent: text.sent,
    completed: text.completed,
    good: text.good,
    failed: text.failed,
    broken: text.broken,
    dropped: text.dropped,
    causes: new Map(text.causes),
    statuses: new Map(text.statuses),
    lagMs: text.lagMs,
    lagMaxMs: text.lagMaxMs,
    coarse,
    exceedances: text.exceedances.map(readExceedance),
  };
}
