import { describe, expect, test } from 'vitest';
import type { RateLabel } from '../../../src/verdict/capacity/report.ts';
import type { Status } from '../../../src/verdict/finding.ts';
import { decisiveOf, growthOf, isAccepted, launchVerdict } from '../../../src/verdict/launch/answer.ts';
import { LaunchSearch } from '../../../src/verdict/launch/launch-search.ts';
import type { LaunchAnswer } from '../../../src/verdict/launch/report.ts';
import { mdc, mm1, mmc } from '../../support/simulator/servers.ts';
import { createSimulation, runSearch } from '../../support/simulator/simulation.ts';
import { ask, bookOf, codes, factsOf, OPTIONS, purposes, question, seededPlan } from './launches.ts';

describe('the headroom', () => {
  test.each<[labels: [number, RateLabel][], low: number | null, high: number | null]>([
    [[], null, null],
    [[[130, 'held']], 1.3, null],
    [
      [
        [130, 'broken'],
        [100, 'held'],
      ],
      1,
      1.3,
    ],
    [
      [
        [130, 'broken'],
        [50, 'broken'],
      ],
      null,
      0.5,
    ],
    [
      [
        [300, 'broken'],
        [130, 'held'],
      ],
      1.3,
      3,
    ],
  ])('of %j is from %j to %j times the peak', (labels, low, high) => {
    const book = bookOf(labels);
    expect(growthOf(factsOf(question(100), book), book, 100)).toEqual({ low, high });
  });

  test.each<[labels: [number, RateLabel][], rate: number | null]>([
    [[], null],
    [[[130, 'held']], 130],
    [
      [
        [130, 'broken'],
        [100, 'held'],
      ],
      100,
    ],
    [
      [
        [130, 'broken'],
        [100, 'broken'],
      ],
      100,
    ],
    [
      [
        [130, 'undecided'],
        [100, 'undecided'],
      ],
      100,
    ],
    [
      [
        [130, 'undecided'],
        [110, 'held'],
      ],
      110,
    ],
  ])('of %j rests on %j/s', (labels, rate) => {
    const book = bookOf(labels);
    expect(decisiveOf(factsOf(question(100), book), book)?.ratePerSecond ?? null).toBe(rate);
  });
});

describe('the verdict', () => {
  const { report } = {
    report: ask({ question: question(100), system: { server: mdc(50, 2) }, budgetMs: 5000 }).report(),
  };

  test.each<[answer: LaunchAnswer, accepted: boolean, status: Status]>([
    ['yes', false, 'pass'],
    ['yes-without-margin', false, 'fail'],
    ['yes-without-margin', true, 'pass'],
    ['yes-without-spare-zone', false, 'fail'],
    ['yes-without-spare-zone', true, 'pass'],
    ['no', false, 'fail'],
    ['inconclusive', false, 'inconclusive'],
  ])('on %s, accepted: %s, is %s', (answer, accepted, status) => {
    const verdict = launchVerdict({ ...report, answer, accepted });
    expect(verdict.status).toBe(status);
    expect(verdict.reasons).toEqual(status === 'pass' ? [] : report.reasons);
  });

  test.each<[answer: LaunchAnswer, noMargin: boolean, noSpareZone: boolean, accepted: boolean]>([
    ['yes-without-margin', false, false, false],
    ['yes-without-margin', true, false, true],
    ['yes-without-margin', false, true, true],
    ['yes-without-spare-zone', true, false, false],
    ['yes-without-spare-zone', false, true, true],
    ['no', true, true, false],
    ['inconclusive', true, true, false],
    ['yes', true, true, false],
  ])(
    '%s is accepted by --accept-no-margin %s, --accept-no-spare-zone %s: %s',
    (answer, noMargin, noSpareZone, accepted) => {
      expect(isAccepted(answer, { noMargin, noSpareZone })).toBe(accepted);
    },
  );
});

test('reasons begin with a breach, whatever was left open below it', () => {
  const plan = seededPlan(1);
  const search = new LaunchSearch(plan, question(50, { marginRatio: 1 }), { ...OPTIONS, budgetMs: 80_000 });
  const simulation = createSimulation({ plan, server: mm1(10) });
  const report = runSearch(search, simulation).report();
  expect(report.answer).toBe('inconclusive');
  expect(codes(report)).toEqual(['BREACH', 'UNDECIDED_BUDGET']);
});

describe('a server that nobody reaches', () => {
  const SILENT = { workers: 1, service: { kind: 'deterministic', meanMs: 1e9 } } as const;

  test.each([5, 200])('is a no at a peak of %d/s after one trial, and nothing more', (peak) => {
    const asked = question(peak);
    const search = ask({ question: asked, system: { server: SILENT }, bracket: true, soakMs: 60_000 });
    const report = search.report();
    expect(purposes(search)).toEqual(['question']);
    expect(report.answer).toBe('no');
    expect(codes(report)).toEqual(['UNREACHABLE']);
    expect(report.growth).toEqual({ low: null, high: null });
  });

  test.each<[connectionsOpened: number, answer: LaunchAnswer, code: string]>([
    [0, 'no', 'UNREACHABLE'],
    // What failed on the way up may have been answers.
    [3, 'inconclusive', 'BREACH'],
  ])('on the way up, with %d connections opened, is %s', (connectionsOpened, answer, code) => {
    const plan = seededPlan(1);
    const search = new LaunchSearch(plan, question(200), OPTIONS);
    const order = search.next(0);
    if (order === null) throw new Error('no trial was ordered');
    const simulation = createSimulation({ plan, server: mmc(50, 10) });
    const trial = simulation.runTrial({ ...order, durationMs: 0 }, 1);
    const { counts, warmupExceedances } = trial.measured.recording;
    Object.assign(counts, { warmup: 100, warmupFailed: 100, connectionsOpened });
    for (const seen of warmupExceedances)
      Object.assign(seen, { count: 100, exceeded: 100, exceededOwn: 100 });
    search.add({ ...trial, stopped: { by: 'breaker', text: '100 of the last 100 requests failed' } });
    expect(search.report().answer).toBe(answer);
    expect(codes(search.report())[0]).toBe(code);
    expect(search.next(20_000) === null).toBe(answer === 'no');
  });
});
