import { describe, expect, test } from 'vitest';
import type { RateLabel } from '../../../src/verdict/capacity/report.ts';
import type { Status } from '../../../src/verdict/finding.ts';
import { decisiveOf, growthOf, isAccepted, launchVerdict } from '../../../src/verdict/launch/answer.ts';
import type { LaunchAnswer } from '../../../src/verdict/launch/report.ts';
import { mdc } from '../../support/simulator/servers.ts';
import { ask, bookOf, factsOf, question } from './launches.ts';

describe('the headroom', () => {
  test.each<[labels: [number, RateLabel][], low: number | null, high: number | null]>([
    [[], null, null],
    [[[130, 'held']], 1.3, null],
    [
      [
        [130, 'broken'],
        [100, 'held'],
      ],
      1,
      1.3,
    ],
    [
      [
        [130, 'broken'],
        [50, 'broken'],
      ],
      null,
      0.5,
    ],
    [
      [
        [300, 'broken'],
        [130, 'held'],
      ],
      1.3,
      3,
    ],
  ])('of %j is from %j to %j times the peak', (labels, low, high) => {
    const book = bookOf(labels);
    expect(growthOf(factsOf(question(100), book), book, 100)).toEqual({ low, high });
  });

  test.each<[labels: [number, RateLabel][], rate: number | null]>([
    [[], null],
    [[[130, 'held']], 130],
    [
      [
        [130, 'broken'],
        [100, 'held'],
      ],
      100,
    ],
    [
      [
        [130, 'broken'],
        [100, 'broken'],
      ],
      100,
    ],
    [
      [
        [130, 'undecided'],
        [100, 'undecided'],
      ],
      100,
    ],
    [
      [
        [130, 'undecided'],
        [110, 'held'],
      ],
      110,
    ],
  ])('of %j rests on %j/s', (labels, rate) => {
    const book = bookOf(labels);
    expect(decisiveOf(factsOf(question(100), book), book)?.ratePerSecond ?? null).toBe(rate);
  });
});

describe('the verdict', () => {
  const { report } = {
    report: ask({ question: question(100), system: { server: mdc(50, 2) }, budgetMs: 5000 }).report(),
  };

  test.each<[answer: LaunchAnswer, accepted: boolean, status: Status]>([
    ['yes', false, 'pass'],
    ['yes-without-margin', false, 'fail'],
    ['yes-without-margin', true, 'pass'],
    ['yes-without-spare-zone', false, 'fail'],
    ['yes-without-spare-zone', true, 'pass'],
    ['no', false, 'fail'],
    ['inconclusive', false, 'inconclusive'],
  ])('on %s, accepted: %s, is %s', (answer, accepted, status) => {
    const verdict = launchVerdict({ ...report, answer, accepted });
    expect(verdict.status).toBe(status);
    expect(verdict.reasons).toEqual(status === 'pass' ? [] : report.reasons);
  });

  test.each<[answer: LaunchAnswer, noMargin: boolean, noSpareZone: boolean, accepted: boolean]>([
    ['yes-without-margin', false, false, false],
    ['yes-without-margin', true, false, true],
    ['yes-without-margin', false, true, true],
    ['yes-without-spare-zone', true, false, false],
    ['yes-without-spare-zone', false, true, true],
    ['no', true, true, false],
    ['inconclusive', true, true, false],
    ['yes', true, true, false],
  ])(
    '%s is accepted by --accept-no-margin %s, --accept-no-spare-zone %s: %s',
    (answer, noMargin, noSpareZone, accepted) => {
      expect(isAccepted(answer, { noMargin, noSpareZone })).toBe(accepted);
    },
  );
});
