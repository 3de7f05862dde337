import { expect, test } from 'vitest';
import { holmRejections } from '../../src/stats/holm.ts';

test.each([
  ['one alone at the full level', [0.05], [true]],
  ['each at its own step', [0.01, 0.04, 0.03, 0.005], [true, false, false, true]],
  ['nothing after the first that stays', [0.02, 0.04], [true, true]],
  ['none when the smallest stays', [0.03, 0.04], [false, false]],
  ['nothing of nothing', [], []],
])('rejects %s', (_name, probabilities, expected) => {
  expect(holmRejections(probabilities, 0.05)).toEqual(expected);
});
