import { describe, expect, test } from 'vitest';
import { answerLines } from '../../../src/report/search/answer.ts';
import { createInk } from '../../../src/report/terminal-ink.ts';
import type { LaunchReport } from '../../../src/verdict/launch/report.ts';
import { sampleCapacity, sampleLaunch } from '../../support/sample-search.ts';
import { yesResult } from '../searches.ts';

const INK = createInk({ color: false, width: 1000, unicode: true });
const RESULT = { ...yesResult(), verdict: { status: 'pass', reasons: [] } } as const;

/** The answer on one line. */
function answer(over: Partial<LaunchReport>, capacity = RESULT.capacity): string {
  const result = { ...RESULT, ...(capacity === undefined ? {} : { capacity }) };
  return answerLines(result, sampleLaunch(over), INK)
    .map((line) => line.trim())
    .join(' | ')
    .replaceAll(/(?<=[^|]) {2,}/g, '  ')
    .replaceAll(/ \| (?=[a-z])/g, ' ');
}

function failed<T extends object>(report: T | null): (T & { readonly status: 'fail' }) | null {
  return report === null ? null : { ...report, status: 'fail' };
}

const NO_ZONES = { zones: 1, lose: 0 } as const;

describe('the answer', () => {
  test.each<[string, Partial<LaunchReport>, string]>([
    [
      'yes',
      {},
      'YES  the system can take the launch: 30/s (12/s × 1.25 margin × 2/1 zones) held; p95 < 250ms shown',
    ],
    [
      'yes, of the bare peak',
      {
        ...NO_ZONES,
        marginRatio: 0,
        questions: [{ id: 'peak', ratePerSecond: 12, label: 'held', text: '' }],
      },
      'YES  the system can take the launch: 12/s held; p95 < 250ms shown',
    ],
    [
      'yes without margin',
      { answer: 'yes-without-margin' },
      'YES, WITHOUT MARGIN the system can take the expected peak of 12/s with 1 of 2 zones lost: ' +
        '24/s (12/s × 2/1 zones) held; p95 < 250ms shown; a margin of 25% on top of it was not shown',
    ],
    [
      'yes without margin where no zone may fail',
      { ...NO_ZONES, answer: 'yes-without-margin' },
      'YES, WITHOUT MARGIN the system can take the expected peak of 12/s; a margin of 25% on top of it was not shown',
    ],
    [
      'yes without a spare zone',
      { answer: 'yes-without-spare-zone', zones: 3 },
      'YES, WITHOUT A SPARE ZONE the system can take the expected peak of 12/s while all 3 zones are up; ' +
        'with 1 of 3 zones lost it was not shown',
    ],
    [
      'inconclusive',
      { answer: 'inconclusive' },
      'INCONCLUSIVE  it is not shown that the system can take the launch (30/s), nor that it cannot',
    ],
  ])('is a sentence that needs no other: %s', (_, over, expected) => {
    expect(answer(over)).toBe(expected);
  });

  test.each([
    ['at the peak', 12, 'the expected peak of 12/s: it breaks at 12/s, by p99 < 250ms'],
    ['below the peak', 9, 'the expected peak of 12/s: it breaks at 9/s already, by p99 < 250ms'],
  ])('is no where it breaks %s', (_, brokePerSecond, expected) => {
    expect(answer({ answer: 'no' }, sampleCapacity({ brokePerSecond }))).toBe(
      `NO  the system cannot take ${expected}`,
    );
  });

  test.each<[string, Partial<LaunchReport>, string]>([
    [
      'all at once',
      { surge: failed(sampleLaunch().surge), soak: null },
      'the expected peak of 12/s all at once',
    ],
    ['for long', { surge: null, soak: failed(sampleLaunch().soak) }, 'the expected peak of 12/s for long'],
    ['with a collapse above it', { surge: null, soak: null }, 'the launch'],
  ])('is no where it takes the peak, but not %s', (_, over, expected) => {
    const found = answer({ answer: 'no', ...over }, sampleCapacity({ brokePerSecond: 20 }));
    expect(found).toBe(`NO  the system cannot take ${expected}`);
  });

  test('is followed by every reason and by whether it is accepted', () => {
    const reasons = [
      { code: 'BREACH', text: 'p99 is breached at 30/s.' },
      { code: 'UNDECIDED_BUDGET', text: '4m more would settle it.' },
    ];
    const lines = answerLines(
      RESULT,
      sampleLaunch({ answer: 'yes-without-margin', accepted: true, reasons }),
      INK,
    );
    expect(lines.slice(-3)).toEqual([
      '  p99 is breached at 30/s. (BREACH)',
      '  4m more would settle it. (UNDECIDED_BUDGET)',
      '  this is accepted, as it was asked for by flag',
    ]);
  });

  test('takes the reasons of the verdict when it has none of its own', () => {
    const verdict = {
      status: 'inconclusive',
      reasons: [{ code: 'INTERRUPTED', text: 'It was stopped.' }],
    } as const;
    const lines = answerLines({ ...RESULT, verdict }, sampleLaunch({ answer: 'inconclusive' }), INK);
    expect(lines.at(-1)).toBe('              It was stopped. (INTERRUPTED)');
  });

  test.each([
    [0, 'held'],
    [1, 'held; o0 shown'],
    [2, 'held; o0 and o1 shown'],
    [3, 'held; o0, o1 and o2 shown'],
    [4, 'held; all 4 objectives shown'],
  ])('names the objectives, or counts them when they are too many: %i', (count, expected) => {
    const [any] = RESULT.objectives;
    if (any === undefined) throw new Error('empty sample');
    const objectives = Array.from({ length: count }, (_, index) => ({ ...any, text: `o${index}` }));
    const lines = answerLines({ ...RESULT, objectives }, sampleLaunch(), INK);
    expect(lines.map((line) => line.trim()).join(' ')).toMatch(new RegExp(`${expected}$`));
  });
});
