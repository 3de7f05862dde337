import { describe, expect, test } from 'vitest';
import { type Pointer, scaleLines } from '../../../src/report/search/scale.ts';
import { createInk } from '../../../src/report/terminal-ink.ts';
import type { CapacityReport, RateLabel } from '../../../src/verdict/capacity/report.ts';
import { sampleCapacity } from '../../support/sample-search.ts';

type Tried = readonly [ratePerSecond: number, label: RateLabel];

/** The picture in 41 columns, without its heading. */
function picture(
  tried: readonly Tried[],
  over: Partial<CapacityReport> = {},
  pointers: readonly Pointer[] = [],
): string[] {
  const [any] = sampleCapacity().rates;
  if (any === undefined) throw new Error('empty sample');
  const rates = tried.map(([ratePerSecond, label]) => ({ ...any, ratePerSecond, label }));
  const held = tried.filter(([, label]) => label === 'held').map(([rate]) => rate);
  const broke = tried.filter(([, label]) => label === 'broken').map(([rate]) => rate);
  const capacity = sampleCapacity({
    rates,
    heldPerSecond: held.at(-1) ?? null,
    brokePerSecond: broke[0] ?? null,
    ...over,
  });
  const ink = createInk({ color: false, width: 43, unicode: false });
  return scaleLines(capacity, pointers, ink).slice(2);
}

describe('the picture of the rates', () => {
  test('is logarithmic: each doubling is as wide as the last', () => {
    expect(
      picture([
        [10, 'held'],
        [20, 'held'],
        [40, 'held'],
        [80, 'broken'],
        [160, 'broken'],
      ]),
    ).toEqual(['  +---------+---------+.........x---------x', '  10/s     20/s    40/s         80/s  160/s']);
  });

  test('shows both ends of a bracket that is narrower than a column', () => {
    expect(
      picture([
        [10, 'held'],
        [5000, 'held'],
        [5010, 'broken'],
        [100_000, 'broken'],
      ])[0],
    ).toMatch(/^ {2}\+-+\+x-+x$/);
  });

  test('shows both ends where the bracket lies at either edge', () => {
    const low: readonly Tried[] = [
      [10, 'held'],
      [10.01, 'broken'],
      [1000, 'broken'],
    ];
    expect(picture(low)[0]).toMatch(/^ {2}\+x-+x$/);
    const high: readonly Tried[] = [
      [1, 'held'],
      [1000, 'held'],
      [1001, 'broken'],
    ];
    expect(picture(high)[0]).toMatch(/^ {2}\+-+\+x$/);
  });

  test('has no gap to show when one end was not found', () => {
    expect(
      picture([
        [10, 'undecided'],
        [100, 'held'],
        [1000, 'undecided'],
      ])[0],
    ).toBe(`  ?${'-'.repeat(19)}+${'-'.repeat(19)}?`);
  });

  test('points at the rates that were asked about, beyond those that were tried too', () => {
    const tried: readonly Tried[] = [
      [10, 'held'],
      [100, 'broken'],
    ];
    const pointers = [
      { name: 'asked', ratePerSecond: 1000 },
      { name: 'peak', ratePerSecond: 100 },
    ];
    expect(picture(tried, {}, pointers)).toEqual([
      '                      v peak        asked v',
      `  +${'.'.repeat(19)}x${'-'.repeat(20)}`,
      '  10/s                100/s         1,000/s',
    ]);
  });

  test('is left out where there is nothing to compare', () => {
    expect(picture([])).toEqual([]);
    expect(picture([[10, 'held']])).toEqual([]);
  });
});
