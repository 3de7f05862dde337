/** Blocks of simulated systems: drift that both share, noise of their own with a memory, and a true effect. */

import { uniformAt } from '../../../src/core/random.ts';
import { normalQuantile } from '../../../src/stats/normal.ts';
import type { Block } from '../../../src/verdict/compare/block.ts';
import type { Side } from '../../../src/verdict/compare/report.ts';

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
  /** `turn`: B C C B; `after`: all of the baseline, then all of the candidate. Default turn. */
  readonly order?: 'turn' | 'after';
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

function sideAt(index: number, count: number, order: 'turn' | 'after'): Side {
  if (order === 'after') return index < count / 2 ? 'baseline' : 'candidate';
  return index % 4 === 0 || index % 4 === 3 ? 'baseline' : 'candidate';
}

const ATTEMPTS = 200;

function failuresOf(seed: number, index: number, errors: number): number {
  return Array.from({ length: ATTEMPTS }, (_, attempt) =>
    uniformAt(seed, 103, index * ATTEMPTS + attempt),
  ).filter((draw) => draw < errors).length;
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
    errors = 0.004,
  } = pair;
  const count = 2 * blocks;
  const [ofP50, ofP99] = [101, 102].map((stream) => noiseOf(seed, stream, { count, memory }));
  return Array.from({ length: count }, (_, index) => {
    const side = sideAt(index, count, order);
    const common = 1 + (drift * index) / count;
    const own = side === 'candidate' ? { p50, p99 } : { p50: 1, p99: 1 };
    const p50Ms = 10 * common * own.p50 * Math.exp((noise / 3) * (ofP50?.[index] ?? 0));
    const p99Ms = 40 * common * own.p99 * Math.exp(noise * (ofP99?.[index] ?? 0));
    return block(side, p50Ms, p99Ms, { failed: failuresOf(seed, index, errors) });
  });
}
