import { describe, expect, test } from 'vitest';
import { lengthOf } from '../../../src/verdict/launch/effort.ts';
import { LaunchSearch } from '../../../src/verdict/launch/launch-search.ts';
import type { LaunchAnswer } from '../../../src/verdict/launch/report.ts';
import { hysteretic, leaky, metastable, mm1, mmc, rateLimited } from '../../support/simulator/servers.ts';
import { createSimulation } from '../../support/simulator/simulation.ts';
import { planOf } from '../measured.ts';
import { type Asked, ask, codes, OPTIONS, purposes, question, seededPlan } from './launches.ts';

/** M/M/1 with 10 ms of service: p99 < 250ms holds up to 100 - ln(100) / 0.25 = 81.58/s. */
const MM1 = mm1(10);

describe('the answer about a server whose capacity is 81.58/s', () => {
  test.each<[peak: number, LaunchAnswer, reasons: string[]]>([
    [50, 'yes', []],
    [70, 'yes-without-margin', ['NO_MARGIN', 'BREACH']],
    [100, 'no', ['BREACH']],
    [200, 'no', ['BREACH', 'NO_RECOVERY']],
  ])('at a peak of %d/s with a margin of 30%% is %s', (peak, answer, reasons) => {
    const report = ask({ question: question(peak), system: { server: MM1 } }).report();
    expect(report.answer).toBe(answer);
    expect(codes(report)).toEqual(reasons);
  });

  test.each<[peak: number, marginRatio: number, answer: LaunchAnswer]>([
    [40, 0, 'yes'],
    [30, 0.3, 'yes'],
    // 60/s is asked with a zone lost, 90/s with the margin on top.
    [40, 0.5, 'yes-without-margin'],
    [60, 0.5, 'yes-without-spare-zone'],
    [120, 0, 'no'],
  ])(
    'at a peak of %d/s with a margin of %d, when 1 of 3 zones may fail, is %s',
    (peak, marginRatio, answer) => {
      const asked = question(peak, { marginRatio, zones: 3, lose: 1 });
      expect(ask({ question: asked, system: { server: MM1 } }).report().answer).toBe(answer);
    },
  );

  test('is inconclusive after five seconds, and says how long it would take', () => {
    const search = ask({ question: question(50), system: { server: MM1 }, budgetMs: 5000 });
    const report = search.report();
    expect(search.book.trials).toEqual([]);
    expect(report.answer).toBe('inconclusive');
    expect(codes(report)).toEqual(['UNDECIDED_BUDGET', 'UNDECIDED_BUDGET']);
    expect(report.reasons[0]?.text).toMatch(
      /no time to ask about 50\/s, the expected peak: it takes at least [\d.]+s/,
    );
    expect(report.headroom).toEqual({ low: null, high: null });
    expect(report.exercised.map(({ exercised }) => exercised)).toContain(false);
  });

  test('that is short of a margin for want of time says how much more would settle it', () => {
    const report = ask({ question: question(50), system: { server: MM1 }, budgetMs: 200_000 }).report();
    expect(report.answer).toBe('yes-without-margin');
    expect(report.reasons.at(-1)?.text).toMatch(
      /^65\/s, the peak with a margin of 30%: .* would settle it\.$/,
    );
  });

  test('is followed by the bracket, whose overload takes nothing from a yes', () => {
    const search = ask({ question: question(50), system: { server: MM1 }, bracket: true, budgetMs: 900_000 });
    const { answer, headroom, growth, questions } = search.report();
    expect(answer).toBe('yes');
    expect(questions[0]?.label).toBe('held');
    expect(growth.low).toBeGreaterThanOrEqual(1.3);
    expect((growth.low ?? 0) * 50).toBeLessThan(81.58 * 1.02);
    expect((growth.high ?? 0) * 50).toBeGreaterThan(81.58);
    expect(headroom.low).toBeCloseTo((growth.low ?? 0) - 1, 12);
    expect(search.book.trials.some(({ ratePerSecond }) => ratePerSecond > 65)).toBe(true);
  });

  test('is the same to the last byte for the same seed, and rests on other traffic for another', () => {
    const asked: Asked = {
      question: question(70),
      system: { server: MM1 },
      bracket: true,
      budgetMs: 300_000,
    };
    const text = (seed: number): string => {
      const search = ask({ ...asked, seed });
      return JSON.stringify([search.report(), search.book.trials]);
    };
    expect(text(7)).toBe(text(7));
    expect(text(7)).not.toBe(text(8));
  });
});

