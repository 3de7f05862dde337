import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/verdict/finding.ts';
import { judgeObjectives } from '../../src/verdict/objectives.ts';
import { type Act, closed, constant, many, measured, open, planOf, scattered, target } from './measured.ts';

const FAILED: Act = { status: 503 };
const SLOW: Act = { ms: 400 };
const BROKEN: Act = { outcome: 'broken', cause: 'reset', phase: 'wait' };
const DROPPED: Act = { outcome: 'dropped', phase: 'blocked', ms: 10_000 };

function judge(text: string, acts: readonly Act[], more: Parameters<typeof measured>[2] = {}): Finding {
  const [judged] = judgeObjectives(measured(planOf([text]), acts, more)).objectives;
  if (judged === undefined) throw new Error('nothing was judged');
  return judged.finding;
}

describe('a share is judged by the exact rule', () => {
  test.each([
    ['errors < 1%', 298, 0, FAILED, 'inconclusive'],
    ['errors < 1%', 299, 0, FAILED, 'pass'],
    ['errors < 1%', 473, 1, FAILED, 'pass'],
    ['errors < 1%', 472, 1, FAILED, 'inconclusive'],
    ['errors < 1%', 1, 1, BROKEN, 'fail'],
    ['errors < 1%', 82, 3, FAILED, 'fail'],
    ['errors < 1%', 83, 3, FAILED, 'inconclusive'],
    ['p99 < 250ms', 299, 0, SLOW, 'pass'],
    ['p99 < 250ms', 82, 3, SLOW, 'fail'],
    ['p99 < 250ms', 82, 3, FAILED, 'fail'],
    ['p99 < 250ms', 82, 3, DROPPED, 'fail'],
    ['p99 < 400ms', 299, 3, SLOW, 'inconclusive'],
    ['p50 > 300ms', 100, 80, SLOW, 'pass'],
    ['p50 > 300ms', 100, 20, SLOW, 'fail'],
    ['status 503 < 1%', 82, 3, FAILED, 'fail'],
    ['status 2xx > 99%', 299, 0, FAILED, 'pass'],
    ['status 2xx >= 99%', 82, 3, FAILED, 'fail'],
    ['dropped < 1%', 82, 3, DROPPED, 'fail'],
    ['dropped < 1%', 299, 0, DROPPED, 'pass'],
  ] as const)('%s of %i with %i bad', (text, count, bad, act, status) => {
    const slowEnough = text === 'p99 < 400ms' ? { ms: 401 } : act;
    expect(judge(text, scattered(count, bad, slowEnough)).status).toBe(status);
  });

  test.each(['errors < 1%', 'status 5xx < 1%', 'status 2xx > 99%'])(
    'of %s a drop is neither good nor bad, since it was never sent',
    (text) => {
      expect(judge(text, [...many(299), ...many(1, DROPPED)])).toMatchObject({
        status: 'inconclusive',
        count: 299,
        exceeded: 0,
        reason: { code: 'DROPPED', text: '1 request was never sent, and could decide it either way.' },
      });
      expect(judge(text, [...many(472), ...many(1, DROPPED)]).status).toBe('pass');
    },
  );

  test('a drop takes nothing away from a breach, nor adds to it', () => {
    expect(judge('errors < 1%', [...scattered(75, 3, FAILED), ...many(7, DROPPED)]).status).toBe('fail');
    expect(judge('errors < 1%', [...scattered(75, 3, FAILED), ...many(8, DROPPED)]).status).toBe(
      'inconclusive',
    );
  });

  test('counts only the target that it names', () => {
    const plan = planOf(['cart: errors < 1%', 'home: errors < 1%'], {
      targets: [target('home'), target('cart')],
    });
    const acts = [...many(400), ...many(400, { target: 1, status: 500 })];
    const { objectives } = judgeObjectives(measured(plan, acts));
    expect(objectives.map(({ finding }) => finding.status)).toEqual(['fail', 'pass']);
    expect(objectives.map(({ finding }) => finding.count)).toEqual([400, 400]);
  });
});

