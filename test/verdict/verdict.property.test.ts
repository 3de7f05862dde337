import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeRun } from '../../src/verdict/verdict.ts';
import { type Act, generator, many, measured, planOf, run } from './measured.ts';

const TEXTS = [
  'p99 < 250ms',
  'p95 <= 250ms',
  'errors < 1%',
  'status 5xx < 5%',
  'status 2xx > 90%',
  'dropped < 1%',
  'max < 250ms',
  'min < 250ms',
  'mean < 250ms',
  'apdex(100ms) > 0.8',
  'throughput > 1/s',
  'goodput < 100/s',
  'p50 > 5ms',
  'errors <= 0%',
];

const texts = fc.subarray(TEXTS, { minLength: 1, maxLength: 4 });
const facts = fc
  .record({
    suspendedMs: fc.constantFrom(0, 0, 5000),
    deadWorkers: fc.constantFrom(0, 0, 1),
    stealRatio: fc.constantFrom(null, 0, 0.5),
    askedPeakPerSecond: fc.constantFrom(null, 30, 1e6),
    chosenConnections: fc.constantFrom(null, 10),
    interrupted: fc.boolean(),
  })
  .map((overrides) => generator(overrides));

const GOOD: Act = { ms: 10 };
const BAD: readonly Act[] = [
  { ms: 400, status: 500 },
  { outcome: 'broken', cause: 'reset', phase: 'wait', ms: 400 },
];

const RANK = { pass: 0, inconclusive: 1, fail: 2 } as const;

describe('a verdict', () => {
  test('is never pass nor fail without data', () => {
    fc.assert(
      fc.property(texts, facts, fc.integer({ min: 0, max: 3000 }), (objectives, conduct, inFlight) => {
        const judged = judgeRun(run(measured(planOf(objectives), [], { inFlight }), { generator: conduct }));
        expect(judged.verdict.status).toBe('inconclusive');
        expect(judged.verdict.reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  test('has the worst status of its objectives, and a reason unless it is a pass', () => {
    const counts = fc.record({
      good: fc.integer({ min: 0, max: 800 }),
      bad: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(texts, facts, counts, (objectives, conduct, { good, bad }) => {
        const acts = [...many(good, GOOD), ...many(bad, BAD[0])];
        const judged = judgeRun(run(measured(planOf(objectives), acts), { generator: conduct }));
        const worst = Math.max(...judged.objectives.map(({ status }) => RANK[status]));
        expect(RANK[judged.verdict.status]).toBe(worst);
        expect(judged.verdict.reasons.length === 0).toBe(judged.verdict.status === 'pass');
        const codes = judged.validity.checks.map(
          ({ status, code }) => (status === 'fail') === (code !== null),
        );
        expect(codes.every(Boolean)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test.each(['p99 < 250ms', 'errors < 1%', 'p95 < 250ms', 'status 2xx > 90%', 'max < 250ms'])(
    // A fail may become open: failures that come together prove less than their number.
    'on "%s" never becomes a pass when one more attempt fails',
    (text) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 1500 }),
          fc.integer({ min: 0, max: 10 }),
          fc.constantFrom(...BAD),
          (good, bad, act) => {
            const acts = [...many(good, GOOD), ...many(bad, act)];
            const before = judgeRun(run(measured(planOf([text]), acts))).verdict.status;
            const after = judgeRun(run(measured(planOf([text]), [...acts, act]))).verdict.status;
            expect(after === 'pass' && before !== 'pass').toBe(false);
          },
        ),
        { numRuns: 40 },
      );
    },
  );
});