describe('the way', () => {
  test('to the first rate doubles from an eighth of it, three seconds a step', () => {
    const search = ask({ question: question(1000), system: { server: mmc(400, 10) }, budgetMs: 60_000 });
    expect(search.book.trials[0]?.ratePerSecond).toBe(1300);
    expect(search.book.trials[0]?.startedMs).toBe(0);
    expect(purposes(search)).toEqual(['question']);
  });

  test('asks about equal rates once', () => {
    const asked = question(100, { marginRatio: 0 });
    const { questions, answer } = ask({ question: asked, system: { server: mmc(50, 10) } }).report();
    expect(answer).toBe('yes');
    expect(questions).toEqual([
      { id: 'peak', ratePerSecond: 100, label: 'held', text: '100/s, the expected peak: held.' },
    ]);
  });

  test('never sends more than may be sent, and says that it did not', () => {
    const system = { server: mmc(50, 10) };
    const search = ask({
      question: question(100),
      system,
      maxPerSecond: 110,
      bracket: true,
      budgetMs: 300_000,
    });
    const report = search.report();
    expect(report.answer).toBe('yes-without-margin');
    expect(codes(report)).toEqual(['NO_MARGIN', 'RATE_CAP']);
    expect(Math.max(...search.book.trials.map(({ ratePerSecond }) => ratePerSecond))).toBeLessThanOrEqual(
      110,
    );
  });

  test('says what it does', () => {
    const search = ask({ question: question(100), system: { server: mmc(50, 10) } });
    expect(search.state(1000)).toMatchObject({ doing: 'done', leftMs: 0, heldPerSecond: 130 });
  });
});

test('what a trial took beside its traffic is reckoned with from then on', () => {
  const plan = seededPlan(1);
  const simulation = createSimulation({ plan, server: mmc(50, 10) });
  const search = new LaunchSearch(plan, question(1000), { ...OPTIONS, soakMs: 60_000 });
  const first = search.next(0);
  if (first === null) throw new Error('no trial was ordered');
  const before = search.neededMs ?? 0;
  search.add({
    ...simulation.runTrial(first, 1),
    endedMs: lengthOf(first.approach) + first.durationMs + 9000,
  });
  // Instead of the 4 s beyond the traffic of the soak that were reckoned with before.
  expect((search.neededMs ?? 0) - before).toBe(
    9000 - 4000 - (lengthOf(first.approach) + first.durationMs + 4000),
  );
});

describe('an interruption', () => {
  function interrupted(isHandedIn: boolean): LaunchSearch {
    const plan = seededPlan(1);
    const simulation = createSimulation({ plan, server: mmc(50, 10) });
    const search = new LaunchSearch(plan, question(5), OPTIONS);
    const order = search.next(0);
    if (order === null) throw new Error('no trial was ordered');
    const trial = simulation.runTrial({ ...order, durationMs: 3000 }, 1);
    if (isHandedIn) search.add({ ...trial, stopped: { by: 'signal', text: 'SIGINT was received' } });
    return search;
  }

  test.each([
    ['in a trial', true],
    ['on the way up', false],
  ])('%s is told, and ends it', (_, isHandedIn) => {
    const search = interrupted(isHandedIn);
    const report = search.report();
    expect(report.answer).toBe('inconclusive');
    expect(report.reasons).toEqual([
      { code: 'INTERRUPTED', text: 'The search was interrupted before its end.' },
    ]);
    // Whoever drives a search asks for nothing more when a trial never came.
    expect(isHandedIn ? search.next(20_000) : null).toBeNull();
  });
});

