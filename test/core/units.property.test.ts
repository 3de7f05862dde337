import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  exactDuration,
  exactRate,
  exactRatio,
  formatDurationMs,
  formatRatio,
  parseDuration,
  parseLatency,
  parseRate,
  parseRatio,
  parseSize,
  scaleDecimal,
  shiftDecimal,
  UnitError,
} from '../../src/core/units.ts';

const positive = fc.double({ min: 0, max: 1e15, noNaN: true, noDefaultInfinity: true });

describe('exact text', () => {
  test('is read back as the same number', () => {
    fc.assert(
      fc.property(positive, (value) => {
        expect(parseDuration(exactDuration(value))).toBe(value);
        expect(parseRate(exactRate(value))).toBe(value);
        expect(scaleDecimal(shiftDecimal(value, 2), -2)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ratio) => {
        expect(parseRatio(exactRatio(ratio))).toBe(ratio);
      }),
    );
  });
});

test('a duration for people is within half a per cent below a minute', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 59_000, noNaN: true }), (ms) => {
      expect(Math.abs(parseDuration(formatDurationMs(ms)) / ms - 1)).toBeLessThanOrEqual(0.0051);
    }),
  );
});

test('a ratio below 1 never reads 100%', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (ratio) => {
      expect(formatRatio(ratio)).not.toBe('100%');
    }),
  );
});

test('any text is a finite number >= 0 or a UnitError, never anything else', () => {
  const parsers = [parseDuration, parseRate, parseSize, parseRatio, parseLatency];
  const nasty = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[-+0-9.e kKMsmh/%BiÀ１ ]*$/),
  );
  fc.assert(
    fc.property(nasty, fc.constantFrom(...parsers), (text, parse) => {
      try {
        const value = parse(text);
        expect(Number.isFinite(value) && value >= 0).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(UnitError);
      }
    }),
    { numRuns: 1000 },
  );
});
