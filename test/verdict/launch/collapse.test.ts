import { describe, expect, test } from 'vitest';
import type { RateLabel } from '../../../src/verdict/capacity/report.ts';
import { answerOf, growthOf } from '../../../src/verdict/launch/answer.ts';
import type { LaunchSearch } from '../../../src/verdict/launch/launch-search.ts';
import type { LaunchAnswer } from '../../../src/verdict/launch/report.ts';
import type { ServerModel } from '../../support/simulator/server-model.ts';
import { hysteretic, metastable, mm1, rateLimited } from '../../support/simulator/servers.ts';
import { planOf } from '../measured.ts';
import { ask, bookOf, codes, factsOf, purposes, question } from './launches.ts';

/** Five times slower for good once more than 200 were in flight: only a restart would help. */
const GONE: ServerModel = { ...mm1(10), collapse: { above: 200, below: 0, factor: 5 } };

/** Looks after the first overload, rests included. */
function looks({ book }: LaunchSearch): number[] {
  return book.trials.flatMap(({ purpose, ratePerSecond }) => (purpose === 'recovery' ? [ratePerSecond] : []));
}

describe('a server that carries 81.58/s until too much load takes it down', () => {
  test.each([
    [50, 5],
    [70, 1],
  ])('and that a rest brings back, is asked about %d/s then, with a margin of %d', (peak, marginRatio) => {
    const search = ask({ question: question(peak, { marginRatio }), system: { server: metastable(10) } });
    const report = search.report();
    expect(report.answer).toBe('yes-without-margin');
    expect(codes(report)).toEqual(['NO_MARGIN', 'METASTABLE', 'BREACH']);
    expect(report.growth).toEqual({ low: 1, high: 1 + marginRatio });
    expect(search.book.at(peak)?.label).toBe('held');
  });

  test.each([
    ['that nothing stopped', metastable(10), 2, false],
    ['that nothing stopped, by far', metastable(10), 5, false],
    ['for good', GONE, 5, true],
    ['for good, that nothing stopped', GONE, 2, false],
  ])('by an overload above the peak %s, leaves the peak open', (_, server, marginRatio, breaker) => {
    const asked = question(50, { marginRatio });
    const report = ask({ question: asked, system: { server, breaker }, budgetMs: 600_000 }).report();
    expect(report.answer).toBe('inconclusive');
    expect(codes(report)).toEqual(['NO_RECOVERY', 'BREACH']);
    expect(report.reasons[0]?.text).toMatch(
      /Restart the system and ask with a smaller margin, or for the peak alone \(--margin 0\): that would settle it\.$/,
    );
    expect(report.reasons[1]?.text).toContain(`${50 * (1 + marginRatio)}/s broke`);
    expect(report.growth).toEqual({ low: null, high: 1 + marginRatio });
    expect(report.headroom).toEqual({ low: null, high: marginRatio });
    expect(report.questions.at(-1)).toMatchObject({ id: 'peak', label: null });
  });

  test('by less than the highest rate asked about, is a no', () => {
    const asked = question(70, { zones: 2, lose: 1 });
    const system = { server: metastable(10) };
    // 182/s may not be sent: 140/s takes it down.
    const search = ask({ question: asked, system, maxPerSecond: 150 });
    const report = search.report();
    expect(report.answer).toBe('no');
    expect(['METASTABLE', 'NO_RECOVERY']).toContain(codes(report)[0]);
    expect(search.book.at(70)).toBeNull();
  });

  test('names the flags that would leave the peak alone', () => {
    const asked = question(50, { marginRatio: 1, zones: 2, lose: 1 });
    const system = { server: GONE, breaker: false };
    const report = ask({ question: asked, system, budgetMs: 600_000 }).report();
    expect(report.reasons[0]?.text).toContain('for the peak alone (--margin 0 --lose 0)');
  });

  test('is not searched for its capacity', () => {
    const search = ask({
      question: question(50, { marginRatio: 5 }),
      system: { server: metastable(10) },
      bracket: true,
    });
    expect(new Set(purposes(search))).toEqual(new Set(['question', 'recovery']));
  });
});

