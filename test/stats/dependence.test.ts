import { describe, expect, test } from 'vitest';
import { exponentialAt, STREAM } from '../../src/core/random.ts';
import { batchInflation } from '../../src/stats/batches/inflation.ts';
import { logEvidenceHeld } from '../../src/stats/e-process.ts';
import { decide } from '../../src/stats/exceedance-test.ts';
import { nearestRank } from '../../src/stats/quantile-interval.ts';

const RUNS = 40;
const BATCHES = 30;
const BATCH_SIZE = 1000;
const LOOKS = [10, 20, 30];
const ENOUGH = Math.log(20);

/** What is known of a run after some of its batches. */
interface Look {
  readonly exceeded: number;
  readonly count: number;
  readonly q: number;
  /** By batches at the limit alone. */
  readonly atLimit: number;
  /** The largest by batches at the limit, at the p95 and at the p99 that were seen. */
  readonly largest: number;
}

/** Response times of M/M/1 with a mean service of 1, by Lindley's recursion from the steady state. */
function responsesOf(utilisation: number, seed: number): Float64Array {
  let response = exponentialAt(seed, STREAM.fresh, 0) / (1 - utilisation);
  return Float64Array.from({ length: BATCHES * BATCH_SIZE }, (_, index) => {
    const gap = exponentialAt(seed, STREAM.gap, index) / utilisation;
    response = Math.max(0, response - gap) + exponentialAt(seed, STREAM.think, index);
    return response;
  });
}

function inflationAt(responses: Float64Array, limit: number): number {
  return batchInflation(
    Array.from({ length: responses.length / BATCH_SIZE }, (_, batch) => ({
      count: BATCH_SIZE,
      exceeded: responses
        .subarray(batch * BATCH_SIZE, (batch + 1) * BATCH_SIZE)
        .reduce((sum, ms) => sum + Number(ms > limit), 0),
    })),
  );
}

function lookAt(all: Float64Array, batches: number, limit: number): Look {
  const responses = all.subarray(0, batches * BATCH_SIZE);
  const sorted = responses.toSorted();
  const count = responses.length;
  const atLimit = inflationAt(responses, limit);
  const seen = [0.95, 0.99].map((q) => inflationAt(responses, sorted[nearestRank(count, q) - 1] ?? 0));
  const exceeded = responses.reduce((sum, ms) => sum + Number(ms > limit), 0);
  return { exceeded, count, q: 0.99, atLimit, largest: Math.max(atLimit, ...seen) };
}

function share<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.filter(holds).length / items.length;
}

/** Share of runs that pass at one of the looks. */
function passing(runs: readonly (readonly Look[])[], inflation: (look: Look) => number): number {
  return share(runs, (looks) =>
    looks.some((look) => logEvidenceHeld({ ...look, inflation: inflation(look) }) >= ENOUGH),
  );
}

describe.each([
  // The variance of the number of exceedances is 8, 28 and about 285 times the binomial one.
  { utilisation: 0.5, least: 5, most: 12 },
  { utilisation: 0.7, least: 15, most: 40 },
  { utilisation: 0.9, least: 100, most: 300 },
])('responses of one server at utilisation $utilisation, judged at their very p99,', (figure) => {
  const limit = Math.log(100) / (1 - figure.utilisation);
  const runs = Array.from({ length: RUNS }, (_, seed) => {
    const responses = responsesOf(figure.utilisation, seed);
    return LOOKS.map((batches) => lookAt(responses, batches, limit));
  });
  const last = runs.flatMap((looks) => looks.slice(-1));

  test('weigh about as little as theory says', () => {
    const median = last.map(({ largest }) => largest).toSorted((a, b) => a - b)[RUNS / 2];
    expect(median).toBeGreaterThan(figure.least);
    expect(median).toBeLessThan(figure.most);
  });

  test('are decided wrongly by plain counts more often than not, and seldom by deflated ones', () => {
    const decided = (inflation: (look: Look) => number): number =>
      share(last, (look) => decide({ ...look, alpha: 0.05, inflation: inflation(look) }) !== 'inconclusive');
    expect(decided(() => 1)).toBeGreaterThan(0.4);
    expect(decided(({ largest }) => largest)).toBeLessThanOrEqual(0.2);
  });

  test('pass falsely at some look by plain evidence, and seldom by deflated evidence', () => {
    expect(passing(runs, () => 1)).toBeGreaterThan(0.2);
    expect(passing(runs, ({ largest }) => largest)).toBeLessThanOrEqual(0.1);
  });

  test('are inflated no less at the largest of three limits than at the objective alone', () => {
    const atLimit = passing(runs, (look) => look.atLimit);
    expect(atLimit).toBeGreaterThanOrEqual(passing(runs, ({ largest }) => largest));
    // Runs that happen to see few slow answers see little of their scatter too: at 0.9 a third of them.
    expect(atLimit > 0.2).toBe(figure.utilisation === 0.9);
  });
});
