import { describe, expect, test } from 'vitest';
import type { Status, ValidityCheck } from '../../src/verdict/finding.ts';
import { judgeObjectives } from '../../src/verdict/objectives.ts';
import { judgeRun, type RunFacts, type RunVerdict, withDoubts, worstOf } from '../../src/verdict/verdict.ts';
import { type Act, generator, many, measured, planOf, run, scattered } from './measured.ts';

const BROKEN: Act = { outcome: 'broken', cause: 'connect-refused', phase: 'connect' };

function partly(act: Act, share: number, count = 600): Act[] {
  return scattered(count, count * share, act);
}

function verdict(text: string, acts: readonly Act[], overrides: Partial<RunFacts> = {}): RunVerdict {
  return judgeRun(run(measured(planOf([text]), acts), overrides)).verdict;
}

function codes({ reasons }: RunVerdict): string[] {
  return reasons.map(({ code }) => code);
}

describe('worstOf', () => {
  test.each<[Status[], Status]>([
    [['pass', 'inconclusive', 'fail'], 'fail'],
    [['pass', 'inconclusive'], 'inconclusive'],
    [['pass', 'pass'], 'pass'],
    [[], 'inconclusive'],
  ])('of %j is %s', (statuses, worst) => {
    expect(worstOf(statuses)).toBe(worst);
  });
});

describe('what a failed check takes away', () => {
  const bases = {
    pass: measured(planOf(['p99 < 250ms']), many(600)),
    fail: measured(planOf(['p99 < 250ms']), partly({ ms: 400 }, 0.1)),
    inconclusive: measured(planOf(['p99 < 250ms']), many(50)),
  };

  function check(blocks: ValidityCheck['blocks'], id = 'some-check'): ValidityCheck {
    return {
      id,
      status: 'fail',
      blocks,
      measured: 1,
      limit: 0,
      unit: '',
      code: 'SOME_CODE',
      text: 'Some sentence.',
    };
  }

  test.each<[ValidityCheck['blocks'], keyof typeof bases, Status]>([
    ['fail', 'pass', 'pass'],
    ['fail', 'fail', 'inconclusive'],
    ['fail', 'inconclusive', 'inconclusive'],
    ['pass', 'pass', 'inconclusive'],
    ['pass', 'fail', 'fail'],
    ['pass', 'inconclusive', 'inconclusive'],
    ['both', 'pass', 'inconclusive'],
    ['both', 'fail', 'inconclusive'],
    ['nothing', 'pass', 'pass'],
    ['nothing', 'fail', 'fail'],
  ])('one that blocks %s turns %s into %s', (blocks, before, after) => {
    const [judged] = judgeObjectives(bases[before]).objectives;
    if (judged === undefined) throw new Error('nothing was judged');
    expect(judged.finding.status).toBe(before);
    const left = withDoubts(judged, { checks: [check(blocks)], stopped: null });
    expect(left.status).toBe(after);
    expect(left.reason?.code === 'SOME_CODE').toBe(before !== after);
  });

  test('a check that is met or does not apply takes nothing', () => {
    const [judged] = judgeObjectives(bases.pass).objectives;
    if (judged === undefined) throw new Error('nothing was judged');
    for (const status of ['pass', 'not-applicable'] as const) {
      expect(withDoubts(judged, { checks: [{ ...check('both'), status }], stopped: null }).status).toBe(
        'pass',
      );
    }
  });

  test('lag takes only what it decided: a breach without it stays a breach', () => {
    const acts = many(600, (index) => {
      if (index % 10 === 0) return { ms: 400, lagMs: 390 };
      return index % 10 === 5 ? { status: 500 } : {};
    });
    const plan = planOf(['p85 < 250ms', 'errors < 1%']);
    const judged = judgeRun(run(measured(plan, acts)));
    expect(judged.objectives.map(({ status, reason }) => [status, reason?.code])).toEqual([
      ['inconclusive', 'SEND_LAG'],
      ['fail', undefined],
    ]);
    expect(judged.verdict.status).toBe('fail');
    expect(codes(judged.verdict)).toEqual(['BREACH', 'SEND_LAG']);
  });

  test('a chosen connection limit excuses slow answers, and never failed ones', () => {
    const facts = { generator: generator({ chosenConnections: 10 }) };
    expect(verdict('p99 < 250ms', partly({ ms: 400, waitMs: 350 }, 0.2), facts)).toMatchObject({
      status: 'inconclusive',
      reasons: [{ code: 'CONNECTION_LIMIT' }],
    });
    expect(verdict('errors < 1%', partly({ ms: 400, waitMs: 350, status: 500 }, 0.2), facts).status).toBe(
      'fail',
    );
  });
});

