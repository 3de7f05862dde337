import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Finding } from '../../../src/verdict/finding.ts';
import { judgeObjectives, type Measured } from '../../../src/verdict/objectives.ts';
import { type Act, closed, constant, many, measured, open, planOf, target } from '../measured.ts';

const TWO_STAGES = open([constant(30, 20), constant(60, 20)]);

/** 30/s for 20 s and then 60/s for 20 s. */
function staged(act: (atSecond: number, index: number) => Act): Act[] {
  return Array.from({ length: 1800 }, (_, index) => {
    const atMs = index < 600 ? (index * 1000) / 30 : 20_000 + ((index - 600) * 1000) / 60;
    return { atMs, ...act(atMs / 1000, index) };
  });
}

function finding(from: Measured): Finding {
  const [judged] = judgeObjectives(from).objectives;
  if (judged === undefined) throw new Error('nothing was judged');
  return judged.finding;
}

function judge(plan: Plan, acts: readonly Act[], more: Partial<Measured> = {}): Finding {
  return finding({ ...measured(plan, acts, { offeredMs: 40_000 }), ...more });
}

describe('of several stages', () => {
  const slowLast = staged((second, index) => ({ ms: second < 20 ? 10 : 200 + (index % 10) * 20 }));

  test('the percentile that is shown is of the stage that decided, roughly', () => {
    const found = judge(planOf(['p90 < 250ms'], { load: TWO_STAGES }), slowLast);
    expect(found).toMatchObject({ status: 'fail', count: 1200 });
    expect(found.value).toBeGreaterThan(360 / 1.07);
    expect(found.value).toBeLessThan(360 * 1.07);
    expect(found.low).toBeLessThan(found.value ?? 0);
    expect(found.high).toBeGreaterThan(found.value ?? 0);
    expect(found.because).toMatch(
      / in the stage at 60\/s took longer .* The percentile there is about \d+ms\.$/,
    );
  });

  test.each([
    ['p90 < 359ms', 'fail'],
    ['p90 < 361ms', 'pass'],
    ['p90 < 339ms', 'fail'],
    ['p90 < 380ms', 'pass'],
  ] as const)('it never lies on the other side of the limit than the counts: %s', (text, status) => {
    const { value, limit, ...found } = judge(planOf([text], { load: TWO_STAGES }), slowLast);
    expect(found.status === status || found.status === 'inconclusive').toBe(true);
    const isAbove = (found.exceeded ?? 0) > (found.count ?? 0) * 0.1;
    expect((value ?? 0) >= (limit ?? 0)).toBe(isAbove);
  });

  test('the percentile of one of several targets is not known, and not made up', () => {
    const plan = planOf(['cart: p90 < 100ms'], {
      load: TWO_STAGES,
      targets: [target('home'), target('cart')],
    });
    const acts = slowLast.map((act, index) => ({ ...act, target: index % 2 }));
    expect(judge(plan, acts)).toMatchObject({
      status: 'fail',
      value: null,
      low: null,
      high: null,
      reason: { code: 'NOT_KEPT' },
    });
  });

  test('each has an inflation of its own', () => {
    const plan = planOf(['errors < 50%'], { load: TWO_STAGES });
    const bursts = staged((second, index) => {
      const isBad = second < 20 ? index % 4 === 0 : Math.floor(second) % 4 === 0;
      return isBad ? { status: 500 } : {};
    });
    expect(judge(plan, bursts).inflation).toBeGreaterThan(20);
    const even = staged((_second, index) => (index % 4 === 0 ? { status: 500 } : {}));
    expect(judge(plan, even).inflation).toBe(1);
  });
});

