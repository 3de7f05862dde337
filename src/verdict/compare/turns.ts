/** Whose turn it is: the order in which the blocks of the two run. */

import { STREAM, uniformAt } from '../../core/random.ts';
import type { Side } from './report.ts';

/**
 * The two sides in the order in which they run in a pair. Two pairs each mirror one another (B C C B), so that a steady
 * drift cancels; whether such four begin with the baseline or the candidate is drawn. In an order that only repeats
 * itself, whatever comes back every four blocks, as scrapes, timers and collectors do, would hit one side each time:
 * simulated, a system was called slower than itself in nearly every comparison. Drawn turns leave that to chance, which
 * the levels of looks.ts count with, and nearly halve what neighbouring pairs have in common (Fisher, The Design of
 * Experiments (1935), on randomization). The first four begin with the baseline: a candidate that is dead can be called
 * worse only once the baseline has answered.
 *
 * @param pair from 1  @param seed of the plan
 */
export function turnsOf(pair: number, seed: number): readonly [Side, Side] {
  const four = Math.floor((pair - 1) / 2);
  const isMirrored = four > 0 && uniformAt(seed, STREAM.turns, four) < 0.5;
  return (pair % 2 === 0) === isMirrored ? ['baseline', 'candidate'] : ['candidate', 'baseline'];
}
