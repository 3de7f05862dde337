import { describe, expect, test } from 'vitest';
import type { ValidityCheck } from '../../src/verdict/finding.ts';
import { judgeObjectives, type Measured } from '../../src/verdict/objectives.ts';
import { checkValidity, type GeneratorFacts, validityStatus } from '../../src/verdict/validity.ts';
import { type Act, closed, generator, many, measured, planOf, scattered } from './measured.ts';

function checks(from: Measured, facts: Partial<GeneratorFacts> = {}): Map<string, ValidityCheck> {
  const judged = judgeObjectives(from).objectives;
  const found = checkValidity({ measured: from, generator: generator(facts), judged });
  return new Map(found.map((check) => [check.id, check]));
}

const GOOD = measured(planOf(['p99 < 250ms']), many(600));

const LATE: Act = { ms: 400, lagMs: 390 };

function partly(act: Act, share: number): Act[] {
  return scattered(600, 600 * share, act);
}

describe('checkValidity', () => {
  test('always has every check, in the order of the design', () => {
    expect([...checks(GOOD).keys()]).toEqual([
      'send-lag',
      'event-loop-stall',
      'busy',
      'ceiling',
      'delivery',
      'backlog',
      'steadiness',
      'own-causes',
      'suspension',
      'dead-worker',
      'throttling',
      'steal',
      'connection-limit',
    ]);
  });

  test('lets a good run be judged', () => {
    const found = [...checks(GOOD).values()];
    expect(validityStatus(found)).toBe('pass');
    expect(found.filter(({ status }) => status !== 'pass').map(({ id }) => id)).toEqual(['connection-limit']);
    expect(found.every(({ code }) => code === null)).toBe(true);
  });

  test.each<[string, Partial<GeneratorFacts>, string, string, string]>([
    [
      'a busy worker',
      { conducts: [{ runMs: 1000, busyMs: 900, stalls: 0, stallMaxMs: 0 }] },
      'busy',
      'fail',
      'GENERATOR_LIMIT',
    ],
    ['a rate beyond the ceiling', { askedPeakPerSecond: 20_001 }, 'ceiling', 'fail', 'GENERATOR_LIMIT'],
    ['a suspended machine', { suspendedMs: 201 }, 'suspension', 'both', 'SUSPENDED'],
    ['a dead worker', { deadWorkers: 1 }, 'dead-worker', 'both', 'WORKER_DIED'],
    ['a throttled container', { throttledMs: 201 }, 'throttling', 'both', 'THROTTLED'],
    ['stolen CPU time', { stealRatio: 0.21 }, 'steal', 'both', 'STEAL'],
  ])('finds %s', (_name, facts, id, blocks, code) => {
    const found = checks(GOOD, facts);
    expect(found.get(id)).toMatchObject({ status: 'fail', blocks, code });
    expect([...found.values()].filter(({ status }) => status === 'fail')).toHaveLength(1);
    expect(validityStatus([...found.values()])).toBe('fail');
  });

  test.each<[string, Partial<GeneratorFacts>, string]>([
    ['a worker below 90 %', { conducts: [{ runMs: 1000, busyMs: 899, stalls: 0, stallMaxMs: 0 }] }, 'busy'],
    ['a rate at the ceiling of two workers', { askedPeakPerSecond: 40_000, workers: 2 }, 'ceiling'],
    ['1 % of suspension', { suspendedMs: 200 }, 'suspension'],
    ['a wall clock that was set back', { suspendedMs: -5000 }, 'suspension'],
    ['1 % of throttling', { throttledMs: 200 }, 'throttling'],
    ['20 % of steal', { stealRatio: 0.2 }, 'steal'],
  ])('tolerates %s', (_name, facts, id) => {
    expect(checks(GOOD, facts).get(id)).toMatchObject({ status: 'pass', code: null });
  });

  test('tolerates no more than a second of suspension however long the run, nor less than 20 ms', () => {
    const long = measured(planOf(['p99 < 250ms']), many(600, {}, 600_000), { offeredMs: 600_000 });
    expect(checks(long, { suspendedMs: 1001 }).get('suspension')?.status).toBe('fail');
    expect(checks(long, { suspendedMs: 999 }).get('suspension')?.status).toBe('pass');
    const short = measured(planOf(['p99 < 250ms']), many(10, {}, 300), { offeredMs: 300 });
    const conducts = [{ runMs: 300, busyMs: 1, stalls: 0, stallMaxMs: 0 }];
    expect(checks(short, { suspendedMs: 15, conducts }).get('suspension')?.status).toBe('pass');
  });

  test.each<[string, Partial<GeneratorFacts>, string[]]>([
    [
      'what could not be read',
      { throttledMs: null, stealRatio: null, ceilingPerSecond: null },
      ['ceiling', 'throttling', 'steal', 'connection-limit'],
    ],
    ['a generator without workers', { conducts: [] }, ['event-loop-stall', 'busy', 'connection-limit']],
  ])('does not apply a check to %s', (_name, facts, ids) => {
    const without = [...checks(GOOD, facts).values()].filter(({ status }) => status === 'not-applicable');
    expect(without.map(({ id }) => id)).toEqual(ids);
  });

  test('does not ask a closed loop for lag, delivery, arrivals or a backlog, but for idle time', () => {
    const plan = planOf(['p99 < 250ms'], { load: closed(10, 20) });
    const facts = {
      closedLoop: true,
      askedPeakPerSecond: null,
      conducts: [{ runMs: 1000, busyMs: 950, stalls: 0, stallMaxMs: 0 }],
    };
    const found = checks(measured(plan, many(600)), facts);
    const without = [...found.values()]
      .filter(({ status }) => status === 'not-applicable')
      .map(({ id }) => id);
    expect(without).toEqual(['send-lag', 'ceiling', 'delivery', 'backlog', 'connection-limit']);
    expect(found.get('busy')).toMatchObject({ status: 'fail', code: 'GENERATOR_LIMIT' });
  });
});

