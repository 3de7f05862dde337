import { describe, expect, test } from 'vitest';
import { formula, headroomLines, questionLines } from '../../../src/report/search/questions.ts';
import { createInk } from '../../../src/report/terminal-ink.ts';
import { sampleLaunch } from '../../support/sample-search.ts';

const INK = createInk({ color: false, width: 120, unicode: true });

describe('the headroom', () => {
  type Bound = number | null;
  test.each<[low: Bound, high: Bound, expected: string]>([
    [0.95, 1.6, '95% to 160% above the peak: the peak may grow 1.95 to 2.6 times'],
    [0.95, null, 'at least 95% above the peak, and nothing broke: the peak may grow at least 1.95 times'],
    [0, null, 'none was shown above the peak itself, and nothing broke'],
    [0, 0.2, '0% to 20% above the peak: the peak may grow 1 to 1.2 times'],
    [-0.2, 0.3, 'between 20% below and 30% above the peak'],
    [-0.2, null, '20% below the peak at worst, and nothing broke'],
    [-0.4, -0.1, 'none: the capacity is 10% to 40% below the peak'],
    [null, 0.3, 'at most 30% above the peak'],
    [null, -0.3, 'none: the capacity is at least 30% below the peak'],
  ])('from %s to %s', (low, high, expected) => {
    const times = (bound: Bound): Bound => (bound === null ? null : bound + 1);
    const launch = sampleLaunch({ headroom: { low, high }, growth: { low: times(low), high: times(high) } });
    expect(headroomLines(launch, INK)).toEqual(['', `Headroom  ${expected}`]);
  });

  test('is not spoken of when nothing is known of it', () => {
    const none = { low: null, high: null };
    expect(headroomLines(sampleLaunch({ headroom: none, growth: none }), INK)).toEqual([]);
  });
});

describe('the questions', () => {
  test('say how each rate follows from the peak, and what was seen', () => {
    expect(questionLines(sampleLaunch(), INK)).toEqual([
      '',
      'Asked',
      '  ✓  30/s, the peak with a margin of 25% and 1 of 2 zones lost: held.',
      '     12/s × 1.25 margin × 2/1 zones',
      '  –  24/s, the peak with 1 of 2 zones lost: holds, since 30/s held.',
      '     12/s × 2/1 zones',
      '  –  12/s, the expected peak with all zones: holds, since 30/s held.',
    ]);
  });

  test('say where a peak comes from that was computed', () => {
    const users = { count: 20_000, thinkMs: 30_000, requestsPerVisit: 8 };
    const [, heading] = questionLines(sampleLaunch({ askedPerSecond: 16_000 / 3, users }), INK);
    expect(heading).toBe('Asked  peak 5,333/s = 20,000 users × 8 requests each per 30s');
  });

  test.each([
    ['with-margin', 0.3, 5, 2, '12/s × 1.3 margin × 5/3 zones'],
    ['with-margin', 0.3, 1, 0, '12/s × 1.3 margin'],
    ['without-margin', 0.3, 3, 1, '12/s × 3/2 zones'],
    ['peak', 0.3, 3, 1, ''],
  ] as const)('compute %s with margin %s, %s zones and %s lost', (id, marginRatio, zones, lose, expected) => {
    const step = { id, ratePerSecond: 1, label: null, text: '' };
    expect(formula(sampleLaunch({ marginRatio, zones, lose }), step)).toBe(expected);
  });
});
