import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { Overrides } from '../../../src/plan/flags.ts';
import { parsePlan } from '../../../src/plan/parse.ts';
import type { LaunchQuestion } from '../../../src/plan/plan.ts';
import { launchRates, peakOfUsers } from '../../../src/plan/question/launch.ts';
import { memoryReads } from '../memory-reads.ts';

function question(section: string | null, flags: Overrides = {}): LaunchQuestion | undefined {
  const launch = section === null ? '' : `launch: ${section}\n`;
  const text = `version: 1\ntargets: [ { get: https://example.com/ } ]\n${launch}`;
  return parsePlan({ file: 'p.yaml', text }, flags, memoryReads({})).plan.launch;
}

function refusal(section: string | null, flags: Overrides): UsageError {
  try {
    question(section, flags);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const USERS = '{ users: 20000, think: 30s, requestsPerVisit: 8 }';

describe('the launch question', () => {
  test.each<readonly [section: string | null, flags: Overrides, expected: LaunchQuestion | undefined]>([
    [null, {}, undefined],
    ['{ peak: 3000/s }', {}, { peakPerSecond: 3000, marginRatio: 0.3, zones: 1, lose: 0, users: null }],
    [
      null,
      { peak: '6000/m', margin: '150%', zones: '3', lose: '1' },
      { peakPerSecond: 100, marginRatio: 1.5, zones: 3, lose: 1, users: null },
    ],
    [
      null,
      { users: '1e4', think: '10s', requestsPerVisit: '1.5e0' },
      {
        peakPerSecond: 1500,
        marginRatio: 0.3,
        zones: 1,
        lose: 0,
        users: { count: 10_000, thinkMs: 10_000, requestsPerVisit: 1.5 },
      },
    ],
    [
      '{ peak: 3000/s, margin: 0.2, zones: 3, lose: 1 }',
      { peak: '50/s', lose: '2' },
      { peakPerSecond: 50, marginRatio: 0.2, zones: 3, lose: 2, users: null },
    ],
    [
      USERS,
      {},
      {
        peakPerSecond: (20_000 * 8) / 30,
        marginRatio: 0.3,
        zones: 1,
        lose: 0,
        users: { count: 20_000, thinkMs: 30_000, requestsPerVisit: 8 },
      },
    ],
    [
      USERS,
      { users: '300', margin: '0%' },
      {
        peakPerSecond: 80,
        marginRatio: 0,
        zones: 1,
        lose: 0,
        users: { count: 300, thinkMs: 30_000, requestsPerVisit: 8 },
      },
    ],
    [USERS, { peak: '5/s' }, { peakPerSecond: 5, marginRatio: 0.3, zones: 1, lose: 0, users: null }],
    [
      '{ peak: 3000/s }',
      { users: '10', think: '2s', requestsPerVisit: '1.5' },
      {
        peakPerSecond: 7.5,
        marginRatio: 0.3,
        zones: 1,
        lose: 0,
        users: { count: 10, thinkMs: 2000, requestsPerVisit: 1.5 },
      },
    ],
  ])('of %s with %j', (section, flags, expected) => {
    expect(question(section, flags)).toEqual(expected);
  });

  test.each<readonly [section: string | null, flags: Overrides, says: string, hint: string]>([
    [
      null,
      { margin: '50%' },
      '--peak: the expected peak is missing',
      'add --peak 3000/s, or --users 20000, --think 30s, --requests-per-visit 8',
    ],
    [
      '{ peak: 3000/s }',
      { think: '3s' },
      '--think: this is not enough to compute the peak from users',
      'add --users 20000 and --requests-per-visit 8, or say --peak 3000/s alone',
    ],
    [
      null,
      { users: '100', peak: '3/s' },
      '--users: "users" does not go with "peak"',
      'the peak is either given, or computed from users: drop one of the two',
    ],
    [
      null,
      { peak: '3/s', zones: '2', lose: '2' },
      '--lose: 2 of 2 zones cannot fail: none would be left',
      'let at most 1 fail, or name more zones',
    ],
    [
      '{ peak: 3/s, zones: 3, lose: 2 }',
      { zones: '2' },
      '--zones: 2 of 2 zones cannot fail: none would be left',
      'let at most 1 fail, or name more zones',
    ],
    [
      null,
      { peak: '3/s', lose: '1' },
      '--lose: 1 of 1 zone cannot fail: none would be left',
      'say how many zones there are',
    ],
    [
      null,
      { peak: '3/s', margin: '1.5' },
      '--margin: "1.5" could be a factor or per cent',
      'write it in per cent, such as 150%',
    ],
    [
      null,
      { peak: '3/s', margin: '2000%' },
      '--margin: "2000%" is more than 1000%',
      'name a larger peak instead',
    ],
  ])('of %s with %j is refused', (section, flags, says, hint) => {
    const { message, hint: remedy } = refusal(section, flags);
    expect([message.split('\n')[0], remedy]).toEqual([says, hint]);
  });

  test('shows the place in a flag with a caret', () => {
    expect(() => question(null, { peak: '3x/s' })).toThrow(/^--peak: .*\n {2}3x\/s\n {2} \^/);
  });
});

describe('the rates that a launch asks about', () => {
  test.each([
    [
      { marginRatio: 0, zones: 1, lose: 0 },
      { withMargin: 3000, withoutMargin: 3000, peak: 3000 },
    ],
    [
      { marginRatio: 0.5, zones: 1, lose: 0 },
      { withMargin: 4500, withoutMargin: 3000, peak: 3000 },
    ],
    [
      { marginRatio: 0.5, zones: 3, lose: 1 },
      { withMargin: 6750, withoutMargin: 4500, peak: 3000 },
    ],
    [
      { marginRatio: 1, zones: 4, lose: 3 },
      { withMargin: 24_000, withoutMargin: 12_000, peak: 3000 },
    ],
  ])('of a peak of 3000/s with %j', (rest, expected) => {
    expect(launchRates({ peakPerSecond: 3000, users: null, ...rest })).toEqual(expected);
  });

  test('a peak of users counts the requests of their visits', () => {
    expect(peakOfUsers({ count: 20_000, thinkMs: 30_000, requestsPerVisit: 8 })).toBeCloseTo(5333.33, 2);
  });
});