describe('a generator at its end', () => {
  test.each([70, 100, 300])('below a peak of %d/s is inconclusive, never no', (peak) => {
    const system = { server: mmc(50, 10), generator: { ceilingPerSecond: 60 } };
    const report = ask({ question: question(peak), system, bracket: true, budgetMs: 600_000 }).report();
    expect(report.answer).toBe('inconclusive');
    expect(codes(report)).toContain('GENERATOR_LIMIT');
    expect(report.reasons[0]?.text).toContain('would settle it');
  });

  test('between the peak and its margin lets the peak be judged', () => {
    const system = { server: mmc(50, 10), generator: { ceilingPerSecond: 60 } };
    const report = ask({ question: question(40, { marginRatio: 1 }), system }).report();
    expect(report.answer).toBe('yes-without-margin');
    expect(codes(report)).toEqual(['NO_MARGIN', 'GENERATOR_LIMIT']);
  });
});

describe('overload', () => {
  test('is repeated before the drop when nothing stopped it, and followed by rests when it stays down', () => {
    const asked = question(70, { marginRatio: 1 });
    const search = ask({ question: asked, system: { server: metastable(10), breaker: false } });
    expect(purposes(search).slice(0, 4)).toEqual(['question', 'recovery', 'recovery', 'recovery']);
    expect(search.book.pools().map(({ ratePerSecond }) => ratePerSecond)).not.toContain(35);
  });

  test('that it comes back from goes on with the peak', () => {
    const asked = question(60, { marginRatio: 0.8 });
    const search = ask({ question: asked, system: { server: hysteretic(10, 0.05) } });
    expect(search.report().answer).toBe('yes-without-margin');
    expect(purposes(search).slice(0, 3)).toEqual(['question', 'recovery', 'question']);
  });

  test('of a limiter is named', () => {
    const report = ask({ question: question(120), system: { server: rateLimited(100, 429, 20) } }).report();
    expect(report.answer).toBe('no');
    expect(codes(report)).toEqual(['BREACH', 'RATE_LIMITED']);
  });
});

describe('what is asked beside the rates', () => {
  test('must hold for a yes', () => {
    const search = ask({
      question: question(50),
      system: { server: mmc(4, 10) },
      surgeMs: 10_000,
      soakMs: 600_000,
    });
    const { answer, surge, soak } = search.report();
    expect(answer).toBe('yes');
    expect(surge).toMatchObject({ status: 'pass', breachedMs: 0, allowedMs: 10_000 });
    expect(soak).toMatchObject({ status: 'pass', durationMs: 600_000 });
    expect(purposes(search).slice(-2)).toEqual(['surge', 'soak']);
    expect(search.book.at(50)).toBeNull();
  });

  test('is not tried after anything but a yes', () => {
    const search = ask({
      question: question(100),
      system: { server: MM1 },
      surgeMs: 10_000,
      soakMs: 600_000,
    });
    expect(search.report()).toMatchObject({ answer: 'no', surge: null, soak: null });
    expect(codes(search.report())).toEqual(['BREACH']);
  });

  test('that leaks is told, and is no yes', () => {
    const asked = { question: question(30), system: { server: leaky(10, 0.0002) }, soakMs: 1_800_000 };
    const report = ask(asked).report();
    expect(report.answer).toBe('inconclusive');
    expect(codes(report)).toEqual(['LEAK']);
    expect(report.soak?.driftRatio).toBeGreaterThan(0.3);
    expect(report.soak?.text).toMatch(/30\/s for 30m held\. The median response time rose by \d+/);
  });

  test('that breaks in the end is a no', () => {
    const asked = { question: question(40), system: { server: leaky(10, 0.001) }, soakMs: 1_800_000 };
    const report = ask(asked).report();
    expect(report.answer).toBe('no');
    expect(codes(report)).toEqual(['SOAK']);
  });

  test('is asked for no more throughput than the peak has', () => {
    const plan = planOf(['throughput > 60/s'], { seed: 1 });
    const system = { server: mmc(4, 10), plan };
    const { answer, soak } = ask({ question: question(50), system, soakMs: 60_000 }).report();
    expect(answer).toBe('yes');
    expect(soak?.status).toBe('pass');
  });

  test('keeps its time free of the budget', () => {
    const asked = { question: question(50), system: { server: MM1 }, surgeMs: 10_000, budgetMs: 100_000 };
    const search = ask(asked);
    const end = search.book.trials.at(-1);
    expect((end?.startedMs ?? 0) + (end?.durationMs ?? 0)).toBeLessThan(100_000);
    expect(search.report().answer).not.toBe('no');
  });
});
