import { describe, expect, test } from 'vitest';
import type { LaunchAnswer } from '../../../src/verdict/launch/report.ts';
import type { ServerModel } from '../../support/simulator/server-model.ts';
import { mdc, mm1, mmc, rateLimited } from '../../support/simulator/servers.ts';
import { ask, question } from './launches.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** Far from the edge, where there is but one right answer. */
describe('where the truth is clear, no seed', () => {
  test.each<[name: string, ServerModel, peak: number, answer: LaunchAnswer]>([
    ['M/M/1 at half its capacity', mm1(10), 40, 'yes'],
    ['M/M/1 at one and a half of it', mm1(10), 120, 'no'],
    ['M/M/8 at half', mmc(8, 20), 190, 'yes'],
    ['M/D/4 at half', mdc(4, 10), 200, 'yes'],
    ['M/D/4 at more than it can take', mdc(4, 10), 480, 'no'],
    ['a limiter at half', rateLimited(100, 429, 20), 50, 'yes'],
    ['a limiter beyond', rateLimited(100, 429, 20), 130, 'no'],
  ])('of %s is answered wrongly', (_, server, peak, answer) => {
    const answers = SEEDS.map((seed) => {
      return ask({ question: question(peak), system: { server }, seed, budgetMs: 600_000 }).report().answer;
    });
    expect(new Set(answers)).toEqual(new Set([answer]));
  });
});

test('a peak that holds and a margin that does not are never taken for a yes or a no', () => {
  const answers = SEEDS.slice(0, 10).map((seed) => {
    return ask({ question: question(70), system: { server: mm1(10) }, seed, budgetMs: 600_000 }).report()
      .answer;
  });
  const right = answers.filter((answer) => answer === 'yes-without-margin').length;
  const open = answers.filter((answer) => answer === 'inconclusive').length;
  expect(right + open).toBe(answers.length);
  expect(right).toBeGreaterThanOrEqual(7);
});