describe('send lag and stalls', () => {
  test('fail when they decide an objective', () => {
    const late = measured(planOf(['p99 < 250ms']), partly(LATE, 0.1));
    expect(checks(late).get('send-lag')).toMatchObject({
      status: 'fail',
      blocks: 'fail',
      code: 'SEND_LAG',
      unit: 'ms',
    });
    expect(checks(late).get('send-lag')?.measured).toBeCloseTo(390, -1);
    expect(checks(late).get('event-loop-stall')?.status).toBe('pass');
    const conducts = [{ runMs: 20_000, busyMs: 900, stalls: 2, stallMaxMs: 400 }];
    expect(checks(late, { conducts }).get('event-loop-stall')).toMatchObject({
      status: 'fail',
      blocks: 'fail',
      code: 'GENERATOR_STALL',
      measured: 2,
    });
  });

  test('pass when every objective would be judged the same without them', () => {
    const conducts = [{ runMs: 20_000, busyMs: 900, stalls: 2, stallMaxMs: 400 }];
    const slowAnyway = measured(planOf(['p99 < 250ms']), partly({ ms: 900, lagMs: 390 }, 0.1));
    expect(checks(slowAnyway, { conducts }).get('send-lag')?.status).toBe('pass');
    expect(checks(slowAnyway, { conducts }).get('event-loop-stall')?.status).toBe('pass');
    const fineAnyway = measured(planOf(['p99 < 250ms']), partly({ ms: 100, lagMs: 90 }, 0.1));
    expect(checks(fineAnyway).get('send-lag')?.status).toBe('pass');
  });

  test('counts a stall that fell on an attempt like lag', () => {
    const stalled = measured(planOf(['p99 < 250ms']), partly({ ms: 400, stallMs: 390 }, 0.1));
    expect(checks(stalled).get('send-lag')?.status).toBe('fail');
  });
});

describe('delivery', () => {
  const plan = planOf(['errors < 1%']);

  test.each([
    [0, 'pass'],
    [6, 'pass'],
    [7, 'fail'],
  ])('of 600 planned with %s dropped: %s', (dropped, status) => {
    const acts = [...many(600 - dropped), ...many(dropped, { outcome: 'dropped', phase: 'blocked' })];
    expect(checks(measured(plan, acts)).get('delivery')).toMatchObject({ status, blocks: 'pass' });
  });

  test('does not count what was never due because the run was stopped', () => {
    const stopped = measured(plan, many(300));
    stopped.recording.counts.planned += 300;
    stopped.recording.counts.unsent = 300;
    expect(checks(stopped).get('delivery')).toMatchObject({ status: 'pass', measured: 1 });
  });

  test('of a closed loop is about what its users could not ask', () => {
    const users = planOf(['errors < 1%'], { load: closed(5, 20) });
    const facts = { closedLoop: true, askedPeakPerSecond: null };
    const drops = many(7, { outcome: 'dropped', phase: 'blocked' });
    expect(checks(measured(users, many(600)), facts).get('delivery')?.status).toBe('not-applicable');
    expect(checks(measured(users, [...many(593), ...drops]), facts).get('delivery')?.status).toBe('fail');
  });

  test('does not apply when nothing was due', () => {
    expect(checks(measured(plan, [])).get('delivery')?.status).toBe('not-applicable');
  });
});

test('failures of our own make the run no judge of the server', () => {
  const plan = planOf(['errors < 1%']);
  const acts = partly({ outcome: 'broken', cause: 'generator-emfile', phase: 'connect' }, 0.01);
  expect(checks(measured(plan, acts)).get('own-causes')).toMatchObject({
    status: 'fail',
    blocks: 'both',
    code: 'GENERATOR_LIMIT',
    measured: 6,
  });
});

test('a growing queue is named with its growth', () => {
  const growing = many(600, (index) => ({ ms: 10 + (index / 600) * 5000 }));
  const found = checks(measured(planOf(['p50 < 10s']), growing)).get('backlog');
  expect(found).toMatchObject({
    status: 'fail',
    blocks: 'pass',
    code: 'UNSTABLE',
    limit: 0.99,
    unit: 'ratio',
  });
  expect(found?.text).toMatch(
    /^Unstable: the queue grows by about \d\.?\d* requests\/s .* depends on how long you look\.$/,
  );
});

describe('a chosen number of connections', () => {
  const waiting = partly({ ms: 400, waitMs: 350 }, 0.2);
  const facts = { chosenConnections: 10 };

  test('binds when requests queue for it while an objective is breached', () => {
    expect(checks(measured(planOf(['p99 < 250ms']), waiting), facts).get('connection-limit')).toMatchObject({
      status: 'fail',
      blocks: 'both',
      code: 'CONNECTION_LIMIT',
    });
  });

  test.each<[string, string, Act[], Partial<GeneratorFacts>, string]>([
    ['no objective is breached', 'p99 < 1s', waiting, facts, 'pass'],
    ['nothing waits', 'p99 < 250ms', partly({ ms: 400 }, 0.2), facts, 'pass'],
    ['the pool grows on demand', 'p99 < 250ms', waiting, {}, 'not-applicable'],
    ['nothing was sent', 'p99 < 250ms', [], facts, 'not-applicable'],
  ])('does not when %s', (_name, text, acts, more, status) => {
    expect(checks(measured(planOf([text]), acts), more).get('connection-limit')?.status).toBe(status);
  });
});
