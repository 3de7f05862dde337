import { expect, test } from 'vitest';
import { truthOf } from '../../../src/cli/search/truth.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import { planWith } from '../../app/sample-plan.ts';

/** p99 < 250 ms holds up to 338/s; every other quantile and limit up to 300/s. */
const CAPACITY = {
  saturationPerSecond: 400,
  holdsPerSecond: (quantile: number, limitMs: number) =>
    quantile === 0.99 && limitMs === 250 ? 338.04 : 300,
};

function truth(objectives: readonly string[], peakPerSecond: number): string {
  const launch = { peakPerSecond, marginRatio: 0.3, zones: 3, lose: 1, users: null };
  return truthOf(planWith({ objectives: objectives.map((text) => parseObjective(text)), launch }), CAPACITY);
}

test.each([
  [['p99 < 250ms', 'errors < 1%'], 130, 'p99 < 250ms holds up to 338.0/s', 'YES (asked about: 254/s)'],
  [['p99 < 250ms'], 200, 'p99 < 250ms holds up to 338.0/s', 'YES WITHOUT MARGIN'],
  [['p99 < 250ms'], 300, 'p99 < 250ms holds up to 338.0/s', 'YES WITHOUT A SPARE ZONE'],
  [['p99 < 250ms'], 339, 'p99 < 250ms holds up to 338.0/s', 'NO'],
  [['p99 < 250ms', 'p50 < 30ms'], 170, 'p50 < 30ms holds up to 300.0/s', 'YES WITHOUT MARGIN'],
  [['errors < 1%'], 390, 'errors < 1% holds up to 400.0/s', 'YES WITHOUT A SPARE ZONE'],
])('for %j a peak of %i/s is known: %s, %s', (objectives, peak, holds, answer) => {
  expect(truth(objectives, peak)).toBe(`computed truth: ${holds}: the right answer is ${answer}`);
});

test('without a question it is the capacity alone', () => {
  expect(truthOf(planWith({ objectives: [parseObjective('p99 < 250ms')] }), CAPACITY)).toBe(
    'computed truth: p99 < 250ms holds up to 338.0/s',
  );
});
