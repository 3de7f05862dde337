/** When a comparison looks at its blocks, and how sure it must be at each look to be right over all of them. */

/** Fewest blocks of a side: fewer pairs show nothing at the levels below. */
export const LEAST_BLOCKS = 8;
/** Most blocks of a side: more hardly narrow an interval. */
export const MOST_BLOCKS = 64;

/** Chance that two like systems are told apart as worse, over all looks and indicators together. */
export const FALSE_FAIL = 0.05;

/** p50, p99 and errors share {@link FALSE_FAIL} evenly (Bonferroni): any of them can make a fail. */
export const INDICATORS = 3;

/** Blocks of a side at the looks. */
const LOOKS: readonly number[] = [8, 12, 20, 32, 48, 64];

/**
 * One-sided level of each look, by how many looks there may be, so that Wilcoxon's signed-rank test of two like
 * systems errs at any of them with a chance of 0.05 / 3 at most. One level for all looks is Pocock's boundary ("Group
 * sequential methods in the design and analysis of clinical trials", 1977), and intervals at that level are the repeated
 * ones of Jennison and Turnbull (1989). Ranks and signs of symmetric differences have the same joint law whatever the
 * differences are, so the levels are found by simulating that law (a million times) and hold for all; the first may be
 * no smaller than 1/256, the least that eight pairs can show. test/verdict/compare/looks.test.ts draws it anew.
 */
const LEVELS: readonly number[] = [0.0166, 0.0117, 0.0078, 0.0062, 0.0049, 0.0041];

/** How a comparison looks. */
export interface LookPlan {
  /** Blocks of a side, ascending. */
  readonly looks: readonly number[];
  /** Two-sided confidence of the interval at each look, 0..1. */
  readonly confidence: number;
}

/**
 * Looks at growing numbers of blocks, the last at `maxBlocks`. Looks closer together than the table's are more alike,
 * so that its levels hold for them too.
 *
 * @param maxBlocks blocks that a side may have, 8..64
 */
export function looksUpTo(maxBlocks: number): LookPlan {
  const looks = [...LOOKS.filter((blocks) => blocks < maxBlocks), maxBlocks];
  return { looks, confidence: confidenceOf(looks.length) };
}

/**
 * The looks of a comparison whose time ran out: the last is at the blocks it has, in place of those that it would have
 * come to. They are no more than were planned for, so that their level holds.
 *
 * @param blocks of a side; fewer than the first look needs leave the plan as it was
 */
export function endedAt<P extends LookPlan>(plan: P, blocks: number): P {
  if (blocks < (plan.looks[0] ?? 0)) return plan;
  return { ...plan, looks: [...plan.looks.filter((look) => look < blocks), blocks] };
}

/** One look at all there is. */
export function lookOnce(blocks: number): LookPlan {
  return { looks: [blocks], confidence: confidenceOf(1) };
}

function confidenceOf(looks: number): number {
  return 1 - 2 * (LEVELS[looks - 1] ?? FALSE_FAIL / INDICATORS / looks);
}
