import { describe, expect, test } from 'vitest';
import { askedRates, isAtMost, rateText } from '../../../src/verdict/launch/questions.ts';
import { question } from './launches.ts';

describe('the rates asked about', () => {
  test.each<[peak: number, margin: number, zones: number, lose: number, rates: [string, number][]]>([
    [
      1000,
      0.3,
      1,
      0,
      [
        ['with-margin', 1300],
        ['peak', 1000],
      ],
    ],
    [
      1000,
      0.5,
      4,
      2,
      [
        ['with-margin', 3000],
        ['without-margin', 2000],
        ['peak', 1000],
      ],
    ],
    [
      1000,
      0,
      4,
      2,
      [
        ['without-margin', 2000],
        ['peak', 1000],
      ],
    ],
    [1000, 0, 1, 0, [['peak', 1000]]],
    // 0.1 x 3 / 3 is not 0.1.
    [0.1, 0, 3, 0, [['peak', 0.1]]],
  ])(
    'for %d/s with a margin of %d, %d zones of which %d may fail, are %j',
    (peak, marginRatio, zones, lose, rates) => {
      const asked = askedRates(question(peak, { marginRatio, zones, lose }));
      expect(asked.map(({ id, ratePerSecond }) => [id, ratePerSecond])).toEqual(rates);
    },
  );

  test.each<[zones: number, lose: number, texts: string[]]>([
    [1, 0, ['130/s, the peak with a margin of 30%', '100/s, the expected peak']],
    [
      3,
      1,
      [
        '195/s, the peak with a margin of 30% and 1 of 3 zones lost',
        '150/s, the peak with 1 of 3 zones lost',
        '100/s, the expected peak with all zones',
      ],
    ],
  ])('of %d zones, %d lost, are named', (zones, lose, texts) => {
    const asked = question(100, { zones, lose });
    expect(askedRates(asked).map((rate) => rateText(rate, asked))).toEqual(texts);
  });
});

test.each([
  [100, 100, true],
  [100.000_000_01, 100, true],
  [100.001, 100, false],
  [99, 100, true],
])('%d/s is at most %d/s: %s', (rate, other, expected) => {
  expect(isAtMost(rate, other)).toBe(expected);
});
