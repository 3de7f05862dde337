import { describe, expect, test } from 'vitest';
import type { Overrides } from '../../../src/plan/flags.ts';
import { parsePlan, parseSearchPlan } from '../../../src/plan/parse.ts';
import type { Load } from '../../../src/plan/plan.ts';
import { prolongedFromMs, sentLoad } from '../../../src/plan/question/until-decided.ts';
import { memoryReads } from '../memory-reads.ts';

function load(section: string, flags: Overrides = {}): Load {
  const text = `version: 1\ntargets: [ { get: https://example.com/ } ]\nload: ${section}\n`;
  return parsePlan({ file: 'p.yaml', text }, flags, memoryReads({})).plan.load;
}

describe('a run that goes on until it is decided', () => {
  test.each<readonly [section: string, flags: Overrides, maxDurationMs: number]>([
    ['{ rate: 5/s, duration: 10s, untilDecided: true }', {}, 100_000],
    ['{ rate: 5/s, duration: 10s, warmup: 5s }', { untilDecided: true }, 100_000],
    ['{ rate: 5/s, duration: 10s, untilDecided: true, maxDuration: 25s }', {}, 25_000],
    ['{ rate: 5/s, untilDecided: true }', { duration: '3s', maxDuration: '5s' }, 5000],
    ['{ closed: { users: 3 }, untilDecided: true }', {}, 200_000],
    ['{ rate: 5/s, duration: 23d, untilDecided: true }', {}, 24 * 86_400_000],
  ])('%s with %j takes at most %i ms', (section, flags, maxDurationMs) => {
    expect(load(section, flags)).toMatchObject({ untilDecided: true, maxDurationMs });
  });

  test('is said nowhere when it was not asked for', () => {
    expect(load('{ rate: 5/s }')).not.toHaveProperty('untilDecided');
    expect(load('{ rate: 5/s, untilDecided: false }')).not.toHaveProperty('untilDecided');
  });
});

describe('what is sent', () => {
  test('goes on at the rate of the last constant stage, and what follows it stays', () => {
    const stages =
      '[ { ramp: 0/s..9/s, for: 5s }, { rate: 9/s, for: 10s }, { rate: 0/s, for: 1s }, { ramp: 9/s..0/s, for: 4s } ]';
    expect(sentLoad(load(`{ stages: ${stages}, untilDecided: true, maxDuration: 50s }`))).toMatchObject({
      stages: [
        { kind: 'ramp', durationMs: 5000 },
        { kind: 'constant', ratePerSecond: 9, durationMs: 40_000 },
        { kind: 'constant', ratePerSecond: 0, durationMs: 1000 },
        { kind: 'ramp', durationMs: 4000 },
      ],
    });
  });

  test('of a closed loop lasts as long as it may', () => {
    const closed = load('{ closed: { users: 3 }, duration: 10s, untilDecided: true, maxDuration: 30s }');
    expect(sentLoad(closed)).toMatchObject({ kind: 'closed', users: 3, durationMs: 30_000 });
  });

  test.each(['{ rate: 5/s, maxDuration: 50s }', '{ requests: 50 }', '{ closed: { users: 3 }, requests: 9 }'])(
    'is the load itself for %s',
    (section) => {
      const plain = load(section);
      expect(sentLoad(plain)).toBe(plain);
    },
  );
});

describe('the window of an objective', () => {
  const within = (section: string, objective: string): Load => {
    const text = `version: 1\ntargets: [ { get: https://example.com/ } ]\nload: ${section}\nobjectives: [ "${objective}" ]\n`;
    return parsePlan({ file: 'p.yaml', text }, {}, memoryReads({})).plan.load;
  };

  test.each([
    '{ rate: 5/s, duration: 30s }',
    '{ stages: [ { rate: 5/s, for: 10s }, { rate: 5/s, for: 20s } ] }',
    '{ stages: [ { rate: 5/s, for: 10s }, { rate: 6/s, for: 30s }, { rate: 5/s, for: 10s } ] }',
    '{ rate: 5/s, duration: 10s, untilDecided: true }',
    '{ closed: { users: 3 }, duration: 30s }',
    '{ closed: { users: 3 }, requests: 5 }',
  ])('of 30 s fits into %s', (section) => {
    expect(() => within(section, 'p99 < 250ms for 30s')).not.toThrow();
  });

  test.each([
    '{ rate: 5/s, duration: 29s }',
    '{ stages: [ { rate: 5/s, for: 20s }, { rate: 6/s, for: 20s } ] }',
    '{ stages: [ { rate: 5/s, for: 20s }, { ramp: 5/s..6/s, for: 40s }, { rate: 5/s, for: 20s } ] }',
    '{ closed: { users: 3 }, duration: 20s }',
  ])('of 30 s does not fit into %s', (section) => {
    expect(() => within(section, 'p99 < 250ms for 30s')).toThrow(/a window of 30s fits into no stage/);
  });

  test('of a search is not held against a load that it does not send, unless it is too short for any', () => {
    const windows = (window: string): unknown => {
      const flags = { url: 'https://example.com/', objectives: [`errors < 1% for ${window}`] };
      return parseSearchPlan(null, flags, memoryReads({})).plan.objectives.map(({ windowMs }) => windowMs);
    };
    expect(windows('1m')).toEqual([60_000]);
    expect(() => windows('100ms')).toThrow(/a window of 100ms is too short/);
  });
});

test.each([
  ['{ rate: 5/s, duration: 10s }', 0],
  ['{ closed: { users: 3 } }', 0],
  ['{ stages: [{ rate: 5/s, for: 10s }, { rate: 50/s, for: 5s }] }', 10_000],
  ['{ stages: [{ rate: 5/s, for: 10s }, { rate: 5/s, for: 5s }] }', 0],
  ['{ stages: [{ rate: 5/s, for: 10s }, { rate: 9/s, for: 1s }, { rate: 9/s, for: 5s }] }', 10_000],
])('of %s what starts at %i ms can be prolonged', (section, fromMs) => {
  expect(prolongedFromMs(load(section))).toBe(fromMs);
});
