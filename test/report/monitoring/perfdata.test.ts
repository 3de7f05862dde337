import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { perfdata, type Reading } from '../../../src/report/monitoring/perfdata.ts';
import { nastyText } from '../../support/hostile-text.ts';
import { parsePerfdata } from '../../support/perfdata-grammar.ts';

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1e-9, 1e21, -1e300, Infinity, NaN, null),
  fc.integer(),
);
const readings: fc.Arbitrary<Reading[]> = fc.array(
  fc.record({
    label: nastyText,
    value: number,
    unit: fc.constantFrom('s' as const, '%' as const, '' as const),
    warn: number,
    crit: number,
    min: number,
    max: number,
  }),
  { maxLength: 30 },
);

describe('performance data', () => {
  test('has values, limits and bounds in plain decimals', () => {
    const text = perfdata(
      [
        { label: 'p95', value: 0.412, unit: 's', warn: 0.25, crit: 0.3, min: 0 },
        { label: 'errors', value: 0.4, unit: '%', crit: 1, min: 0, max: 100 },
        { label: 'rate', value: 1e-7, unit: '' },
        { label: 'unknown', value: null, unit: 's' },
      ],
      1000,
    );
    expect(text).toBe("'p95'=0.412s;0.25;0.3;0; 'errors'=0.4%;;1;0;100 'rate'=0;;;;");
  });

  test('tells long labels apart within the 19 characters that RRDtool keeps, in any order', () => {
    const labels = ['p99 followers-of-everyone', 'p99 followers-of-nobody', 'p99.9', 'p99_9', 'P99-9'];
    const of = (names: readonly string[]): string[] =>
      parsePerfdata(
        perfdata(
          names.map((label) => ({ label, value: 1, unit: '' })),
          1000,
        ),
      ).map(({ label }) => label);
    const found = of(labels);
    expect(new Set(found.map((label) => label.replaceAll(/\W/g, '_').slice(0, 19).toLowerCase())).size).toBe(
      5,
    );
    expect(of(labels.slice(0, 2).reverse()).reverse()).toEqual(found.slice(0, 2));
  });

  test('is within the grammar and its bound, whatever the labels and numbers', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: 2000 }), (given, maxBytes) => {
        const text = perfdata(given, maxBytes);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
        const parsed = parsePerfdata(text);
        const keys = parsed.map(({ label }) => label.replaceAll(/\W/g, '_').slice(0, 19).toLowerCase());
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 300 },
    );
  });
});
