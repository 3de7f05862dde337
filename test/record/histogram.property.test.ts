import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { decodeTally, encodeTally } from '../../src/record/histogram.ts';
import { Tally } from '../../src/record/tally.ts';

describe('a blob', () => {
  test('holds every bucket of the tally', () => {
    const value = fc.tuple(
      fc.double({ min: 0, max: 3_600_000, noNaN: true }),
      fc.integer({ min: 1, max: 300 }),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        const tally = new Tally();
        for (const [ms, times] of values) for (let i = 0; i < times; i += 1) tally.add(ms);
        const { indexes, counts, count } = tally.copy();
        const decoded = decodeTally(encodeTally(tally)).copy();
        expect([decoded.indexes, decoded.counts, decoded.count]).toEqual([indexes, counts, count]);
      }),
      { numRuns: 50 },
    );
  });

  test('keeps counts far beyond 32 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (count) => {
        const tally = new Tally();
        tally.add(5);
        const part = tally.take();
        tally.absorb({ ...part, counts: Float64Array.of(count), count });
        expect(decodeTally(encodeTally(tally)).count).toBe(count);
      }),
      { numRuns: 20 },
    );
  });

  test('that is spoilt is read or refused with a word, never anything else', () => {
    const tally = new Tally();
    for (let i = 0; i < 500; i += 1) tally.add(i * 1.7);
    const bytes = Buffer.from(encodeTally(tally), 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const spoilt = Buffer.from(bytes);
        spoilt[at] = (spoilt[at] ?? 0) ^ flip;
        try {
          decodeTally(spoilt.toString('base64'));
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 100 },
    );
  });
});
