import { describe, expect, test } from 'vitest';
import { formatObjective, ObjectiveError, parseObjective } from '../../../src/plan/objective.ts';
import { isAwaiting, resolvedObjective } from '../../../src/plan/question/baseline-limit.ts';

function refusal(text: string): readonly [message: string, column: number, hint: string] {
  try {
    parseObjective(text);
  } catch (error) {
    if (error instanceof ObjectiveError) return [error.message, error.column, error.hint];
    throw error;
  }
  throw new Error(`"${text}" was accepted`);
}

describe('a limit relative to a baseline', () => {
  test.each([
    ['p99<baseline+10%', 'p99 < baseline + 10%', 200, 220],
    ['p99 < baseline * 1.1', 'p99 < baseline * 1.1', 200, 220],
    ['p99 < BASELINE × 1.1', 'p99 < baseline * 1.1', 200, 220],
    ['mean <= baseline + 5ms', 'mean <= baseline + 5ms', 20, 25],
    ['mean <= baseline + 5', 'mean <= baseline + 5ms', 20, 25],
    ['home: p95 < baseline + 150% abort', 'home: p95 < baseline + 150% abort', 10, 25],
    ['errors < baseline + 0.5%', 'errors < baseline + 0.5%', 0.01, 0.015],
    ['errors < baseline + 0.5%', 'errors < baseline + 0.5%', 0, 0.005],
    ['errors < baseline + 50%', 'errors < baseline + 50%', 0.9, 1],
    ['http_req_failed: rate < baseline + 1%', 'errors < baseline + 1%', 0.01, 0.02],
    ['throughput > baseline - 10%', 'throughput > baseline - 10%', 50, 45],
    ['goodput >= baseline - 5/s', 'goodput >= baseline - 5/s', 50, 45],
    ['goodput >= baseline - 5/s', 'goodput >= baseline - 5/s', 3, 0],
  ])('%s is read as %s; from %d it becomes %d', (text, plain, value, limit) => {
    const objective = parseObjective(text);
    expect(formatObjective(objective)).toBe(plain);
    expect(isAwaiting(objective)).toBe(true);
    expect(objective.limit).toBeNaN();
    const resolved = resolvedObjective(objective, { value, runs: 5 });
    expect(isAwaiting(resolved)).toBe(false);
    expect(resolved.limit).toBeCloseTo(limit, 9);
    // The words stay, so that the plan's hash stays.
    expect(formatObjective(resolved)).toBe(plain);
  });

  test.each([
    ['p99 < baseline', 'no room for noise', 7, 'write "baseline + 10%" or "baseline * 1.1"'],
    [
      'p99 < baseline + 0%',
      'this leaves no room for noise',
      18,
      'write "baseline + 10%" or "baseline * 1.1"',
    ],
    ['p99 < baseline * 1', 'this leaves no room for noise', 18, 'write "baseline + 10%" or "baseline * 1.1"'],
    [
      'p99 < baseline - 10%',
      '"< baseline -" asks to be better than the baseline each time',
      7,
      'write "baseline + 10%" or "baseline * 1.1"',
    ],
    [
      'throughput > baseline + 10%',
      '"> baseline +" asks to be better than the baseline each time',
      14,
      'write "baseline - 10%" or "baseline * 0.9"',
    ],
    ['p99 < baseline +', 'an amount is missing', 17, 'write "baseline + 10%" or "baseline * 1.1"'],
    [
      'p99 < baseline 10%',
      '"10%" is no distance from a baseline',
      16,
      'write "baseline + 10%" or "baseline * 1.1"',
    ],
    ['errors < baseline * 2', 'a ratio of 0 times anything stays 0', 21, 'write "baseline + 0.5%"'],
    ['p99 < baseline * fast', '"fast" is no factor', 18, 'write "baseline + 10%" or "baseline * 1.1"'],
    ['goodput > baseline - 100%', 'nothing is below 0', 22, 'write "baseline - 10%" or "baseline * 0.9"'],
    [
      'p95 < baseline + 10% for 10s',
      'earlier runs tell of the whole run, not of windows',
      7,
      'give a fixed limit, or ask it of the whole run',
    ],
    [
      'apdex(300ms) > baseline - 0.05',
      'earlier runs tell no apdex',
      16,
      'give a fixed limit, or ask for a percentile',
    ],
    [
      'home: goodput > baseline - 10%',
      'earlier runs tell no goodput of one target',
      17,
      'give a fixed limit, or ask it of the whole run',
    ],
  ])('%s is refused: %s', (text, message, column, hint) => {
    expect(refusal(text)).toEqual([message, column, hint]);
  });

  test('in a unit that its indicator does not have is refused where it stands', () => {
    const [message, column] = refusal('p99 < baseline + 10/s');
    expect(message).toContain('is not a duration');
    expect(column).toBeGreaterThanOrEqual(18);
  });
});
