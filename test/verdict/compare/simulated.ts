/** Blocks of simulated systems: drift that both share, noise of their own with a memory, and a true effect. */

import { uniformAt } from '../../../src/core/random.ts';
import { normalQuantile } from '../../../src/stats/normal.ts';
import type { Block } from '../../../src/verdict/compare/block.ts';
import type { Side } from '../../../src/verdict/compare/report.ts';
import { turnsOf } from '../../../src/verdict/compare/turns.ts';

/** What the two are like. */
export interface SimulatedPair {
  readonly seed: number;
  /** Blocks of each side. */
  readonly blocks: number;
  /** Candidate's percentiles over the baseline's. Default 1. */
  readonly p50?: number;
  readonly p99?: number;
  /** Correlation of the noise of one block with that of the next in time. Default 0.4 */
  readonly memory?: number;
  /** By how much both get slower from the first block to the last, a ratio less 1. Default 0.5 */
  readonly drift?: number;
  /** `turn`: as a comparison does; `fixed`: B C C B again and again; `after`: the candidate after the baseline. Default turn. */
  readonly order?: 'turn' | 'fixed' | 'after';
  /** By how much slower every fourth block is, the second of each four; a ratio less 1. Default 0 */
  readonly everyFour?: number;
  /** Share of attempts that fail, of both. Default 0.004 */
  readonly errors?: number;
  /** Standard deviation of the noise of a p99's logarithm; a p50 has a third of it. Default 0.15. */
  readonly noise?: number;
}

/** A block without failures. */
export function block(
  side: Side,
  p50Ms: number | null,
  p99Ms: number | null,
  over: Partial<Block> = {},
): Block {
  const quantiles = { p50Ms, p99Ms };
  return {
    side,
    startedMs: 0,
    durationMs: 2000,
    sent: 200,
    failed: 0,
    ...quantiles,
    own: quantiles,
    ...over,
  };
}

function normal(seed: number, stream: number, index: number): number {
  return normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, uniformAt(seed, stream, index))));
}

/** AR(1) of unit variance. */
function noiseOf(
  seed: number,
  stream: number,
  { count, memory }: { count: number; memory: number },
): number[] {
  let value = normal(seed, stream, 0);
  return Array.from({ length: count }, (_, index) => {
    if (index > 0) value = memory * value + Math.sqrt(1 - memory ** 2) * normal(seed, stream, index);
    return value;
  });
}

function sidesOf(count: number, order: 'turn' | 'fixed' | 'after', seed: number): Side[] {
  if (order === 'turn') return Array.from({ length: count / 2 }, (_, pair) => turnsOf(pair + 1, seed)).flat();
  return Array.from({ length: count }, (_, index) => {
    const isFirst = order === 'after' ? index < count / 2 : index % 4 === 0 || index % 4 === 3;
    return isFirst ? 'baseline' : 'candidate';
  });
}

const ATTEMPTS = 200;

/** Chances of at most 0, 1, 2... failures among the attempts of a block. */
function failureLaw(errors: number): number[] {
  let chance = (1 - errors) ** ATTEMPTS;
  let sum = 0;
  return Array.from({ length: ATTEMPTS + 1 }, (_, failures) => {
    if (failures > 0) chance *= ((ATTEMPTS - failures + 1) / failures) * (errors / (1 - errors));
    return (sum += chance);
  });
}

function failuresOf(seed: number, index: number, law: readonly number[]): number {
  const draw = uniformAt(seed, 103, index);
  return Math.max(
    0,
    law.findIndex((atMost) => draw < atMost),
  );
}

/** The blocks, in the order in which they ran. */
export function simulate(pair: SimulatedPair): Block[] {
  const {
    seed,
    blocks,
    p50 = 1,
    p99 = 1,
    memory = 0.4,
    drift = 0.5,
    order = 'turn',
    noise = 0.15,
    everyFour = 0,
    errors = 0.004,
  } = pair;
  const count = 2 * blocks;
  const law = failureLaw(errors);
  const [ofP50, ofP99] = [101, 102].map((stream) => noiseOf(seed, stream, { count, memory }));
  return sidesOf(count, order, seed).map((side, index) => {
    const common = (1 + (drift * index) / count) * (index % 4 === 1 ? 1 + everyFour : 1);
    const own = side === 'candidate' ? { p50, p99 } : { p50: 1, p99: 1 };
    const p50Ms = 10 * common * own.p50 * Math.exp((noise / 3) * (ofP50?.[index] ?? 0));
    const p99Ms = 40 * common * own.p99 * Math.exp(noise * (ofP99?.[index] ?? 0));
    return block(side, p50Ms, p99Ms, { failed: failuresOf(seed, index, law) });
  });
}
