import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../src/core/attempt.ts';
import { countAgainst, isLateDrop } from '../../src/record/exceedance.ts';
import type { CountRule } from '../../src/record/layout.ts';
import { emptyExceedance } from '../../src/record/window.ts';
import { sampleAttempt } from '../support/sample-result.ts';

const FAST = sampleAttempt({ readyMs: 0, endMs: 10 });
const SLOW = sampleAttempt({ readyMs: 0, endMs: 120 });
const LATE = sampleAttempt({ readyMs: 30, endMs: 120 });
const STALLED = sampleAttempt({ readyMs: 0, endMs: 120, stallMs: 70 });
const REFUSED = sampleAttempt({ outcome: 'broken', endMs: 1, status: 0, cause: 'connect-refused' });
const FAST_503 = sampleAttempt({ readyMs: 0, endMs: 1, status: 503, cause: 'http-5xx' });
const CUT_503 = sampleAttempt({ outcome: 'broken', status: 503, cause: 'truncated' });
const NO_SLOT = sampleAttempt({ outcome: 'dropped', status: 0, phase: 'blocked' });
const timeout = (stallMs: number): Attempt =>
  sampleAttempt({ outcome: 'broken', status: 0, cause: 'headers-timeout', readyMs: 0, endMs: 3000, stallMs });
const TAKEN_UP_LATE = sampleAttempt({ outcome: 'dropped', status: 0, phase: null });

function count(rule: CountRule, ...attempts: readonly Attempt[]): number[] {
  const counts = emptyExceedance();
  for (const attempt of attempts) {
    const failed = attempt.cause !== null || attempt.outcome !== 'completed';
    countAgainst(rule, counts, { attempt, failed });
  }
  return [counts.count, counts.exceeded, counts.exceededOwn, counts.sum];
}

describe('a latency limit', () => {
  const rule = { kind: 'latency', limitMs: 100 } as const;
  test.each([
    ['a fast answer', FAST, [1, 0, 0, 0]],
    ['an answer at the limit', sampleAttempt({ readyMs: 0, endMs: 100 }), [1, 0, 0, 0]],
    ['a slow answer', SLOW, [1, 1, 1, 0]],
    ['an answer slow by our own lag', LATE, [1, 1, 0, 0]],
    ['an answer slow by our own stall', STALLED, [1, 1, 0, 0]],
    ['a refused connection', REFUSED, [1, 1, 1, 0]],
    ['a fast 503', FAST_503, [1, 1, 1, 0]],
    ['a drop for want of a connection', NO_SLOT, [1, 1, 1, 0]],
    ['a drop by our own lateness', TAKEN_UP_LATE, [1, 1, 0, 0]],
    ['a timeout', timeout(0), [1, 1, 1, 0]],
    ['a timeout that we stood still in for most of the time', timeout(2000), [1, 1, 0, 0]],
    ['a timeout with a short stall of ours in it', timeout(60), [1, 1, 1, 0]],
  ])('counts %s', (_, attempt, expected) => {
    expect(count(rule, attempt)).toEqual(expected);
  });
});

describe('ratios of what was sent', () => {
  test('errors: broken and unexpected answers, drops left out', () => {
    expect(count({ kind: 'failed' }, FAST, SLOW, REFUSED, FAST_503, NO_SLOT)).toEqual([4, 2, 2, 0]);
  });

  test('errors: a timeout that a stall of ours may have caused is not held against the server', () => {
    expect(count({ kind: 'failed' }, timeout(0), timeout(60), timeout(2000), FAST)).toEqual([4, 3, 2, 0]);
  });

  test('statuses: whole responses only', () => {
    const rule = { kind: 'status', from: 500, to: 599 } as const;
    expect(count(rule, FAST, FAST_503, CUT_503, REFUSED, NO_SLOT)).toEqual([4, 1, 1, 0]);
  });
});

describe('the other rules', () => {
  test('dropped: of all arrivals', () => {
    expect(count({ kind: 'dropped' }, FAST, NO_SLOT, TAKEN_UP_LATE)).toEqual([3, 2, 2, 0]);
  });

  test('mean: successes alone, with what failed or was dropped beside them', () => {
    expect(count({ kind: 'mean' }, FAST, SLOW, FAST_503, NO_SLOT)).toEqual([2, 2, 2, 130]);
    expect(count({ kind: 'mean' }, FAST, TAKEN_UP_LATE, timeout(2000))).toEqual([1, 2, 0, 10]);
  });

  test('apdex: 1 up to T, a half up to 4T, nothing beyond or failed', () => {
    const at = (endMs: number): Attempt => sampleAttempt({ endMs });
    const rule = { kind: 'apdex', thresholdMs: 50 } as const;
    expect(count(rule, at(50), at(50.1), at(200), at(200.1), FAST_503, NO_SLOT)).toEqual([6, 0, 0, 2]);
  });

  test('none: nothing but the number', () => {
    expect(count({ kind: 'none' }, SLOW, REFUSED)).toEqual([2, 0, 0, 0]);
  });
});

describe('a late drop', () => {
  test('is one that never got as far as waiting for a connection', () => {
    expect([NO_SLOT, TAKEN_UP_LATE, FAST].map(isLateDrop)).toEqual([false, true, false]);
  });
});
