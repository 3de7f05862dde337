/** The launch question, asked of servers whose capacity is computed: a wrong YES or NO is a bug of ours. */

import { describe, expect, test } from 'vitest';
import { askTruth } from '../fixtures/servers/ask-truth.mjs';
import { capacityOf, MODELS } from '../fixtures/servers/truth-models.mjs';

describe.each(Object.keys(MODELS))('a server of known capacity: %s', (name) => {
  test.each([
    [0.5, 'yes', 0],
    [2, 'no', 1],
  ] as const)('asked for %f times its capacity', { timeout: 90_000 }, async (factor, answer, exitCode) => {
    const perSecond = factor * capacityOf(name);
    const result = await askTruth({ name, perSecond, seed: 1, maxDuration: '75s' });
    expect(result).toMatchObject({ exitCode, launch: { answer } });
  });
});
