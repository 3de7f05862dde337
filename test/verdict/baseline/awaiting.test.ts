import { describe, expect, test } from 'vitest';
import { parseObjective } from '../../../src/plan/objective.ts';
import { resolvedObjective } from '../../../src/plan/question/baseline-limit.ts';
import { judgeablePlan, originSentence, withAwaiting } from '../../../src/verdict/baseline/awaiting.ts';
import { samplePlan } from '../../support/sample-result.ts';

const fixed = parseObjective('errors < 1%');
const awaiting = parseObjective('p99 < baseline + 10%', { line: 7, column: 3 });

describe('an objective that awaits its baseline', () => {
  test('is no part of the plan that is judged', () => {
    const plan = { ...samplePlan(), objectives: [awaiting, fixed] };
    expect(judgeablePlan(plan).objectives).toEqual([fixed]);
    const known = { ...plan, objectives: [resolvedObjective(awaiting, { value: 200, runs: 2 }), fixed] };
    expect(judgeablePlan(known)).toEqual(known);
  });

  test('is found open, with the remedy, in its place among the others', () => {
    const [open] = withAwaiting([], [awaiting]);
    expect(open).toMatchObject({
      status: 'inconclusive',
      limit: null,
      value: null,
      unit: 'ms',
      line: 7,
      column: 3,
    });
    expect(open?.reason?.code).toBe('NO_BASELINE');
    expect(open?.reason?.text).toContain('headroom baseline set');
    const told = {
      ...awaiting,
      baseline: { op: '+', amount: 0.1, isShare: true, unknown: 'Too short.' },
    } as const;
    expect(withAwaiting([], [told])[0]).toMatchObject({
      because: 'Too short.',
      reason: { text: 'Too short.' },
    });
    const judged = { ...open, text: 'errors < 1%', status: 'pass' as const };
    const mixed =
      open === undefined ? [] : withAwaiting([{ ...open, ...judged }], [awaiting, fixed, awaiting]);
    expect(mixed.map(({ text }) => text)).toEqual([
      'p99 < baseline + 10%',
      'errors < 1%',
      'p99 < baseline + 10%',
    ]);
  });
});

test('a limit says where it came from', () => {
  const of = (text: string, value: number, runs: number): string =>
    originSentence(resolvedObjective(parseObjective(text), { value, runs }));
  expect(of('p99 < baseline + 10%', 210, 5)).toBe(
    " The limit 231ms is the baseline's 210ms (median of 5 runs) + 10%.",
  );
  expect(of('errors < baseline + 0.5%', 0.01, 1)).toBe(
    " The limit 1.5% is the baseline's 1% (1 run) + 0.5%.",
  );
  expect(of('throughput > baseline * 0.9', 100, 2)).toBe(
    " The limit 90/s is the baseline's 100/s (median of 2 runs) * 0.9.",
  );
  expect(originSentence(fixed)).toBe('');
  expect(originSentence(awaiting)).toBe('');
});
