import { describe, expect, test } from 'vitest';
import {
  classifyLoad,
  conditionalThroughput,
  type LabelledLoad,
  type LoadTrial,
  relevantBounds,
  type SearchGoal,
} from '../../../src/verdict/capacity/mlrsearch.ts';

function goal(seconds: number, sumSeconds: number, lossRatio: number, exceedRatio: number): SearchGoal {
  return {
    finalDurationMs: seconds * 1000,
    durationSumMs: sumSeconds * 1000,
    lossRatio,
    exceedRatio,
    width: 0.005,
  };
}

/** The goals of RFC 9971's table of examples. */
const GOALS = {
  RFC2544: goal(60, 60, 0, 0),
  TST009: goal(60, 120, 0, 0.5),
  '1s final': goal(1, 120, 0.005, 0.5),
  '20% exceed': goal(60, 60, 0.005, 0.2),
} as const;

function trials(count: number, seconds: number, lossRatio: number): LoadTrial[] {
  return Array.from({ length: count }, () => ({ durationMs: seconds * 1000, lossRatio }));
}

/** What is measured from one point of the table to the next. */
const STEPS: readonly LoadTrial[][] = [
  trials(59, 1, 0),
  trials(1, 1, 0.01),
  trials(59, 1, 0.01),
  trials(1, 1, 0),
  trials(1, 60, 0.001),
  trials(1, 60, 0),
];

type Expected = readonly [label: string, optimistic: number, pessimistic: number];

/** By the RFC's own code; its table prints "lower" for "20% exceed" at points 5 and 6. In percent. */
const POINTS: readonly Readonly<Record<keyof typeof GOALS, Expected>>[] = [
  {
    RFC2544: ['undecided', 0, 100],
    TST009: ['undecided', 0, 100],
    '1s final': ['undecided', 0, 50.833],
    '20% exceed': ['undecided', 0, 100],
  },
  {
    RFC2544: ['upper', 1.667, 100],
    TST009: ['undecided', 0, 100],
    '1s final': ['undecided', 0.833, 50.833],
    '20% exceed': ['undecided', 0, 100],
  },
  {
    RFC2544: ['upper', 100, 100],
    TST009: ['undecided', 0.833, 100],
    '1s final': ['undecided', 50, 50.833],
    '20% exceed': ['upper', 75.417, 100],
  },
  {
    RFC2544: ['upper', 100, 100],
    TST009: ['undecided', 0, 100],
    '1s final': ['lower', 50, 50],
    '20% exceed': ['upper', 75, 100],
  },
  {
    RFC2544: ['upper', 100, 100],
    TST009: ['undecided', 50, 100],
    '1s final': ['lower', 33.333, 33.333],
    '20% exceed': ['upper', 42.857, 42.857],
  },
  {
    RFC2544: ['upper', 66.667, 66.667],
    TST009: ['lower', 50, 50],
    '1s final': ['lower', 25, 25],
    '20% exceed': ['upper', 27.273, 27.273],
  },
];

function upTo(point: number): LoadTrial[] {
  return STEPS.slice(0, point).flat();
}

describe('the classification of a load', () => {
  const cases = POINTS.flatMap((row, index) =>
    Object.entries(row).map(([name, expected]) => ({ point: index + 1, name, expected })),
  );

  test.each(cases)('is that of the code for goal $name at point $point', ({ point, name, expected }) => {
    const found = Object.entries(GOALS).find(([key]) => key === name)?.[1];
    if (found === undefined) throw new Error(`no goal ${name}`);
    const { label, optimisticExceedRatio, pessimisticExceedRatio } = classifyLoad(found, upTo(point));
    expect(label).toBe(expected[0]);
    expect(optimisticExceedRatio * 100).toBeCloseTo(expected[1], 2);
    expect(pessimisticExceedRatio * 100).toBeCloseTo(expected[2], 2);
  });

  test('is open without a trial', () => {
    expect(classifyLoad(GOALS.RFC2544, []).label).toBe('undecided');
  });
});

describe('the conditional throughput', () => {
  test.each<[keyof typeof GOALS, number]>([
    ['TST009', 1_000_000],
    ['1s final', 1_000_000],
    ['20% exceed', 999_000],
  ])('of a load of 1,000,000 is that of the table for goal %s at the last point', (name, expected) => {
    expect(conditionalThroughput(1_000_000, GOALS[name], upTo(6))).toBeCloseTo(expected, 6);
  });

  test('is not known while too little was measured in full length', () => {
    expect(conditionalThroughput(1_000_000, GOALS.TST009, upTo(4))).toBeNull();
  });
});

describe('the relevant bounds', () => {
  const load = (rate: number, label: LabelledLoad<number>['label']): LabelledLoad<number> => ({
    load: rate,
    label,
  });
  const boundsOf = (loads: readonly LabelledLoad<number>[]): ReturnType<typeof relevantBounds<number>> =>
    relevantBounds(loads, (rate) => rate);

  test.each<[string, LabelledLoad<number>[], number | null, number | null]>([
    ['nothing', [], null, null],
    ['a held load', [load(1, 'held')], 1, null],
    ['a broken load', [load(1, 'broken')], null, 1],
    ['an open load', [load(1, 'undecided')], null, null],
    ['both, in any order', [load(3, 'broken'), load(1, 'held'), load(2, 'undecided')], 1, 3],
    ['a load that held above one that broke', [load(1, 'held'), load(2, 'broken'), load(3, 'held')], 1, 2],
    ['a load that broke below all that held', [load(1, 'broken'), load(2, 'held')], null, 1],
  ])('of %s are conservative', (_, loads, lower, upper) => {
    expect(boundsOf(loads)).toEqual({ lower, upper });
  });
});
