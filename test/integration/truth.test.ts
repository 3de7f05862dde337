/** The launch question, asked of servers whose capacity is computed: a wrong YES or NO is a bug of ours. */

import { describe, expect, test } from 'vitest';
import { askTruth } from '../fixtures/servers/ask-truth.mjs';
import { capacityOf, MODELS } from '../fixtures/servers/truth-models.mjs';

async function answerOf(name: string, factor: number): Promise<unknown> {
  return askTruth({ name, perSecond: factor * capacityOf(name), seed: 1, maxDuration: '75s' });
}

describe('a server of known capacity', () => {
  // A yes takes its time: the long form (`npm run truth`) asks it of all.
  test('M/M/1, asked for half of it', { timeout: 90_000 }, async () => {
    expect(await answerOf('M/M/1', 0.5)).toMatchObject({ exitCode: 0, launch: { answer: 'yes' } });
  });

  test.each(Object.keys(MODELS))('%s, asked for twice as much', { timeout: 90_000 }, async (name) => {
    expect(await answerOf(name, 2)).toMatchObject({ exitCode: 1, launch: { answer: 'no' } });
  });
});
