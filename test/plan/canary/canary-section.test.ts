import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { CANARY, type CanarySettings } from '../../../src/plan/canary/settings.ts';
import type { CanaryOverrides } from '../../../src/plan/flags.ts';
import { parseCanaryPlan, parsePlan } from '../../../src/plan/parse.ts';
import { memoryReads } from '../memory-reads.ts';

const ENV = { HOST: 'control.example.org', EMPTY: '' };

function settings(
  section: string | null,
  canary: CanaryOverrides = {},
  parse = parseCanaryPlan,
): CanarySettings | undefined {
  const written = section === null ? '' : `canary: ${section}\n`;
  const text = `version: 1\ntargets: [ { get: https://example.com/ } ]\n${written}`;
  return parse({ file: 'p.yaml', text }, { canary }, memoryReads({ env: ENV })).plan.canary;
}

function refusal(section: string | null, canary: CanaryOverrides = {}): UsageError {
  try {
    settings(section, canary);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a run that sends nothing', () => {
  test.each<readonly [section: string | null, flags: CanaryOverrides, where: RegExp]>([
    [null, { rate: '0.01/s' }, /^--rate: one run would send no request/],
    ['{ rate: 0.01/s }', {}, /^p\.yaml:3:17: one run would send no request/],
    ['{ rate: 0.01/s, for: 1s }', {}, /^p\.yaml:3:17: one run would send no request/],
    ['{ every: 2m }', { rate: '0.01/s' }, /^--rate: /],
  ])('is refused where its rate stands, of %s and %j', (section, flags, where) => {
    expect(refusal(section, flags).message).toMatch(where);
  });
});

describe('the canary of a plan', () => {
  test('is absent when neither plan nor flags say anything', () => {
    expect(settings(null)).toBeUndefined();
  });

  test('has every default', () => {
    expect(settings('{}')).toEqual(CANARY);
  });

  test.each<readonly [section: string | null, flags: CanaryOverrides, expected: Partial<CanarySettings>]>([
    ['{ check: shop/check-out_1.2 }', {}, { check: 'shop/check-out_1.2' }],
    ['{ every: 5m, rate: 120/m, for: 10s }', {}, { everyMs: 300_000, ratePerSecond: 2, durationMs: 10_000 }],
    ['{ fail: { bad: 1, of: 1 } }', {}, { fail: { bad: 1, of: 1 } }],
    ['{ remind: never, certificate: never }', {}, { remindMs: null, certificateMs: 0 }],
    ['{ period: 90d, remind: 30d }', {}, { periodMs: 7_776_000_000, remindMs: 2_592_000_000 }],
    ['{ slo: 99.95% }', {}, { sloRatio: 0.9995 }],
    ['{ slo: 0.99 }', {}, { sloRatio: 0.99 }],
    ['{ control: "https://${env:HOST}/" }', {}, { control: 'https://${env:HOST}/' }],
    ['{ rate: 9/s }', { rate: '2/s', for: '7s' }, { ratePerSecond: 2, durationMs: 7000 }],
    ['{ rate: 2/s, for: 30s }', { requests: '20' }, { ratePerSecond: 2, durationMs: 10_000 }],
    [
      null,
      { check: 'a', every: '2m', fail: '1 of 2', recover: '3', remind: 'never', blind: '4', slo: '99%' },
      {
        check: 'a',
        everyMs: 120_000,
        fail: { bad: 1, of: 2 },
        recover: 3,
        remindMs: null,
        blind: 4,
        sloRatio: 0.99,
      },
    ],
    [
      '{ maintenance: [ "Sun 02:00-04:00" ] }',
      { maintenance: ['daily 01:00-02:00'] },
      { maintenance: [expect.objectContaining({ text: 'daily 01:00-02:00' })] },
    ],
  ])('%s with %j', (section, flags, expected) => {
    expect(settings(section, flags)).toEqual({ ...CANARY, ...expected });
  });

  test.each<readonly [section: string, message: string, hint: string]>([
    ['{ every: 25d }', 'longer than 24 days', ''],
    ['{ every: 0s }', 'longer than 0', ''],
    ['{ period: 11y }', 'the unit "y" is unknown', ''],
    ['{ period: 4000d }', 'longer than ten years', ''],
    ['{ recover: 0 }', 'at least 1', ''],
    ['{ recover: 1.5 }', 'expected a whole number', ''],
    ['{ fail: "5 of 3" }', '5 of 3 runs cannot be bad', 'write it as "3 of 5"'],
    ['{ fail: { bad: 5, of: 3 } }', '5 of 3 runs cannot be bad', ''],
    ['{ slo: 99.9 }', 'beyond 1', 'write 99.9% if per cent is meant'],
    ['{ slo: 50% }', 'no more than every other run', ''],
    ['{ remind: 4 }', 'expected a duration, or never', 'write it as 4h or 14d, or never'],
    ['{ check: a//b }', 'must be names', ''],
    ['{ check: a/../b }', 'must be names', ''],
    [`{ check: ${'a'.repeat(101)} }`, 'at most 100 characters', ''],
    ['{ control: "https://${env:EMPTY}/" }', 'with the values of its references this is not', ''],
    ['{ control: "ftp://example.com" }', 'not an absolute http or https URL', ''],
    [
      '{ every: 10s, for: 10s }',
      'one run sends for 10s, and the next begins after 10s',
      'let a run be shorter',
    ],
    ['{ rate: 0.1/s }', 'one run would send no request', 'raise the rate'],
    ['{ maintenance: "Sun 02:00-04:00" }', 'expected a list', ''],
  ])('%s is refused', (section, message, hint) => {
    const error = refusal(section);
    expect(error.message).toContain(message);
    expect(error.hint ?? '').toContain(hint);
    expect(error.message).toMatch(/p\.yaml:3:\d+/);
  });

  test.each<readonly [flags: CanaryOverrides, where: string]>([
    [{ every: '3s' }, '--every'],
    [{ for: '2m' }, '--duration'],
    [{ requests: '1000' }, '--requests'],
    [{ fail: '3' }, '--fail'],
    [{ control: 'x' }, '--control'],
    [{ maintenance: ['Sun'] }, '--maintenance'],
  ])('%j is refused where it was typed', (flags, where) => {
    expect(refusal(null, flags).message.split('\n')[0]).toMatch(new RegExp(`^${where}: `));
  });

  test('needs no value of a reference but where somebody is told', () => {
    const section = '{ control: "https://${env:UNSET}/" }';
    expect(settings(section, {}, parsePlan)?.control).toBe('https://${env:UNSET}/');
    expect(refusal(section).message).toContain('UNSET is not set');
  });
});
