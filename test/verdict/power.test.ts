import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { hopelessLines, planPower, powerLines } from '../../src/verdict/power.ts';
import { closed, constant, open, planOf, target } from './measured.ts';

function line(plan: Plan): string | undefined {
  return powerLines(planPower(plan))[0];
}

describe('planPower', () => {
  test.each([
    ['errors < 1%', 299, true],
    ['p99 < 250ms', 299, true],
    ['p95 < 250ms', 59, true],
    ['p99.9 < 1s', 2995, false],
    ['errors < 0.1%', 2995, false],
    ['status 2xx > 99%', 299, true],
    ['max < 1s', null, true],
    ['mean < 1s', null, true],
  ])('%s at 30/s for 20 s needs %s', (text, needsClean, isJudgeable) => {
    expect(planPower(planOf([text]))[0]).toMatchObject({ needsClean, isJudgeable });
  });

  test('counts the share of a target by its weight', () => {
    const targets = [target('home', 9), target('cart', 1)];
    const [power] = planPower(planOf(['cart: p99 < 1s'], { targets }));
    expect(power).toMatchObject({ planned: 60, isJudgeable: false, ratePerSecond: 3 });
    expect(power?.needsMs).toBeCloseTo(299 / 0.003, 6);
  });

  test('goes by the weakest stage, and by the number of requests', () => {
    const stages = open([constant(30, 20), constant(100, 1)]);
    expect(planPower(planOf(['errors < 1%'], { load: stages }))[0]).toMatchObject({
      planned: 100,
      isJudgeable: false,
    });
    const few = open([{ kind: 'constant', ratePerSecond: 30, durationMs: Infinity }], { requests: 200 });
    expect(planPower(planOf(['errors < 1%'], { load: few }))[0]).toMatchObject({
      planned: 200,
      isJudgeable: false,
    });
  });

  test('knows of a closed loop only the requests that it is to make', () => {
    expect(planPower(planOf(['errors < 1%'], { load: closed(5, 20) }))[0]).toMatchObject({
      planned: null,
      isJudgeable: null,
    });
    const counted = closed(5, null, { requests: 300 });
    expect(planPower(planOf(['errors < 1%'], { load: counted }))[0]).toMatchObject({
      planned: 300,
      isJudgeable: true,
    });
  });

  test('covers the agreement as well', () => {
    expect(planPower(planOf(['errors < 1%'], { agreement: ['p99 < 1s'] }))).toHaveLength(2);
  });
});

describe('powerLines', () => {
  test('ask of a percentile for as long as it takes to see its tail', () => {
    expect(line(planOf(['p50 < 10ms']))).toMatch(/ needs at least 15 requests \(500ms at 30\/s\) /);
    expect(line(planOf(['errors < 50%']))).toMatch(/ needs at least 5 requests \(167ms at 30\/s\) /);
    const brief = planOf(['p99 < 1s'], { load: open([constant(1000, 0.4)]) });
    expect(planPower(brief)[0]).toMatchObject({ needsClean: 500, planned: 400, isJudgeable: false });
  });

  test('say what is needed and what is sent', () => {
    expect(line(planOf(['errors < 1%']))).toMatch(
      /^"errors < 1%" needs at least 299 requests \(9\.97s at 30\/s\) if none counts against it, about [\d,]+ requests \(.*\) at half of what it allows; more where requests wait for each other\. The plan sends it 600\.$/,
    );
  });

  test('say what cannot be judged, and what could', () => {
    expect(line(planOf(['p99.9 < 1s']))).toBe(
      '"p99.9 < 1s" cannot be judged by this plan: it needs at least 2,995 requests (1m40s at 30/s). The plan sends it 600.',
    );
    expect(line(planOf(['mean < 1s'], { load: open([constant(30, 3)]) }))).toBe(
      '"mean < 1s" cannot be judged by this plan: it needs 5s of constant load.',
    );
    const ramp = open([{ kind: 'ramp', fromPerSecond: 1, toPerSecond: 9, durationMs: 5000 }]);
    expect(line(planOf(['errors < 1%'], { load: ramp }))).toContain('only ramps');
    expect(line(planOf(['errors < 1% abort'], { load: ramp }))).toMatch(
      /^"errors < 1% abort" can stop the run/,
    );
  });

  test('say of a maximum that it is of this run', () => {
    expect(line(planOf(['max < 1s']))).toBe(
      '"max < 1s" is judged by what this run shows, and by that alone.',
    );
  });

  test('ask for more of a run that is looked at until it is decided', () => {
    const load = open([constant(30, 20)], { maxDurationMs: 60_000, untilDecided: true });
    expect(line(planOf(['errors < 1%'], { load }))).toMatch(
      /^"errors < 1%" needs at least 449 requests .* The plan sends it 1,800\.$/,
    );
  });

  test('ask of an objective about windows what one of them needs', () => {
    expect(planPower(planOf(['errors < 1% for 5s']))[0]).toMatchObject({
      planned: 150,
      needsClean: 299,
      isJudgeable: false,
    });
    expect(line(planOf(['errors < 1% for 1m']))).toBe(
      '"errors < 1% for 1m" cannot be judged: no stage of constant rate lasts 1m.',
    );
  });

  test('give no time where nobody knows the rate', () => {
    expect(line(planOf(['errors < 1%'], { load: closed(5, 20) }))).toMatch(
      /^"errors < 1%" needs at least 299 requests if none/,
    );
  });
});

describe('hopelessLines', () => {
  const linesOf = (count: number): string[] => {
    const hopeless = Array.from({ length: count }, (_, index) => `p99.9 < ${index + 1}s`);
    return hopelessLines(planPower(planOf(['errors < 1%', ...hopeless])));
  };

  test('name up to ten objectives that the plan cannot judge, and none that it can', () => {
    expect(linesOf(10)).toHaveLength(10);
    expect(linesOf(0)).toEqual([]);
  });

  test('say of more how many there are', () => {
    const lines = linesOf(1010);
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe(
      '1,001 more objectives cannot be judged by this plan: headroom check lists them',
    );
  });
});
