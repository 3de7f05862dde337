import { describe, expect, test } from 'vitest';
import type { SearchMoment, TrialEnd } from '../../../src/app/search/moment.ts';
import { createSearchDisplay } from '../../../src/cli/search/display.ts';

const LIVE: NonNullable<NonNullable<SearchMoment['trial']>['live']> = {
  phase: 'running',
  elapsedMs: 14_400,
  totalMs: 34_000,
  askedPerSecond: 312,
  achievedPerSecond: 311,
  p50Ms: 21.3,
  p99Ms: 212,
  errors: 0,
  errorRatio: 0,
  inFlight: 9,
  dropped: 0,
};

const MOMENT: SearchMoment = {
  budgetMs: 600_000,
  state: {
    doing: 'narrowing',
    trials: 4,
    elapsedMs: 62_400,
    leftMs: 93_000,
    heldPerSecond: 208,
    brokePerSecond: 416,
    recent: [
      { ratePerSecond: 52, label: 'held' },
      { ratePerSecond: 208, label: 'held' },
      { ratePerSecond: 416, label: 'broken' },
      { ratePerSecond: 312, label: 'undecided' },
    ],
  },
  trial: { number: 5, ratePerSecond: 312, durationMs: 30_000, approachMs: 4000, live: LIVE },
};

const FIRST: SearchMoment = {
  budgetMs: null,
  state: { ...MOMENT.state, doing: 'climbing', heldPerSecond: null, brokePerSecond: null, recent: [] },
  trial: { number: 1, ratePerSecond: 52, durationMs: 10_000, approachMs: 0, live: null },
};

const END: TrialEnd = {
  budgetMs: 600_000,
  state: MOMENT.state,
  report: {
    number: 4,
    purpose: 'narrow',
    ratePerSecond: 312,
    startedMs: 30_000,
    durationMs: 30_000,
    planned: 9360,
    sent: 9360,
    completed: 9360,
    sentPerSecond: 312,
    completedPerSecond: 312,
    objective: 'p99 < 250ms',
    count: 9360,
    exceeded: 60,
    inflation: 2,
    errorRatio: { value: 0.0012, low: 0, high: 0.01 },
    p50Ms: { value: 21.3, low: 21, high: 22 },
    p99Ms: { value: 212, low: 190, high: 240 },
    lagP99Ms: 0.3,
    meanInFlight: 9,
    shows: 'undecided',
    label: 'undecided',
    codes: [],
  },
};

function screen(isTTY: boolean, columns = 80) {
  const writes: string[] = [];
  return { writes, columns, isTTY, write: (text: string) => void writes.push(text) };
}

