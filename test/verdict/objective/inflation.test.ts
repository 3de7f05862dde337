import { describe, expect, test } from 'vitest';
import type { Window } from '../../../src/record/window.ts';
import { latencyInflation, limitInflation } from '../../../src/verdict/objective/inflation.ts';
import type { JudgedSpan } from '../../../src/verdict/objective/judged-spans.ts';
import { type Act, constant, many, measured, open, planOf, scattered, target } from '../measured.ts';

const WHOLE: JudgedSpan = { from: 0, to: Infinity, ratePerSecond: 30, isWhole: true };
const SLOW: Act = { ms: 400 };

function windowsOf(acts: readonly Act[], text = 'p99 < 250ms'): readonly Window[] {
  return measured(planOf([text], { load: open([constant(30, 20)]) }), acts).recording.windows();
}

function seen(acts: readonly Act[], offeredMs = 20_000, trialStarts?: readonly number[]) {
  const clock = { windowMs: 250, offeredMs, ...(trialStarts === undefined ? {} : { trialStarts }) };
  const series = { windows: windowsOf(acts), clock };
  const scope = { index: 0, limitMs: 250, isOfAll: true };
  return { limit: limitInflation(series, WHOLE, 0), tail: latencyInflation(series, WHOLE, scope) };
}

/** The slow ones come together, in the first part of each second but the odd ones. */
const inSpells = many(600, (index) => (Math.floor(index / 30) % 2 === 0 && index % 30 < 15 ? SLOW : {}));

describe('inflation', () => {
  test.each<[string, Act[]]>([
    ['nothing is beyond the limit', many(600)],
    ['everything is', many(600, SLOW)],
    ['one is: it has no neighbour', scattered(600, 1, SLOW)],
    ['all but one are', many(600, (index) => (index === 300 ? {} : SLOW))],
    ['they come evenly', scattered(600, 60, SLOW)],
  ])('is 1 when %s', (_name, acts) => {
    expect(seen(acts).limit).toEqual({ value: 1, isKnown: true });
  });

  test('is as large as a batch when all of a batch fares alike', () => {
    const alternating = many(600, (index) => (Math.floor(index / 30) % 2 === 0 ? SLOW : {}));
    expect(seen(alternating).limit.value).toBeCloseTo((30 * 20) / 19, 9);
    expect(seen(inSpells).limit.value).toBeGreaterThan(5);
  });

  test('of the tail sees a queue that the limit itself does not', () => {
    const queue = many(600, (index) => (Math.floor(index / 30) % 10 === 3 ? { ms: 100 } : {}));
    expect(seen(queue).limit.value).toBe(1);
    expect(seen(queue).tail.value).toBeGreaterThan(20);
  });

  test('of the tail is 1 where a spell stays far below the limit', () => {
    const spell = many(600, (index) => (index >= 300 && index < 330 ? { ms: 8 } : { ms: 2 }));
    expect(seen(spell).tail.value).toBe(1);
  });

  test('of the tail of one target comes from its own counts', () => {
    const targets = [target('search'), target('report')];
    const plan = planOf(['search: p99 < 250ms'], { targets, load: open([constant(30, 20)]) });
    const acts = many(600, (index) => {
      if (index % 2 === 1) return { target: 1, ms: 1000 };
      return { ms: Math.floor(index / 30) % 5 === 0 ? 150 : 5 };
    });
    const series = {
      windows: measured(plan, acts).recording.windows(),
      clock: { windowMs: 250, offeredMs: 20_000 },
    };
    const scope = { index: 0, limitMs: 250, isOfAll: false };
    expect(latencyInflation(series, WHOLE, scope).value).toBeGreaterThan(10);
    expect(latencyInflation(series, WHOLE, { ...scope, isOfAll: true }).value).toBe(1);
  });

  test('of the tail is 1 where all answers take about the same time', () => {
    expect(seen(many(600, (index) => ({ ms: index < 300 ? 10 : 10.2 }))).tail.value).toBe(1);
  });

  test('of the tail counts what failed or was never sent as slowest', () => {
    for (const bad of [{ status: 500 }, { outcome: 'dropped', phase: 'blocked' }] as const) {
      const spell = many(600, (index) => (index >= 300 && index < 360 ? bad : {}));
      expect(seen(spell).tail.value).toBeGreaterThan(20);
    }
  });

  test('is not taken across trials', () => {
    // Two trials of ten seconds: all of the second is slow, which is one difference and not twenty.
    const acts = many(600, (index) => (index < 300 ? {} : SLOW));
    const trials = seen(acts, 20_000, [0, 40]).limit.value;
    expect(trials).toBeGreaterThan(25);
    const cut = seen(
      many(600, (index) => (index % 300 < 285 ? {} : SLOW)),
      20_000,
      [0, 40],
    );
    expect(cut.limit.value).toBeGreaterThan(1);
  });

  test('of a run below five seconds comes from shorter batches', () => {
    const short = many(600, (index) => (Math.floor(index / 120) % 2 === 0 ? SLOW : {}), 2500);
    expect(seen(short, 2500).limit.isKnown).toBe(true);
    expect(seen(short, 2500).limit.value).toBeGreaterThan(1);
  });

  test('from two to four batches is raised, since their scatter is hardly known', () => {
    const steady = (batches: number): Act[] =>
      many(200 * batches, (index) => (index % 10 === 0 ? SLOW : {}), 250 * batches);
    const values = [2, 3, 4, 5].map((batches) => seen(steady(batches), 250 * batches).limit.value);
    expect(values.map((value) => Number(value.toFixed(1)))).toEqual([14.7, 3.2, 2, 1]);
  });

  test('of less than two windows is not known: all weighs as one', () => {
    const half = many(400, (index) => (index % 2 === 0 ? SLOW : {}), 249);
    expect(seen(half, 249).limit).toEqual({ value: 400, isKnown: false });
    expect(seen(many(400, {}, 249), 249).limit).toEqual({ value: 1, isKnown: true });
  });
});
