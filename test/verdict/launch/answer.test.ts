import { describe, expect, test } from 'vitest';
import type { RateLabel } from '../../../src/verdict/capacity/report.ts';
import type { Status } from '../../../src/verdict/finding.ts';
import { answerOf, growthOf, type RehearsalFacts } from '../../../src/verdict/launch/answer.ts';
import type { LaunchAnswer } from '../../../src/verdict/launch/report.ts';
import { bookOf, factsOf, question } from './launches.ts';

describe('at a peak of 100/s, asked about with 130/s', () => {
  test.each<[labels: [number, RateLabel][], answer: LaunchAnswer]>([
    [[], 'inconclusive'],
    [[[130, 'held']], 'yes'],
    [[[130, 'broken']], 'inconclusive'],
    [[[130, 'undecided']], 'inconclusive'],
    [
      [
        [130, 'broken'],
        [100, 'held'],
      ],
      'yes-without-margin',
    ],
    [
      [
        [130, 'undecided'],
        [100, 'held'],
      ],
      'yes-without-margin',
    ],
    [
      [
        [130, 'undecided'],
        [110, 'held'],
      ],
      'yes-without-margin',
    ],
    [[[150, 'held']], 'yes'],
    [
      [
        [130, 'broken'],
        [100, 'broken'],
      ],
      'no',
    ],
    [
      [
        [130, 'broken'],
        [50, 'broken'],
      ],
      'no',
    ],
    [
      [
        [130, 'undecided'],
        [100, 'undecided'],
      ],
      'inconclusive',
    ],
    [
      [
        [130, 'broken'],
        [90, 'held'],
        [100, 'undecided'],
      ],
      'inconclusive',
    ],
    // Where a higher rate held and a lower one broke, the lower one counts.
    [
      [
        [130, 'held'],
        [90, 'broken'],
      ],
      'no',
    ],
    [
      [
        [130, 'held'],
        [120, 'broken'],
        [100, 'held'],
      ],
      'yes-without-margin',
    ],
  ])('%j make it %s', (labels, answer) => {
    expect(answerOf(factsOf(question(100), bookOf(labels)))).toBe(answer);
  });
});

describe('with a zone to lose: 100/s, 150/s and 195/s', () => {
  const asked = question(100, { zones: 3, lose: 1 });

  test.each<[labels: [number, RateLabel][], answer: LaunchAnswer]>([
    [[[195, 'held']], 'yes'],
    [
      [
        [195, 'broken'],
        [150, 'held'],
      ],
      'yes-without-margin',
    ],
    [
      [
        [195, 'undecided'],
        [150, 'held'],
      ],
      'yes-without-margin',
    ],
    [
      [
        [195, 'broken'],
        [150, 'undecided'],
        [100, 'held'],
      ],
      'yes-without-spare-zone',
    ],
    [
      [
        [195, 'broken'],
        [150, 'broken'],
        [100, 'held'],
      ],
      'yes-without-spare-zone',
    ],
    [
      [
        [195, 'broken'],
        [150, 'broken'],
        [100, 'undecided'],
      ],
      'inconclusive',
    ],
    [
      [
        [150, 'broken'],
        [100, 'broken'],
      ],
      'no',
    ],
  ])('%j make it %s', (labels, answer) => {
    expect(answerOf(factsOf(asked, bookOf(labels)))).toBe(answer);
  });

  test('without a margin, what holds with the zone lost is a yes', () => {
    const bare = question(100, { zones: 3, lose: 1, marginRatio: 0 });
    expect(answerOf(factsOf(bare, bookOf([[150, 'held']])))).toBe('yes');
    expect(
      answerOf(
        factsOf(
          bare,
          bookOf([
            [150, 'broken'],
            [100, 'held'],
          ]),
        ),
      ),
    ).toBe('yes-without-spare-zone');
  });
});

describe('beside the rates', () => {
  const book = bookOf([[130, 'held']]);

  function rehearsal(status: Status | null): RehearsalFacts {
    if (status === null) return { kind: 'surge', report: null };
    return { kind: 'surge', report: { allowedMs: 1, breachedMs: 1, measuredMs: 1, status, text: '' } };
  }

  test.each<[statuses: (Status | null)[], answer: LaunchAnswer]>([
    [['pass', 'pass'], 'yes'],
    [['pass', 'inconclusive'], 'inconclusive'],
    [['pass', null], 'inconclusive'],
    [['fail', null], 'no'],
    [['inconclusive', 'fail'], 'no'],
  ])('a surge and a soak that came to %j make a yes %s', (statuses, answer) => {
    const facts = factsOf(question(100), book, { hasHeld: true, rehearsals: statuses.map(rehearsal) });
    expect(answerOf(facts)).toBe(answer);
  });

  test('an overload above what was asked about takes nothing from what had held before', () => {
    const after = bookOf([
      [130, 'broken'],
      [90, 'broken'],
    ]);
    const facts = factsOf(question(100), after, { hasHeld: true });
    expect(answerOf(facts)).toBe('yes');
    expect(growthOf(facts, after, 100)).toEqual({ low: 1.3, high: null });
  });
});