describe('a server that never carried half the peak', () => {
  test.each([200, 400, 1000])('is asked about %d/s once a low rate has held, and it is a no', (peak) => {
    const search = ask({ question: question(peak), system: { server: mm1(10) }, budgetMs: 600_000 });
    const report = search.report();
    expect(report.answer).toBe('no');
    expect(codes(report)).toEqual(['BREACH', 'NO_RECOVERY']);
    expect(report.reasons[0]?.text).toMatch(/^(200|400|1,000)\/s broke\. /);
    expect(report.growth).toEqual({ low: null, high: 1 });
    expect(looks(search).at(-1)).toBeLessThan(81.58);
  });
});

describe('after a collapse at 130/s, a peak of 100/s', () => {
  test.each<[labels: [number, RateLabel][], isHighest: boolean, answer: LaunchAnswer]>([
    [[[130, 'broken']], true, 'inconclusive'],
    [[[130, 'broken']], false, 'no'],
    [
      [
        [130, 'broken'],
        [100, 'held'],
      ],
      true,
      'yes-without-margin',
    ],
    [
      [
        [130, 'broken'],
        [100, 'broken'],
      ],
      true,
      'no',
    ],
    [
      [
        [130, 'broken'],
        [100, 'undecided'],
      ],
      true,
      'inconclusive',
    ],
  ])('with %j, at the highest rate asked about: %s, is %s', (labels, isHighest, answer) => {
    const book = bookOf(labels);
    const collapse = { reason: { code: 'METASTABLE', text: 'It did not come back.' }, isHighest };
    const facts = factsOf(question(100), book, { collapse });
    expect(answerOf(facts)).toBe(answer);
    expect(growthOf(facts, book, 100).high).toBe(answer === 'no' && isHighest ? 1 : 1.3);
  });
});

describe('a limiter with a reserve of 5,000', () => {
  const server = rateLimited(100, 429, 5000);

  test('that the search for the capacity used up takes the bracket from a yes, and is told', () => {
    const asked = question(60, { marginRatio: 1 });
    const search = ask({ question: asked, system: { server }, bracket: true, budgetMs: 600_000 });
    const report = search.report();
    const after = search.book.trials.filter(({ ratePerSecond }) => ratePerSecond <= 120).slice(1);
    expect(after.filter(({ shows }) => shows === 'broken').length).toBeGreaterThan(1);
    expect(report.answer).toBe('yes');
    expect(codes(report)).toEqual(['RATE_LIMITED']);
    expect(report.reasons[0]?.text).toContain('its reserve was used up');
    expect(report.growth.low).toBe(2);
    expect(report.headroom.low).toBe(1);
  });

  test.each([50, 60])('is never called metastable after a margin of 400%% on %d/s held', (peak) => {
    const asked = question(peak, { marginRatio: 4 });
    const report = ask({ question: asked, system: { server }, bracket: true, budgetMs: 600_000 }).report();
    expect(report.answer).toBe('yes');
    expect(codes(report)).toEqual(['RATE_LIMITED']);
    expect(report.growth.low).toBe(5);
  });
});

test.each([true, false])(
  'a server that refuses for good after overload is a limiter, breaker: %s',
  (breaker) => {
    const server = { ...mm1(10), collapse: { above: 20, below: 0, factor: 5 }, concurrency: 25 };
    const asked = question(50, { marginRatio: 5 });
    const report = ask({ question: asked, system: { server, breaker }, budgetMs: 600_000 }).report();
    expect(report.answer).toBe('inconclusive');
    expect(codes(report)).toEqual(['RATE_LIMITED', 'BREACH']);
    expect(report.reasons[0]?.text).toMatch(
      /its reserve was used up\. Wait until the limiter has its reserve again/,
    );
  },
);

test('looks are long enough for the windows of the objectives', () => {
  const plan = planOf(['p99 < 250ms for 20s'], { seed: 1 });
  const asked = question(50, { marginRatio: 5 });
  const search = ask({ question: asked, system: { server: hysteretic(10, 0.05), plan }, budgetMs: 600_000 });
  const whole = search.book.trials.filter(({ codes: said }) => !said.includes('BREAKER'));
  expect(purposes(search)).toContain('recovery');
  expect(whole.length).toBeGreaterThan(0);
  expect(Math.min(...whole.map(({ durationMs }) => durationMs))).toBeGreaterThanOrEqual(19_900);
});
