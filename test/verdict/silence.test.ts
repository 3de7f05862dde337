/** What was sent and never answered, judged with the time that it was given. */

import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/verdict/finding.ts';
import { judgeRun, type RunFacts } from '../../src/verdict/verdict.ts';
import { type Act, closed, constant, generator, many, measured, open, planOf, run } from './measured.ts';

const BREAKER = { by: 'breaker', text: '153 requests were under way at once' } as const;
const LOAD = open([constant(50, 10)]);

interface Silence {
  readonly acts?: readonly Act[];
  readonly inFlight?: number;
  readonly offeredMs?: number;
  readonly facts?: Partial<RunFacts>;
}

function judge(
  objectives: readonly string[],
  { acts = [], inFlight = 153, offeredMs = 3000, facts }: Silence,
) {
  const plan = planOf(objectives, { load: LOAD });
  return judgeRun(run(measured(plan, acts, { inFlight, offeredMs }), { drainMs: 3000, ...facts }));
}

describe('a server that accepts and never answers', () => {
  test('is unreachable when the breaker ended the wait', () => {
    const { verdict } = judge(['p99 < 250ms', 'errors < 1%'], { facts: { stopped: BREAKER } });
    expect(verdict).toMatchObject({
      status: 'fail',
      reasons: [
        { code: 'UNREACHABLE', text: 'None of the 153 requests that were sent got a whole answer.' },
        { code: 'BREACH' },
        { code: 'BREAKER' },
        { code: 'IN_FLIGHT' },
      ],
    });
  });

  test.each<readonly [why: string, silence: Silence]>([
    ['nobody had to stop it', {}],
    ['somebody interrupted it', { facts: { stopped: { by: 'signal', text: 'SIGINT was received' } } }],
    ['its warm-up was answered', { acts: [{ warmup: true }], facts: { stopped: BREAKER } }],
    [
      'the load generator was at its end',
      {
        facts: {
          stopped: BREAKER,
          generator: generator({ conducts: [{ runMs: 3000, busyMs: 2999, stalls: 0, stallMaxMs: 0 }] }),
        },
      },
    ],
  ])('is not called that when %s', (_, silence) => {
    const { verdict } = judge(['errors < 1%'], silence);
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.reasons.map(({ code }) => code)).not.toContain('UNREACHABLE');
  });
});

describe('a server that stops answering', () => {
  const acts = many(150, {}, 3000);
  const silence = { acts, inFlight: 110, offeredMs: 5200 };

  test.each<readonly [objective: string, drainMs: number | undefined, status: Status]>([
    ['p99 < 250ms', 3000, 'fail'],
    ['p99 < 3s', 3000, 'inconclusive'],
    ['p99 < 250ms', undefined, 'inconclusive'],
    ['errors < 1%', 3000, 'inconclusive'],
  ])('breaks %s after a wait of %s ms: %s', (objective, drainMs, status) => {
    const plan = planOf([objective], { load: LOAD });
    const facts = run(measured(plan, silence.acts, silence));
    const judged = judgeRun(drainMs === undefined ? facts : { ...facts, drainMs });
    expect(judged.objectives[0]?.status).toBe(status);
  });

  test('has what it left counted as beyond the limit', () => {
    const [finding] = judge(['p99 < 250ms'], silence).objectives;
    expect(finding).toMatchObject({ count: 260, exceeded: 110 });
    // All of them came in one spell.
    expect(finding?.inflation).toBeGreaterThan(5);
  });

  test('does not break what its stages are judged by each: nobody knows which of them it left', () => {
    const plan = planOf(['p99 < 250ms'], { load: open([constant(50, 3), constant(60, 7)]) });
    const facts = run(measured(plan, silence.acts, silence), { drainMs: 3000 });
    expect(judgeRun(facts).objectives[0]).toMatchObject({ status: 'inconclusive' });
  });

  test('breaks a closed loop all the same, and leaves the recording as it was', () => {
    const plan = planOf(['p99 < 250ms'], { load: closed(110, 10) });
    const facts = run(measured(plan, silence.acts, silence), {
      drainMs: 3000,
      generator: generator({ closedLoop: true }),
    });
    expect(judgeRun(facts).objectives[0]?.status).toBe('fail');
    expect(facts.recording.exceedances[0]).toMatchObject({ count: 150, exceeded: 0 });
  });
});

test('what is in flight is no part of windows that ended longer ago than any request may take', () => {
  const plan = planOf(['p99 < 250ms for 10s'], { load: open([constant(50, 60)]) });
  const at = (seconds: number): Status | undefined =>
    judgeRun(
      run(
        measured(plan, many(50 * seconds, {}, seconds * 1000), { inFlight: 40, offeredMs: seconds * 1000 }),
        {
          parts: { settledMs: (seconds - 30) * 1000 },
        },
      ),
    ).objectives[0]?.status;
  expect(at(45)).toBe('pass');
  expect(at(35)).toBe('inconclusive');
});

describe('an objective that may stop a run', () => {
  const ramp = open([{ kind: 'ramp', fromPerSecond: 20, toPerSecond: 100, durationMs: 20_000 }]);
  const broken = many(600, { status: 503 });
  const status = (objective: string, acts: readonly Act[], load = ramp): Status =>
    judgeRun(run(measured(planOf([objective], { load }), acts))).verdict.status;

  test('fails for what a ramp shows', () => {
    expect(status('errors < 1% abort', broken)).toBe('fail');
    expect(status('errors < 1%', broken)).toBe('inconclusive');
  });

  test('does not pass for it', () => {
    expect(status('errors < 1% abort', many(600))).toBe('inconclusive');
  });

  test('fails for a ramp before a stage that holds', () => {
    const load = open([
      { kind: 'ramp', fromPerSecond: 20, toPerSecond: 40, durationMs: 10_000 },
      constant(30, 10),
    ]);
    const acts = many(900, (index) => (index < 450 ? { status: 503 } : {}));
    expect(status('errors < 1% abort', acts, load)).toBe('fail');
    expect(status('errors < 1%', acts, load)).toBe('pass');
  });

  test('needs for a breach what looks need after it was looked at, and for a pass no more than one judgement', () => {
    const judged = (objective: string, bad: number): Status | undefined => {
      const acts = many(600, (index) => (index % Math.floor(600 / bad) === 0 ? { status: 503 } : {}));
      const abortRule = { kind: 'looks', look: 3, isHeldOnce: true } as const;
      return judgeRun(run(measured(planOf([objective]), acts), { abortRule })).objectives[0]?.status;
    };
    expect(judged('errors < 1%', 12)).toBe('fail');
    expect(judged('errors < 1% abort', 12)).toBe('inconclusive');
    expect(judged('errors < 1% abort', 40)).toBe('fail');
    expect(judged('errors < 1% abort', 1)).toBe('pass');
  });
});
