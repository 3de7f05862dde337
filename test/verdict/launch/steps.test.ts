import { expect, test } from 'vitest';
import type { RateLabel } from '../../../src/verdict/capacity/report.ts';
import { type ReasonInput, stepOf } from '../../../src/verdict/launch/reasons.ts';
import { bookOf, factsOf, question } from './launches.ts';

function texts(labels: [number, RateLabel][]): string[] {
  const asked = question(100);
  const book = bookOf(labels);
  const facts = factsOf(asked, book);
  const input: ReasonInput = {
    question: asked,
    facts,
    book,
    gapOf: () => null,
    needsMs: () => 0,
    maxPerSecond: null,
    interrupted: false,
  };
  return facts.asked.map((rate) => stepOf(rate, input).text);
}

const MARGIN = '130/s, the peak with a margin of 30%';
const PEAK = '100/s, the expected peak';

test.each<[labels: [number, RateLabel][], texts: string[]]>([
  [[], [`${MARGIN}: not tested.`, `${PEAK}: not tested.`]],
  [[[130, 'held']], [`${MARGIN}: held.`, `${PEAK}: holds, since 130/s held.`]],
  [[[100, 'broken']], [`${MARGIN}: not asked, since 100/s broke.`, `${PEAK}: broke.`]],
  [
    [
      [130, 'undecided'],
      [100, 'broken'],
    ],
    [`${MARGIN}: not decided; 100/s broke.`, `${PEAK}: broke.`],
  ],
  [
    [
      [130, 'undecided'],
      [100, 'held'],
    ],
    [`${MARGIN}: not decided.`, `${PEAK}: held.`],
  ],
])('%j are told as %j', (labels, expected) => {
  expect(texts(labels)).toEqual(expected);
});
