import { describe, expect, test } from 'vitest';
import { addCounts, emptyCounts } from '../../src/record/counts.ts';

describe('counts', () => {
  test('begin at zero', () => {
    expect(new Set(Object.values(emptyCounts()))).toEqual(new Set([0]));
  });

  test('add up counter by counter and leave the second operand as it was', () => {
    const to = { ...emptyCounts(), sent: 2, failed: 1, inFlightMs: 0.5 };
    const from = { ...emptyCounts(), sent: 3, dropped: 4, inFlightMs: 0.25 };
    addCounts(to, from);
    expect(to).toEqual({ ...emptyCounts(), sent: 5, failed: 1, dropped: 4, inFlightMs: 0.75 });
    expect(from.sent).toBe(3);
  });
});
