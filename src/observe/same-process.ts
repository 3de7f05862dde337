/** Whether two readings are of one process: behind a balancer each look may meet another one. */

import { type Reading, valueOf } from './reading.ts';

/** Servers work their start out from ticks: it wanders by so much, ms. */
const WANDER_MS = 50;

/** Clocks of machines differ by no more than this, ms. */
const CLOCKS_MS = 5000;

/**
 * True when the later reading is of another process that was running already as the earlier one was made: nothing began
 * anew between them, and no difference of theirs means anything. False for a restart, and where nobody tells a start.
 *
 * @param unixMs Unix time of the earlier reading, ms
 */
export function isOtherProcess(before: Reading, after: Reading, unixMs: number): boolean {
  const [first, second] = [valueOf(before, 'start-ms'), valueOf(after, 'start-ms')];
  if (first === null || second === null || Math.abs(second - first) <= WANDER_MS) return false;
  return second + CLOCKS_MS < unixMs;
}