describe('without enough', () => {
  test('no attempt is inconclusive: no data', () => {
    expect(judge('errors < 1%', [])).toMatchObject({
      status: 'inconclusive',
      value: null,
      count: 0,
      reason: { code: 'NO_DATA' },
    });
  });

  test('too few say how many more it takes, and how long', () => {
    const finding = judge('errors < 1%', many(100));
    expect(finding.moreRequests).toBe(199);
    expect(finding.reason).toEqual({
      code: 'N_TOO_SMALL',
      text: '100 requests are too few: even with none against it, it takes 299 to be sure. About 199 more requests (39.8s at this rate) would settle it.',
    });
  });

  test('a ratio at the limit itself is never settled by more of the same', () => {
    const finding = judge('errors < 1%', scattered(1000, 10, FAILED));
    expect(finding).toMatchObject({
      status: 'inconclusive',
      moreRequests: null,
      reason: { code: 'UNDECIDED' },
    });
    expect(finding.reason?.text).toContain('the limit itself');
  });

  test('a percentile that counts can judge but not yet show says so', () => {
    expect(judge('p99 < 250ms', many(299))).toMatchObject({
      status: 'pass',
      value: null,
      reason: { code: 'N_TOO_SMALL', text: expect.stringContaining('needs 368') },
    });
    expect(judge('p99 < 250ms', many(368))).toMatchObject({
      status: 'pass',
      value: expect.closeTo(10, 9),
      reason: null,
    });
  });
});

describe('attempts without an answer', () => {
  test('stand against a pass', () => {
    expect(judge('p99 < 250ms', many(400), { inFlight: 0 }).status).toBe('pass');
    expect(judge('p99 < 250ms', many(400), { inFlight: 5 })).toMatchObject({
      status: 'inconclusive',
      reason: {
        code: 'IN_FLIGHT',
        text: '5 requests had no answer when the run ended, and could decide it either way.',
      },
    });
  });

  test('do not stand for a fail', () => {
    expect(judge('p99 < 250ms', scattered(82, 3, SLOW), { inFlight: 10 }).status).toBe('inconclusive');
  });

  test('alone decide nothing', () => {
    expect(judge('errors < 1%', [], { inFlight: 50 })).toMatchObject({
      status: 'inconclusive',
      reason: { code: 'IN_FLIGHT' },
    });
  });
});

describe('what a finding shows', () => {
  test('a ratio with its Wilson interval', () => {
    const finding = judge('errors < 1%', scattered(1000, 1, FAILED));
    expect(finding.value).toBe(0.001);
    expect(finding.low).toBeCloseTo(0.00017655, 8);
    expect(finding.high).toBeCloseTo(0.0056426, 7);
    expect(finding).toMatchObject({ unit: 'ratio', limit: 0.01, count: 1000, exceeded: 1, inflation: 1 });
    expect(finding.because).toBe('1 of 1,000 requests (0.1%) failed; at most 1% may.');
  });

  test('a percentile of all attempts, failures as infinitely slow', () => {
    const acts = many(1000, (index) => ({ ms: ((index * 377) % 1000) + 1 }));
    const finding = judge('p95 < 2s', acts);
    expect(finding.value).toBeCloseTo(950, 0);
    expect(finding.low).toBeCloseTo(936, 0);
    expect(finding.high).toBeCloseTo(964, 0);
    const failing = judge(
      'p95 < 2s',
      acts.map((act, index) => (index % 10 === 0 ? { ...act, status: 500 } : act)),
    );
    expect(failing).toMatchObject({ status: 'fail', value: null, reason: { code: 'NO_FINITE_VALUE' } });
  });

  test('a mirrored objective counts the other side', () => {
    expect(judge('status 2xx > 99%', scattered(82, 3, FAILED))).toMatchObject({
      count: 82,
      exceeded: 3,
      because: '79 of 82 requests (96.3%) were answered with a status of 200 to 299; at least 99% must.',
    });
  });
});

describe('what no number of requests proves is observed', () => {
  test.each([
    ['max < 250ms', 20, 0, 'pass', 'none may'],
    ['max < 250ms', 20, 1, 'fail', 'none may'],
    ['p100 < 250ms', 20, 1, 'fail', 'none may'],
    ['min < 250ms', 20, 19, 'pass', 'some must not'],
    ['min < 250ms', 20, 20, 'fail', 'some must not'],
    ['min > 250ms', 20, 20, 'pass', 'all must'],
    ['max > 250ms', 20, 1, 'pass', 'some must'],
    ['max > 250ms', 20, 0, 'fail', 'some must'],
    ['errors <= 0%', 20, 0, 'pass', 'none may'],
    ['errors <= 0%', 20, 1, 'fail', 'none may'],
  ])('%s of %i with %i bad: %s', (text, count, bad, status, asked) => {
    const finding = judge(
      text,
      scattered(count, bad, { ms: 400, status: text.startsWith('errors') ? 500 : 200 }),
    );
    expect(finding).toMatchObject({ status, reason: { code: 'OBSERVED' } });
    expect(finding.because).toContain(asked);
  });

  test('the maximum is shown as it was, and is unknown when something failed', () => {
    expect(judge('max < 1s', scattered(20, 1, SLOW))).toMatchObject({
      value: expect.closeTo(400, 9),
      low: null,
      high: null,
    });
    expect(judge('max < 1s', scattered(20, 1, FAILED))).toMatchObject({ status: 'fail', value: null });
    expect(judge('min < 1s', scattered(20, 1, FAILED))).toMatchObject({ value: expect.closeTo(10, 9) });
  });

  test.each(['max < 250ms', 'min < 250ms', 'min > 5ms', 'errors <= 0%'])(
    '%s without data is inconclusive',
    (text) => {
      expect(judge(text, []).reason?.code).toBe('NO_DATA');
    },
  );

  test('an unanswered attempt may be the slowest', () => {
    expect(judge('max < 250ms', many(20), { inFlight: 1 })).toMatchObject({
      status: 'inconclusive',
      reason: { code: 'IN_FLIGHT' },
    });
  });
});

