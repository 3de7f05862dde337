import { describe, expect, test } from 'vitest';
import { driftOf } from '../../src/verdict/steadiness.ts';
import { checkValidity } from '../../src/verdict/validity.ts';
import { type Act, closed, constant, generator, many, measured, open, planOf } from './measured.ts';

const LOAD = open([constant(30, 20)]);

function look(
  ms: (index: number) => number,
  {
    load = LOAD,
    overMs = 20_000,
    trialStarts = [0],
  }: {
    readonly load?: Parameters<typeof driftOf>[1];
    readonly overMs?: number;
    readonly trialStarts?: readonly number[];
  } = {},
): ReturnType<typeof driftOf> {
  const { recording } = measured(
    planOf(['p99 < 1s'], { load }),
    many(600, (index) => ({ ms: ms(index) }), overMs),
  );
  return driftOf(recording, load, { windowMs: recording.layout.windowMs, offeredMs: overMs, trialStarts });
}

/** A hundredth more each second. */
const creeping = (index: number): number => 100 * (1 + index / 600);

describe('driftOf', () => {
  test('sees times that creep up, and how fast', () => {
    const found = look(creeping);
    expect(found?.isRising).toBe(true);
    expect(found?.riseRatio).toBeGreaterThan(0.8);
    expect(found?.riseRatio).toBeLessThan(1.2);
    expect(found?.risePerMinute).toBeCloseTo(3 * (found?.riseRatio ?? 0), 9);
    expect(found?.fromMs).toBeGreaterThan(90);
    expect(found?.toMs).toBeLessThan(220);
    expect(look(creeping, { load: closed(10, 20) })?.isRising).toBe(true);
  });

  test.each<[string, (index: number) => number]>([
    ['steady times', () => 100],
    ['times that fall', (index) => 200 - index / 6],
    ['times that rise by less than a quarter', (index) => 100 + index / 30],
    ['times that rise and fall again', (index) => 100 + Math.min(index, 600 - index)],
    ['a few slow answers now and then', (index) => (index % 50 === 0 ? 900 : 100)],
  ])('sees none in %s', (_name, ms) => {
    expect(look(ms)?.isRising).toBe(false);
  });

  test('asks for a rise of 5% per minute as well', () => {
    const hour = { load: open([constant(30, 3600)]), overMs: 3_600_000 };
    expect(look((index) => 100 * (1 + index / 300), hour)?.isRising).toBe(false);
    expect(look((index) => 100 * (1 + index / 60), hour)?.isRising).toBe(true);
  });

  test('does not look across trials', () => {
    const ms = (index: number): number => (index < 300 ? 100 : 200);
    const load = open([constant(15, 40)]);
    expect(look(ms, { load, overMs: 40_000 })?.isRising).toBe(true);
    expect(look(ms, { load, overMs: 40_000, trialStarts: [0, 80] })?.isRising).toBe(false);
  });

  test('says nothing of ramps and of runs below ten seconds', () => {
    const ramp = open([{ kind: 'ramp', fromPerSecond: 10, toPerSecond: 50, durationMs: 20_000 }]);
    expect(look(creeping, { load: ramp })).toBeNull();
    expect(look(creeping, { load: open([constant(60, 9.9)]), overMs: 9900 })).toBeNull();
    expect(look(creeping, { overMs: 20_000, load: open([constant(30, 20)]) })).not.toBeNull();
  });
});

describe('the check', () => {
  function check(
    acts: readonly Act[],
    text = 'p99 < 10s',
  ): ReturnType<typeof checkValidity>[number] | undefined {
    const run = measured(planOf([text]), acts);
    return checkValidity({ measured: run, generator: generator(), judged: [] }).find(
      ({ id }) => id === 'steadiness',
    );
  }

  test('takes a pass away and says what was seen', () => {
    const found = check(many(600, (index) => ({ ms: creeping(index) })));
    expect(found).toMatchObject({ status: 'fail', blocks: 'pass', code: 'UNSTEADY', limit: 0.25 });
    expect(found?.text).toMatch(
      /^Unsteady: at the same rate the median response time rose from about \d+ms to about \d+ms \(\d+% per minute\)/,
    );
  });

  test.each([
    ['p99 < 15s', 'fail'],
    ['p99 < 9s', 'fail'],
    ['errors < 1%', 'fail'],
  ])('looks an hour ahead, to the limit or a deadline: %s', (text, status) => {
    expect(
      check(
        many(600, (index) => ({ ms: creeping(index) })),
        text,
      )?.status,
    ).toBe(status);
  });

  test('passes and says so where the trend leads to no limit', () => {
    const slight = (text: string): ReturnType<typeof check> =>
      check(
        many(600, (index) => ({ ms: 2 + index / 600 })),
        text,
      );
    expect(slight('p99 < 100ms')?.status).toBe('fail');
    for (const text of ['p99 < 250ms', 'errors < 1%']) {
      const found = slight(text);
      expect(found).toMatchObject({ status: 'pass', code: null });
      expect(found?.text).toMatch(
        /^The median response time rose from about 2.* within an hour that reaches no limit\.$/,
      );
    }
  });

  test('leaves it to the growing queue to explain what comes of it', () => {
    expect(check(many(600, (index) => ({ ms: 10 + (index / 30) * 500 })))).toMatchObject({
      status: 'pass',
      text: 'Response times rose with the queue, which grew.',
    });
  });
});
