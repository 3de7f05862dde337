import { describe, expect, test } from 'vitest';
import { Flags } from '../../../src/cli/options.ts';
import { capacityFlags, launchFlags } from '../../../src/cli/search/flags.ts';
import { UsageError } from '../../../src/core/errors.ts';

describe('the flags of capacity', () => {
  test('are rates per second, a ratio and milliseconds', () => {
    const flags = new Flags({ startRate: '6000/m', maxRate: '2k/s', precision: '5%', maxDuration: '10m' });
    expect(capacityFlags(flags)).toEqual({
      startPerSecond: 100,
      maxPerSecond: 2000,
      precisionRatio: 0.05,
      maxDurationMs: 600_000,
    });
  });

  test('say nothing when they are not given', () => {
    expect(capacityFlags(new Flags({}))).toEqual({
      startPerSecond: null,
      maxPerSecond: null,
      precisionRatio: null,
      maxDurationMs: null,
    });
  });

  test.each([
    [{ startRate: 'fast' }, /^--start-rate: "fast" is not a rate/, /200\/s/],
    [{ startRate: '0/s' }, /^--start-rate must be more than 0/, /leave --start-rate away/],
    [{ maxRate: '10/fortnight' }, /^--max-rate: /, /200\/s/],
    [{ maxDuration: '10' }, /^--max-duration: "10" is not a duration: it has no unit/, /10s or 10ms/],
    [{ precision: '10' }, /^--precision: /, /write 10%/],
    [{ precision: '0.1%' }, /between 1% and 50%/, /such as 10%/],
    [{ precision: '60%' }, /between 1% and 50%/, /such as 10%/],
    [{ startRate: '200/s', maxRate: '100/s' }, /--start-rate lies above --max-rate/, /start low/],
  ])('%j are a usage error with a remedy', (values, message, hint) => {
    const read = () => capacityFlags(new Flags(values));
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ hint: expect.stringMatching(hint) }));
  });
});

test('the flags of launch are milliseconds, and what is accepted', () => {
  const flags = new Flags({ maxRate: '900/s', surge: '10s', soak: '30m', acceptNoMargin: true });
  expect(launchFlags(flags)).toEqual({
    maxPerSecond: 900,
    surgeMs: 10_000,
    soakMs: 1_800_000,
    maxDurationMs: null,
    bracket: true,
    acceptNoMargin: true,
    acceptNoSpareZone: false,
  });
  expect(launchFlags(new Flags({ bracket: false })).bracket).toBe(false);
});