describe('means and rates', () => {
  const steady = many(600, (index) => ({ ms: 90 + (index % 3) * 10 }));

  test.each([
    ['mean < 110ms', 'pass'],
    ['mean < 90ms', 'fail'],
    ['mean < 100ms', 'inconclusive'],
    ['mean > 90ms', 'pass'],
    ['throughput > 29/s', 'pass'],
    ['throughput > 31/s', 'fail'],
    ['goodput > 29/s', 'pass'],
    ['throughput < 31/s', 'pass'],
    ['apdex(100ms) > 0.8', 'pass'],
    ['apdex(100ms) > 0.9', 'fail'],
  ])('%s is judged by batch means: %s', (text, status) => {
    const jittered = steady.map((act, index) => ({ ...act, ms: (act.ms ?? 0) + ((index * 7) % 13) - 6 }));
    const finding = judge(text, text.startsWith('apdex') ? steady : jittered);
    expect(finding.status).toBe(status);
    expect(finding.count).toBeNull();
  });

  test('show their t interval', () => {
    const finding = judge(
      'mean < 110ms',
      many(600, (index) => ({ ms: index % 60 < 30 ? 90 : 110 })),
    );
    expect(finding.value).toBeCloseTo(100, 9);
    expect(finding.low).toBeGreaterThan(94);
    expect(finding.high).toBeLessThan(106);
    expect(finding.because).toMatch(/^Measured 100ms, with 95% confidence between .*; asked for < 110ms\.$/);
  });

  test('a steady rate at its limit goes by the operator', () => {
    expect(judge('throughput >= 30/s', many(600)).status).toBe('pass');
    expect(judge('throughput > 30/s', many(600)).status).toBe('fail');
  });

  test.each([
    ['apdex(100ms) > 0.9', 'inconclusive'],
    ['goodput > 0.8/s', 'inconclusive'],
    ['apdex(100ms) > 0.2', 'pass'],
    ['apdex(100ms) < 0.2', 'fail'],
  ])('five flawless answers are no certainty: %s is %s', (text, status) => {
    const five = measured(planOf([text]), many(5, {}, 5000), { offeredMs: 5000 });
    expect(judgeObjectives(five).objectives[0]?.finding.status).toBe(status);
  });

  test('an interval of scores stays within what a score can be', () => {
    const finding = judge(
      'apdex(100ms) > 0.5',
      many(600, (index) => ({ ms: index === 0 ? 500 : 10 })),
    );
    expect(finding.high).toBe(1);
    expect(finding.low).toBeLessThan(finding.value ?? 0);
  });

  test('failures have no time, and leaving them out makes no mean a pass', () => {
    const mostly = many(600, (index) => ({ ms: 10 + (index % 7), status: index % 10 === 0 ? 200 : 503 }));
    const finding = judge('mean < 50ms', mostly);
    expect(finding).toMatchObject({ status: 'inconclusive', reason: { code: 'UNDECIDED' } });
    expect(finding.reason?.text).toMatch(/^540 requests failed or were never sent, and have no time/);
    expect(judge('mean < 50ms', scattered(600, 1, FAILED)).status).toBe('pass');
    expect(judge('mean < 50ms', scattered(600, 40, DROPPED)).status).toBe('inconclusive');
    expect(judge('mean < 5ms', mostly).status).toBe('fail');
  });

  test.each(['mean < 1s', 'throughput > 1/s', 'apdex(300ms) > 0.5'])('%s needs five seconds', (text) => {
    const short = measured(planOf([text]), many(120, {}, 4000), { offeredMs: 4000 });
    expect(judgeObjectives(short).objectives[0]?.finding).toMatchObject({
      status: 'inconclusive',
      reason: { code: 'RUN_TOO_SHORT' },
    });
    expect(judge(text, many(600)).status).toBe('pass');
  });

  test('without data there is no mean', () => {
    expect(judge('mean < 1s', [])).toMatchObject({
      status: 'inconclusive',
      value: null,
      reason: { code: 'NO_DATA' },
    });
    expect(judge('throughput < 1/s', [])).toMatchObject({
      status: 'inconclusive',
      value: null,
      reason: { code: 'NO_DATA' },
    });
  });

  test('without a success no mean from above holds', () => {
    expect(judge('mean < 1s', many(600, FAILED))).toMatchObject({
      status: 'fail',
      value: null,
      reason: null,
      because: 'None of 600 requests succeeded, so none has a time that counts.',
    });
    expect(judge('mean < 1s', many(10, FAILED), { inFlight: 10 }).status).toBe('inconclusive');
    for (const [text, acts] of [
      ['mean > 1s', many(600, FAILED)],
      ['mean < 1s', many(600, DROPPED)],
    ] as const) {
      expect(judge(text, acts).reason).toEqual({
        code: 'NO_DATA',
        text: 'No request in its scope succeeded, so nothing can be said.',
      });
    }
  });

  test('an answer that came in the drain is no throughput', () => {
    const late = many(600, (index) => ({ ms: (index * 20_000) / 600 + 10 }));
    expect(judge('throughput > 29/s', late).status).toBe('fail');
  });

  test('goodput leaves failures out, of one target as well', () => {
    const targets = [target('home'), target('cart')];
    const acts = many(600, (index) => ({ target: index % 2, status: index % 4 === 1 ? 500 : 200 }));
    const plan = planOf(
      ['goodput > 20/s', 'cart: goodput > 6/s', 'cart: throughput > 14/s', 'cart: goodput > 9/s'],
      { targets },
    );
    const statuses = judgeObjectives(measured(plan, acts)).objectives.map(({ finding }) => finding.status);
    expect(statuses).toEqual(['pass', 'pass', 'pass', 'fail']);
  });

  test('unanswered attempts may raise a mean up to their timeout', () => {
    const lively = many(600, (index) => ({ ms: 100 + (index % 7) }));
    expect(judge('mean < 150ms', lively).status).toBe('pass');
    expect(judge('mean < 150ms', lively, { inFlight: 2 }).status).toBe('pass');
    expect(judge('mean < 150ms', lively, { inFlight: 4 }).status).toBe('inconclusive');
    expect(judge('apdex(200ms) > 0.99', lively, { inFlight: 10 }).status).toBe('inconclusive');
  });
});