const LOOK = { quiet: false, color: false, unicode: true };
// oxlint-disable-next-line no-control-regex -- the commands of a terminal
const COMMANDS = /\u001b\[[?\d]*[a-zA-Z]|\r/g;

function lines(writes: readonly string[]): string[] {
  return (writes.at(-1) ?? '').replaceAll(COMMANDS, '').trimEnd().split('\n');
}

describe('on a terminal', () => {
  test('a block says what is done, the bracket, the last trials and how the one under way goes', () => {
    const out = screen(true);
    const display = createSearchDisplay(out, LOOK);
    display.update(FIRST, 0);
    display.update(MOMENT, 1000);
    expect(lines(out.writes)).toEqual([
      'narrowing   1m2s so far   about 1m35s left',
      'bracket  held 208/s, broken 416/s: 50% apart',
      '         52/s ███████████████████████████████████████···········◆·······▒ 416/s',
      'trials   52/s ✓   208/s ✓   416/s ✗   312/s ?',
      'now      trial 5: 312/s, 10s of 30s',
      '         p50 21.3ms   p99 212ms   in flight 9   no errors',
    ]);
  });

  test('before anything is known there is no bar, and it says so', () => {
    const out = screen(true);
    createSearchDisplay(out, LOOK).update(FIRST, 0);
    expect(lines(out.writes)).toEqual([
      'climbing   1m2s so far   about 1m35s left',
      'bracket  no bound yet',
      '         ',
      'trials   none yet',
      'now      trial 1: 52/s',
    ]);
  });

  test('without an estimate the time left is that of the budget, without a budget it is not said', () => {
    const out = screen(true);
    const display = createSearchDisplay(out, LOOK);
    const state = { ...MOMENT.state, leftMs: null };
    display.update({ ...MOMENT, state }, 0);
    expect(lines(out.writes)[0]).toBe('narrowing   1m2s so far   at most 9m left');
    display.update({ ...MOMENT, state, budgetMs: null }, 1000);
    expect(lines(out.writes)[0]).toBe('narrowing   1m2s so far');
  });

  test('the way up, the last answers and failures are told', () => {
    const out = screen(true);
    const display = createSearchDisplay(out, LOOK);
    const during = (live: Partial<typeof LIVE>, atMs: number): string[] => {
      const trial = MOMENT.trial === null ? null : { ...MOMENT.trial, live: { ...LIVE, ...live } };
      display.update({ ...MOMENT, trial }, atMs);
      return lines(out.writes);
    };
    expect(during({ elapsedMs: 3000, askedPerSecond: 156 }, 0)).toContain(
      'now      trial 5: 312/s, on the way: 156/s',
    );
    expect(during({ elapsedMs: 3500 }, 500)).toContain('now      trial 5: 312/s, settling');
    const late = during(
      { phase: 'draining', elapsedMs: 34_500, errors: 9, errorRatio: 0.02, dropped: 4 },
      1000,
    );
    expect(late).toContain('now      trial 5: 312/s, waiting for the last answers');
    expect(late).toContain('         p50 21.3ms   p99 212ms   in flight 9   2% errors   dropped 4');
  });

  test.each([20, 40, 80, 120, 200])('no line is as wide as a terminal of %i columns', (columns) => {
    const out = screen(true, columns);
    const display = createSearchDisplay(out, LOOK);
    display.update(FIRST, 0);
    display.update(MOMENT, 1000);
    expect(Math.max(...lines(out.writes).map((line) => line.length))).toBeLessThan(columns);
  });

  test('without Unicode everything is ASCII', () => {
    const out = screen(true);
    const display = createSearchDisplay(out, { ...LOOK, unicode: false });
    display.update(FIRST, 0);
    display.update(MOMENT, 1000);
    expect(out.writes.join('')).toMatch(/^[\0-\x7f]*$/);
    expect(lines(out.writes)).toContain('trials   52/s +   208/s +   416/s x   312/s ?');
  });

  test('it is drawn at most ten times a second, and leaves nothing behind', () => {
    const out = screen(true);
    const display = createSearchDisplay(out, LOOK);
    for (let nowMs = 0; nowMs <= 1000; nowMs += 10) display.update(MOMENT, nowMs);
    expect(out.writes).toHaveLength(11);
    display.finish();
    display.finish();
    expect(out.writes).toHaveLength(12);
    expect(out.writes.at(-1)).toMatch(/\[6A.*\[J.*\[\?25h$/);
  });
});

describe('elsewhere', () => {
  test('each finished trial is a line', () => {
    const out = screen(false);
    const display = createSearchDisplay(out, LOOK);
    display.update(MOMENT, 0);
    display.update(MOMENT, 5000);
    display.ended(END);
    display.finish();
    expect(out.writes).toEqual([
      'trial 4: 312/s for 30s: undecided, p50 21.3ms, p99 212ms, 0.12% errors, held 208/s, broken 416/s: 50% apart, about 1m35s left\n',
    ]);
  });

  test('a long trial gives a sign of life every half minute', () => {
    const out = screen(false);
    const display = createSearchDisplay(out, LOOK);
    for (let nowMs = 0; nowMs <= 65_000; nowMs += 250) display.update(MOMENT, nowMs);
    expect(out.writes).toEqual(
      Array.from(
        { length: 2 },
        () => 'trial 5 at 312/s under way, p50 21.3ms, p99 212ms, no errors, about 1m35s left\n',
      ),
    );
  });
});

test('when quiet only remarks are written', () => {
  const out = screen(true);
  const display = createSearchDisplay(out, { ...LOOK, quiet: true });
  display.update(MOMENT, 0);
  display.ended(END);
  display.say('headroom: a remark');
  display.finish();
  expect(out.writes).toEqual(['headroom: a remark\n']);
});
