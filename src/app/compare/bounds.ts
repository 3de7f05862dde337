/** What a comparison may be told, by flags or by a program, checked. */

import { UsageError } from '../../core/errors.ts';
import { MINIMUM_EFFECTS, type MinimumEffects } from '../../verdict/compare/judge.ts';
import { LEAST_BLOCKS, MOST_BLOCKS } from '../../verdict/compare/looks.ts';

/** The effects that matter, the defaults in place of those that were not named. @throws UsageError unless above 0, and 10 at most: NaN too */
export function effectsFrom(asked: Partial<MinimumEffects> | undefined): MinimumEffects {
  const effects = { ...MINIMUM_EFFECTS, ...asked };
  for (const name of ['p50', 'p99', 'errors'] as const) {
    if (effects[name] > 0 && effects[name] <= 10) continue;
    throw new UsageError(
      `the smallest effect of ${name} that matters (--min-effect) must be more than 0, and 1000% at most`,
      { hint: 'write p50=5%, p99=10% or errors=0.5%; for a program it is a ratio, 0.1 for 10%' },
    );
  }
  return effects;
}

/** Most blocks of a side. @param asked null: the default  @throws UsageError unless a whole number, 8 to 64 */
export function blocksFrom(asked: number | null): number {
  const blocks = asked ?? MOST_BLOCKS;
  if (Number.isInteger(blocks) && blocks >= LEAST_BLOCKS && blocks <= MOST_BLOCKS) return blocks;
  throw new UsageError(
    `the most blocks of a side (--blocks) must be a whole number from ${LEAST_BLOCKS} to ${MOST_BLOCKS}`,
    { hint: 'fewer than 8 of each side show nothing; more than 64 hardly more' },
  );
}

/** Length of a block. @param asked ms; null: the default  @throws UsageError unless above 0 and finite */
export function blockMsFrom(asked: number | null, defaultMs: number): number {
  const ms = asked ?? defaultMs;
  if (ms > 0 && Number.isFinite(ms)) return ms;
  throw new UsageError('a block must last longer than 0 ms', {
    hint: 'leave its length away for the default',
  });
}