describe('an objective about windows', () => {
  const load = open([constant(60, 40)]);
  const steady = (act: (index: number) => Act): Act[] => many(2400, act, 40_000);
  /** From 20 s to 30 s every tenth fails: 2.5 % of all. */
  const badSpell = steady((index) =>
    index >= 1200 && index < 1800 && index % 10 === 0 ? { status: 500 } : {},
  );

  test('must hold in each of them, and names the one that broke', () => {
    expect(judge(planOf(['errors < 5%'], { load }), badSpell).status).toBe('pass');
    const found = judge(planOf(['errors < 5% for 10s'], { load }), badSpell);
    expect(found).toMatchObject({ count: 600, exceeded: 60, value: 0.1 });
    expect(found.because).toBe('60 of 600 requests (10%) from 20s to 30s failed; at most 5% may.');
  });

  test('passes when every window proves it', () => {
    expect(
      judge(
        planOf(['errors < 1% for 10s'], { load }),
        steady(() => ({})),
      ),
    ).toMatchObject({
      status: 'pass',
      count: 600,
    });
    expect(
      judge(
        planOf(['errors < 1% for 4s'], { load }),
        steady(() => ({})),
      ),
    ).toMatchObject({
      status: 'inconclusive',
      count: 240,
      reason: {
        code: 'N_TOO_SMALL',
        text: '240 requests are too few: even with none against it, it takes 299 to be sure. Windows of about 4.98s at this rate would settle it.',
      },
      moreRequests: null,
    });
  });

  test('shows the window that a spell broke, which is no witness against itself', () => {
    const outage = steady((index) => (index >= 1260 && index < 1440 ? { status: 500 } : {}));
    const found = judge(planOf(['errors < 1% for 10s'], { load }), outage);
    expect(found).toMatchObject({ status: 'fail', count: 600, exceeded: 180, inflation: 1 });
    expect(found.because).toContain('(30%) from 20s to 30s failed');
    const short = steady((index) => (index >= 1260 && index < 1268 ? { status: 500 } : {}));
    expect(judge(planOf(['errors < 1% for 10s'], { load }), short)).toMatchObject({
      status: 'inconclusive',
      count: 600,
      exceeded: 8,
    });
  });

  test('fails only beyond what the worst of so many windows shows by chance', () => {
    const few = (bad: number): Act[] =>
      steady((index) => (index >= 1200 && index < 1800 && index % 100 < bad ? { status: 500 } : {}));
    // 12 of 600 at 1 %: 2.3 % of such windows are as bad, and there are four.
    expect(
      judge(
        planOf(['errors < 1%'], { load: open([constant(60, 10)]) }),
        few(2)
          .slice(1200, 1800)
          .map((act) => ({ ...act, atMs: (act.atMs ?? 0) - 20_000 })),
        { offeredMs: 10_000 },
      ).status,
    ).toBe('fail');
    expect(judge(planOf(['errors < 1% for 10s'], { load }), few(2)).status).toBe('inconclusive');
    expect(judge(planOf(['errors < 1% for 10s'], { load }), few(5)).status).toBe('fail');
  });

  test('leaves out a rest that is shorter, and begins anew in each stage and trial', () => {
    const late = steady((index) => (index >= 1800 ? { ms: 400 } : {}));
    expect(judge(planOf(['max < 250ms'], { load }), late).status).toBe('fail');
    expect(judge(planOf(['max < 250ms for 15s'], { load }), late).status).toBe('pass');
    const trials = judge(planOf(['max < 250ms for 15s'], { load }), late, { trialStarts: [0, 80] });
    expect(trials.status).toBe('fail');
    expect(trials.because).toContain(' from 20s to 35s ');
    const stages = judge(
      planOf(['errors < 1% for 15s'], { load: TWO_STAGES }),
      staged((second) => (second >= 20 && second < 35 ? { status: 500 } : {})),
    );
    expect(stages.because).toBe(
      '900 of 900 requests (100%) in the stage at 60/s from 20s to 35s failed; at most 1% may.',
    );
  });

  test('is not judged by a run that is shorter than a window', () => {
    expect(
      judge(
        planOf(['errors < 1% for 41s'], { load }),
        steady(() => ({})),
      ),
    ).toMatchObject({
      status: 'inconclusive',
      reason: { code: 'RUN_TOO_SHORT', text: expect.stringContaining('41s') },
    });
  });

  test('may be about a mean, a rate, or a closed loop', () => {
    const slow = steady((index) => ({ ms: (index < 1200 ? 100 : 200) + (index % 7) }));
    expect(judge(planOf(['mean < 160ms'], { load }), slow).status).toBe('inconclusive');
    const found = judge(planOf(['mean < 160ms for 10s'], { load }), slow);
    expect(found.status).toBe('fail');
    expect(found.because).toMatch(/^Measured 203ms from [23]0s to [34]0s, /);
    const looped = planOf(['errors < 1% for 10s'], { load: closed(5, 40) });
    expect(
      judge(
        looped,
        steady(() => ({})),
      ).status,
    ).toBe('pass');
  });

  test('takes how alike its requests are from the whole stage', () => {
    const alternating = steady((index) => (Math.floor(index / 60) % 2 === 0 ? { status: 500 } : {}));
    const whole = judge(planOf(['errors < 90%'], { load }), alternating).inflation;
    expect(judge(planOf(['errors < 90% for 5s'], { load }), alternating).inflation).toBe(whole);
  });
});
