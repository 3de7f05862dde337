import { describe, expect, test } from 'vitest';
import { FAULT_KINDS, FaultError, parseFault } from '../../src/demo/faults.ts';

describe('parseFault', () => {
  test.each(FAULT_KINDS)('%s needs no more than a replica', (kind) => {
    expect(parseFault({ replica: 2, kind }, 3)).toMatchObject({ replica: 2, forMs: null, effect: { kind } });
  });

  test.each([
    [
      { kind: 'slow', ratio: 0.5, ms: 300 },
      { kind: 'slow', ratio: 0.5, ms: 300 },
    ],
    [{ kind: 'slow' }, { kind: 'slow', ratio: 0.02, ms: 500 }],
    [
      { kind: 'errors', status: 503 },
      { kind: 'errors', ratio: 0.05, status: 503 },
    ],
    [{ kind: 'wrong' }, { kind: 'wrong', ratio: 1 }],
    [
      { kind: 'wrong', ratio: 0.5 },
      { kind: 'wrong', ratio: 0.5 },
    ],
    [
      { kind: 'connection-limit', limit: 0 },
      { kind: 'connection-limit', limit: 0 },
    ],
    [
      { kind: 'metastable', above: 2 },
      { kind: 'metastable', above: 2, below: 2, factor: 5 },
    ],
  ])('reads the settings of %j', (settings, effect) => {
    expect(parseFault({ replica: 'all', ...settings }, 3).effect).toEqual(effect);
  });

  test.each([
    ['1500ms', 1500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['24h', 86_400_000],
    [250, 250],
  ])('reads "for" %j as %d ms', (given, ms) => {
    expect(parseFault({ replica: 1, kind: 'kill', for: given }, 3).forMs).toBe(ms);
  });

  test.each([
    [null, 'a fault is a JSON object'],
    [[], 'a fault is a JSON object'],
    [{ replica: 1 }, '"kind" must be one of kill, freeze, close, hang'],
    [{ replica: 1, kind: 'explode' }, 'not "explode"'],
    [{ replica: 1, kind: 'toString' }, 'not "toString"'],
    [{ kind: 'kill' }, '"replica" must be a whole number from 1 to 3, or "all", not nothing'],
    [{ replica: 0, kind: 'kill' }, 'not 0'],
    [{ replica: 4, kind: 'kill' }, 'not 4'],
    [{ replica: '1', kind: 'kill' }, 'not "1"'],
    [{ replica: 1, kind: 'slow', ratio: 1.5 }, '"ratio" must be a number from 0 to 1, not 1.5'],
    [{ replica: 1, kind: 'slow', ms: '300' }, '"ms" must be a number from 0 to 600000, not "300"'],
    [{ replica: 1, kind: 'wrong', ratio: -0.1 }, '"ratio" must be a number from 0 to 1, not -0.1'],
    [{ replica: 1, kind: 'expired', ratio: 1 }, 'expired has no "ratio": it takes replica, kind, for'],
    [{ replica: 1, kind: 'close', ms: 1 }, 'close has no "ms"'],
    [{ replica: 1, kind: 'errors', status: 200 }, '"status" must be a whole number from 400 to 599'],
    [{ replica: 1, kind: 'errors', status: 500.5 }, '"status" must be a whole number'],
    [{ replica: 1, kind: 'kill', ms: 5 }, 'kill has no "ms": it takes replica, kind, for'],
    [
      { replica: 1, kind: 'metastable', above: 3, below: 9 },
      '"below" (9) must not be larger than "above" (3)',
    ],
    [{ replica: 1, kind: 'kill', for: '30' }, '"for" must be a duration'],
    [{ replica: 1, kind: 'kill', for: -1 }, '"for" must be a duration'],
    [{ replica: 1, kind: 'kill', for: '25h' }, '"for" must be a duration up to 24h'],
    [{ replica: 1, kind: 'kill', for: null }, '"for" must be a duration'],
  ])('refuses %j', (body, message) => {
    expect(() => parseFault(body, 3)).toThrow(FaultError);
    expect(() => parseFault(body, 3)).toThrow(message);
  });

  test('cuts short what it repeats', () => {
    expect(() => parseFault({ replica: 1, kind: 'x'.repeat(5000) }, 3)).toThrow(/^.{0,260}$/);
  });
});