describe('stages', () => {
  const twoStages = open([
    constant(30, 20),
    { kind: 'ramp', fromPerSecond: 30, toPerSecond: 60, durationMs: 10_000 },
    constant(60, 20),
  ]);
  const acts = (slowFrom: number, slowTo: number): Act[] =>
    many(
      3000,
      (index) => ({ ms: index * (50_000 / 3000) >= slowFrom && index * (50_000 / 3000) < slowTo ? 400 : 10 }),
      50_000,
    );

  test.each([
    ['all is well', 0, 0, 'pass'],
    ['only the ramp is slow', 20_000, 30_000, 'pass'],
    ['the first stage is slow', 0, 5000, 'fail'],
    ['the last stage is slow', 45_000, 50_000, 'fail'],
  ])('are judged each, and the worst counts, when %s', (_name, from, to, status) => {
    const plan = planOf(['p95 < 250ms'], { load: twoStages });
    const [judged] = judgeObjectives(measured(plan, acts(from, to), { offeredMs: 50_000 })).objectives;
    expect(judged?.finding.status).toBe(status);
  });

  test('a pause is no stage to judge', () => {
    const plan = planOf(['p95 < 250ms'], { load: open([constant(0, 10), constant(60, 10)]) });
    const acts = many(600, (index) => ({ atMs: 10_000 + (index * 10_000) / 600 }));
    const [judged] = judgeObjectives(measured(plan, acts)).objectives;
    expect(judged?.finding).toMatchObject({ status: 'pass', count: 600 });
  });

  test('a ratio is of the stage that decided, as its counts are', () => {
    const plan = planOf(['errors < 1%'], { load: twoStages });
    const erring = many(3000, (index) => (index < 300 ? { status: 500 } : {}), 50_000);
    const [judged] = judgeObjectives(measured(plan, erring, { offeredMs: 50_000 })).objectives;
    const { value, exceeded, count } = judged?.finding ?? {};
    expect(judged?.finding).toMatchObject({ status: 'fail', exceeded: 300, count: 1200 });
    expect(value).toBe((exceeded ?? 0) / (count ?? 1));
  });

  test('the deciding stage is named', () => {
    const plan = planOf(['p95 < 250ms'], { load: twoStages });
    const [judged] = judgeObjectives(measured(plan, acts(45_000, 50_000), { offeredMs: 50_000 })).objectives;
    expect(judged?.finding.because).toMatch(
      /^300 of 1,200 requests \(25%\) in the stage at 60\/s took longer/,
    );
  });

  test('a plan of ramps alone is not judged', () => {
    const load = open([{ kind: 'ramp', fromPerSecond: 0, toPerSecond: 60, durationMs: 20_000 }]);
    const [judged] = judgeObjectives(measured(planOf(['errors < 1%'], { load }), many(600))).objectives;
    expect(judged?.finding).toMatchObject({ status: 'inconclusive', reason: { code: 'ONLY_RAMPS' } });
  });

  test('a closed loop is one stage', () => {
    const plan = planOf(['errors < 1%'], { load: closed(5, 20) });
    expect(judgeObjectives(measured(plan, many(600))).objectives[0]?.finding.status).toBe('pass');
  });
});

