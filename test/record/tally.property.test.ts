import fc from 'fast-check';
import { build, JsHistogram } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { HIGHEST_US, highestUs, indexOfUs, lowestUs, Tally } from '../../src/record/tally.ts';

const anyUs = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }),
  fc.integer({ min: 0, max: HIGHEST_US }),
  fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: -2, max: 2 })).map(([power, step]) => {
    return Math.min(HIGHEST_US, Math.max(0, 2 ** power + step));
  }),
);

/** Mostly latencies, and now and then nothing, zero, or more than an hour. */
const anyMs = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: 0, max: 10_000, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, NaN, 3_600_000, 3_600_001, 1e9) },
);

function tallyOf(values: readonly number[]): Tally {
  const tally = new Tally();
  for (const ms of values) tally.add(ms);
  return tally;
}

/** Buckets in ascending order, and everything else: all of it is exact, the sum as well. */
function exactOf(tally: Tally): unknown {
  return tally.copy();
}

describe('the bucket of a value', () => {
  const library = build({ lowestDiscernibleValue: 1, highestTrackableValue: HIGHEST_US, bitBucketSize: 64 });
  if (!(library instanceof JsHistogram)) throw new Error('expected the JavaScript implementation');

  test("is the library's", () => {
    fc.assert(
      fc.property(anyUs, (us) => {
        expect(indexOfUs(us)).toBe(library.countsArrayIndex(us));
        expect(lowestUs(indexOfUs(us))).toBe(library.lowestEquivalentValue(us));
        expect(highestUs(indexOfUs(us))).toBe(library.highestEquivalentValue(us));
      }),
      { numRuns: 1000 },
    );
  });

  test('holds it, and is narrower than a thousandth of it', () => {
    fc.assert(
      fc.property(anyUs, (us) => {
        const index = indexOfUs(us);
        expect(lowestUs(index)).toBeLessThanOrEqual(us);
        expect(highestUs(index)).toBeGreaterThanOrEqual(us);
        expect(highestUs(index) - lowestUs(index)).toBeLessThanOrEqual(us / 1000);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('merging', () => {
  test('parts of any split, in any order, make the whole', () => {
    const split = fc.record({
      values: fc.array(anyMs, { maxLength: 60 }),
      parts: fc.integer({ min: 1, max: 5 }),
      order: fc.infiniteStream(fc.nat()),
    });
    fc.assert(
      fc.property(split, ({ values, parts, order }) => {
        const tallies = Array.from({ length: parts }, () => new Tally());
        for (const ms of values) tallies[(order.next().value ?? 0) % parts]?.add(ms);
        const merged = new Tally();
        const shuffled = tallies.map((tally) => ({ tally, key: order.next().value ?? 0 }));
        for (const { tally } of shuffled.sort((a, b) => a.key - b.key)) merged.absorb(tally.take());
        expect(exactOf(merged)).toEqual(exactOf(tallyOf(values)));
      }),
    );
  });

  test('taking now and then loses nothing', () => {
    fc.assert(
      fc.property(fc.array(anyMs, { maxLength: 40 }), fc.nat({ max: 40 }), (values, at) => {
        const worker = tallyOf(values.slice(0, at));
        const main = new Tally();
        main.absorb(worker.take());
        for (const ms of values.slice(at)) worker.add(ms);
        main.absorb(worker.take());
        expect(exactOf(main)).toEqual(exactOf(tallyOf(values)));
      }),
    );
  });
});

describe('a rank', () => {
  test('gives the bucket of the value that a sort puts there', () => {
    const values = fc.array(fc.double({ min: 0, max: 4_000_000, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(values, fc.nat(), (ms, pick) => {
        const tally = tallyOf(ms);
        const rank = (pick % ms.length) + 1;
        const exact = ms.toSorted((a, b) => a - b)[rank - 1] ?? NaN;
        const us = Math.round(exact * 1000);
        if (us > HIGHEST_US) {
          expect(tally.atRank(rank)).toBe(Infinity);
          return;
        }
        expect(tally.atRank(rank)).toBeLessThanOrEqual(highestUs(indexOfUs(us)) / 1000 + 0.0005);
        expect(tally.atRank(rank)).toBeGreaterThanOrEqual(exact - 0.0005);
        expect(tally.atRank(rank, 'lowest')).toBeGreaterThanOrEqual(lowestUs(indexOfUs(us)) / 1000 - 0.0005);
        expect(tally.atRank(rank, 'lowest')).toBeLessThanOrEqual(exact + 0.0005);
      }),
    );
  });
});
