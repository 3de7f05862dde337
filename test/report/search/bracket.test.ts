import { describe, expect, test } from 'vitest';
import { bracketText, capacityLines, limitationLines } from '../../../src/report/search/bracket.ts';
import { createInk } from '../../../src/report/terminal-ink.ts';
import { sampleCapacity } from '../../support/sample-search.ts';
import { capacityResult } from '../searches.ts';

const INK = createInk({ color: false, width: 200, unicode: true });

describe('the bracket', () => {
  test.each([
    [317, 345, 'p99 < 250ms', 'between 317/s (held) and 345/s (broke by p99 < 250ms)'],
    [317, 345, null, 'between 317/s (held) and 345/s (broke)'],
    [317, null, null, 'at least 317/s (held); no rate broke'],
    [null, 20, 'errors < 1%', 'below 20/s (broke by errors < 1%); no rate held'],
    [null, null, null, 'not known: no rate held, and none broke'],
  ])('%s to %s', (heldPerSecond, brokePerSecond, brokeBy, expected) => {
    expect(bracketText({ heldPerSecond, brokePerSecond }, brokeBy)).toBe(expected);
  });

  test('is followed by why it is not all that was asked for', () => {
    const reasons = [{ code: 'UNDECIDED_BUDGET', text: 'The budget ran out before the bracket closed.' }];
    const result = { ...capacityResult(), verdict: { status: 'inconclusive', reasons } } as const;
    expect(capacityLines(result, sampleCapacity(), INK)).toEqual([
      'CAPACITY  between 317/s (held) and 345/s (broke by p99 < 250ms)',
      '          The budget ran out before the bracket closed. (UNDECIDED_BUDGET)',
    ]);
  });

  test('says a finding once, though it is a reason of the verdict too', () => {
    const { findings } = sampleCapacity();
    expect(limitationLines({ capacity: sampleCapacity(), said: [], servers: [] }, INK).join('\n')).toContain(
      'HYSTERESIS',
    );
    expect(
      limitationLines({ capacity: sampleCapacity(), said: findings, servers: [] }, INK).join('\n'),
    ).not.toContain('HYSTERESIS');
  });

  test.each([
    ['server', 'the server, not this generator'],
    ['generator', 'this generator: what the server'],
    ['rate-cap', 'the highest rate that may be sent'],
    ['budget', 'the time allowed'],
  ] as const)('says who was at the limit: %s', (limitedBy, expected) => {
    const lines = limitationLines(
      { capacity: sampleCapacity({ limitedBy }), said: [], servers: undefined },
      INK,
    );
    expect(lines.join('\n')).toContain(`limited by   ${expected}`);
  });
});