describe('our own lag', () => {
  test('is told apart from the server', () => {
    const acts = scattered(400, 40, { ms: 400, lagMs: 390 });
    const [judged] = judgeObjectives(measured(planOf(['p99 < 250ms']), acts)).objectives;
    expect(judged).toMatchObject({ finding: { status: 'fail' }, ownStatus: 'pass', basis: 'time' });
  });

  test('is no excuse for what is slow without it', () => {
    const acts = scattered(400, 40, { ms: 700, lagMs: 390 });
    const [judged] = judgeObjectives(measured(planOf(['p99 < 250ms']), acts)).objectives;
    expect(judged).toMatchObject({ finding: { status: 'fail' }, ownStatus: 'fail' });
  });

  test('is taken off a mean', () => {
    const acts = many(600, (index) => ({ ms: 400 + (index % 5), lagMs: 390 }));
    const [judged] = judgeObjectives(measured(planOf(['mean < 250ms']), acts)).objectives;
    expect(judged).toMatchObject({ finding: { status: 'fail' }, ownStatus: 'pass' });
  });

  test('is shared by all targets of a window', () => {
    const plan = planOf(['cart: mean < 250ms'], { targets: [target('home'), target('cart')] });
    const own = (ms: number): string | undefined =>
      judgeObjectives(
        measured(
          plan,
          many(600, (index) => ({ ms: ms + (index % 5), lagMs: 90, target: index % 2 })),
        ),
      ).objectives[0]?.ownStatus;
    expect(own(400)).toBe('fail');
    expect(own(300)).toBe('pass');
  });

  test('excuses the drops that never waited for a connection', () => {
    const late = scattered(400, 40, { outcome: 'dropped', ms: 10_000 });
    const [own] = judgeObjectives(measured(planOf(['dropped < 1%']), late)).objectives;
    expect(own).toMatchObject({ finding: { status: 'fail' }, ownStatus: 'pass' });
    const [waited] = judgeObjectives(
      measured(planOf(['dropped < 1%']), scattered(400, 40, DROPPED)),
    ).objectives;
    expect(waited).toMatchObject({ finding: { status: 'fail' }, ownStatus: 'fail' });
  });

  test.each([
    ['errors < 1%', 'answers'],
    ['status 5xx < 1%', 'answers'],
    ['p99 < 1s', 'time'],
    ['dropped < 1%', 'time'],
    ['throughput > 1/s', 'time'],
  ])('"%s" rests on %s', (text, basis) => {
    expect(judgeObjectives(measured(planOf([text]), many(10))).objectives[0]?.basis).toBe(basis);
  });

  test.each([
    ['errors < 1%', FAILED, true],
    ['errors < 1%', BROKEN, false],
    ['status 5xx < 1%', BROKEN, true],
    ['status 2xx > 99%', FAILED, true],
    ['status 2xx > 99%', BROKEN, false],
    ['p99 < 1s', FAILED, false],
  ])('"%s" is judged by answers alone, of %j: %s', (text, act, isReceived) => {
    const [judged] = judgeObjectives(measured(planOf([text]), scattered(100, 10, act))).objectives;
    expect(judged?.isReceived).toBe(isReceived);
  });
});