describe('the verdict', () => {
  test('of a run in which every objective holds is a pass without reasons', () => {
    expect(verdict('errors < 1%', many(600))).toEqual({ status: 'pass', reasons: [] });
  });

  test('of a breach says what was seen', () => {
    expect(verdict('errors < 1%', partly({ status: 500 }, 0.1))).toEqual({
      status: 'fail',
      reasons: [
        { code: 'BREACH', text: 'errors < 1% is breached: 60 of 600 requests (10%) failed; at most 1% may.' },
      ],
    });
  });

  test('without data is inconclusive', () => {
    expect(verdict('errors < 1%', [])).toMatchObject({
      status: 'inconclusive',
      reasons: [{ code: 'NO_DATA' }],
    });
  });

  test('without objectives is inconclusive', () => {
    const judged = judgeRun(run(measured(planOf([]), many(600))));
    expect(judged.verdict).toMatchObject({ status: 'inconclusive', reasons: [{ code: 'NO_OBJECTIVE' }] });
  });

  test('never depends on the agreement', () => {
    const plan = planOf(['errors < 50%'], { agreement: ['errors < 1%'] });
    const judged = judgeRun(run(measured(plan, partly({ status: 500 }, 0.1))));
    expect(judged.agreement[0]?.status).toBe('fail');
    expect(judged.verdict.status).toBe('pass');
  });

  test('lists breaches before what is open, and says a shared doubt once', () => {
    const plan = planOf(['errors < 1%', 'p99 < 250ms', 'p95 < 250ms', 'p99.9 < 1s']);
    const judged = judgeRun(run(measured(plan, partly({ status: 500 }, 0.3))));
    expect(codes(judged.verdict)).toEqual(['BREACH', 'BREACH', 'BREACH', 'BREACH']);
    const doubted = judgeRun(run(measured(plan, many(600)), { generator: generator({ deadWorkers: 1 }) }));
    expect(codes(doubted.verdict)).toEqual(['WORKER_DIED', 'N_TOO_SMALL']);
    expect(doubted.validity.status).toBe('fail');
  });

  test('under delivery is no pass, and a breach at less than the asked rate is a breach', () => {
    const drops = many(20, { outcome: 'dropped', phase: 'blocked', ms: 10_000 });
    expect(verdict('errors < 1%', [...many(580), ...drops])).toMatchObject({
      status: 'inconclusive',
      reasons: [{ code: 'DROPPED' }, { code: 'UNDER_DELIVERY' }],
    });
    expect(verdict('errors < 1%', [...partly({ status: 500 }, 0.1, 580), ...drops]).status).toBe('fail');
  });
});

describe('a target that nobody can reach', () => {
  test.each([1, 5, 600])('fails after %i attempts', (count) => {
    const found = verdict('errors < 1%', many(count, BROKEN));
    expect(found.status).toBe('fail');
    expect(codes(found)[0]).toBe('UNREACHABLE');
  });

  test('fails even where the objectives alone could not tell', () => {
    expect(verdict('errors < 10%', [BROKEN]).status).toBe('fail');
    expect(verdict('throughput > 10/s', many(600, BROKEN)).status).toBe('fail');
    expect(verdict('mean < 1s', many(600, BROKEN)).status).toBe('fail');
  });

  test('fails behind a chosen connection limit too', () => {
    const hanging = many(100, {
      outcome: 'broken',
      cause: 'headers-timeout',
      phase: 'wait',
      ms: 20_000,
      waitMs: 9000,
    });
    expect(verdict('p99 < 1s', hanging, { generator: generator({ chosenConnections: 10 }) }).status).toBe(
      'fail',
    );
  });

  test('is not to blame for our own lack of descriptors', () => {
    const ours = many(100, { outcome: 'broken', cause: 'generator-emfile', phase: 'connect' });
    expect(verdict('errors < 1%', ours)).toMatchObject({
      status: 'inconclusive',
      reasons: [{ code: 'GENERATOR_LIMIT' }],
    });
  });
});

describe('a run stopped before its end', () => {
  test.each([
    ['signal', 'INTERRUPTED'],
    ['breaker', 'BREAKER'],
    ['abort', 'ABORTED'],
  ] as const)('by %s is no pass: %s', (by, code) => {
    const found = verdict('errors < 1%', many(600), {
      stopped: { by, text: 'half of the answers were slow' },
    });
    expect(found).toEqual({
      status: 'inconclusive',
      reasons: [{ code, text: 'The run was stopped before its end: half of the answers were slow.' }],
    });
  });

  test('keeps the breach that it showed', () => {
    const found = verdict('errors < 1%', partly({ status: 500 }, 0.5), {
      stopped: { by: 'breaker', text: 'errors.' },
    });
    expect(found.status).toBe('fail');
    expect(codes(found)).toEqual(['BREACH', 'BREAKER']);
  });

  test('is known from the generator as well', () => {
    expect(codes(verdict('errors < 1%', many(600), { generator: generator({ interrupted: true }) }))).toEqual(
      ['INTERRUPTED'],
    );
  });
});

describe('a breaker that stopped a run in its warm-up', () => {
  const BREAKER = { by: 'breaker', text: '58 of the last 60 requests failed' } as const;

  test('is a fail where the warm-up shows a breach: nothing else will ever be measured', () => {
    const acts = many(60, { warmup: true, status: 503 });
    expect(verdict('errors < 1%', acts, { stopped: BREAKER })).toMatchObject({
      status: 'fail',
      reasons: [
        { code: 'BREACH', text: 'errors < 1% was breached in the warm-up already.' },
        { code: 'BREAKER' },
        { code: 'NO_DATA' },
      ],
    });
  });

  test('is inconclusive where the warm-up shows none', () => {
    const found = verdict('errors < 1%', many(60, { warmup: true }), { stopped: BREAKER });
    expect(found.status).toBe('inconclusive');
  });
});

test('a generator at its end does not excuse statuses that came', () => {
  const acts = partly({ status: 500 }, 1);
  const facts = { generator: generator({ ceilingPerSecond: 10, askedPeakPerSecond: 30 }) };
  expect(verdict('errors < 1%', acts, facts).status).toBe('fail');
  expect(verdict('p99 < 250ms', partly({ ms: 400 }, 1), facts).status).toBe('inconclusive');
});
