/** Stretches of a run, random ones and one that is known, for tests of what tells them to others. */

import fc from 'fast-check';
import { FAILURE_CAUSES } from '../../src/core/attempt.ts';
import { Tally } from '../../src/record/tally.ts';
import type { Interval, RunIdentity, TargetInterval } from '../../src/telemetry/interval.ts';

/** A tally of these values, ms. */
export function tallyOf(values: readonly number[]): Tally {
  const tally = new Tally();
  for (const ms of values) tally.add(ms);
  return tally;
}

/** Mostly latencies, and now and then nothing at all or more than an hour. */
export const anyMs: fc.Arbitrary<number> = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: 0, max: 20_000, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0.0004, 0.001, 3_600_000, 3_600_001, 1e8) },
);

const anyTally = fc
  .oneof(fc.array(anyMs, { maxLength: 30 }), fc.array(anyMs, { minLength: 201, maxLength: 400 }))
  .map(tallyOf);

/** What somebody may call a target, or write into a tag. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 500, minLength: 300 }),
  fc.constantFrom(
    'a|b',
    'a:1|c',
    'x,y#z',
    'line\nfeed',
    '',
    '\ud800',
    'veneurglobalonly',
    'veneurlocalonly:1',
    '_e{1,1}:a|b',
    '_sc|x|0',
    'quote"back\\slash',
    'ünïcode 🎉',
    'le',
    '__name__',
    '@0.1',
    'a b',
  ),
);

const anyCount = fc.nat({ max: 5000 });

const anyTarget: fc.Arbitrary<TargetInterval> = fc.record({
  name: hostileText,
  method: fc.constantFrom('GET', 'POST', 'PURGE'),
  scheme: fc.constantFrom('http', 'https'),
  host: fc.constantFrom('api.example.com', '127.0.0.1', '[::1]'),
  port: fc.integer({ min: 1, max: 65_535 }),
  sent: anyCount,
  completed: anyCount,
  broken: anyCount,
  failed: anyCount,
  dropped: anyCount,
  statuses: fc
    .array(fc.tuple(fc.integer({ min: 200, max: 599 }), anyCount), { maxLength: 6 })
    .map((pairs) => new Map(pairs)),
  causes: fc
    .array(fc.tuple(fc.constantFrom(...FAILURE_CAUSES), anyCount), { maxLength: 6 })
    .map((pairs) => new Map(pairs)),
  response: anyTally,
  responseFailed: anyTally,
  service: anyTally,
});

/** Any stretch; names of targets are distinct, as a plan's are. */
export const anyInterval: fc.Arbitrary<Interval> = fc.record({
  fromMs: fc.double({ min: 1.6e12, max: 1.7e12, noNaN: true }),
  toMs: fc.double({ min: 1.7e12, max: 1.9e12, noNaN: true }),
  targets: fc.uniqueArray(anyTarget, { maxLength: 4, selector: ({ name }) => name }),
  lag: anyTally,
  inFlight: anyCount,
});

/** Two targets, ten seconds; the second one failed twice and was answered late once. */
export function sampleInterval(): Interval {
  const ms = Array.from({ length: 1000 }, (_, index) => index + 1);
  const server = { method: 'GET', scheme: 'http', host: '127.0.0.1', port: 8080 };
  return {
    fromMs: 1_700_000_000_000,
    toMs: 1_700_000_010_000.25,
    targets: [
      {
        ...server,
        name: 'followers',
        sent: 1002,
        completed: 1000,
        broken: 1,
        failed: 1,
        dropped: 3,
        statuses: new Map([[200, 1000]]),
        causes: new Map([['reset', 1]]),
        response: tallyOf(ms),
        responseFailed: tallyOf([]),
        service: tallyOf(ms),
      },
      {
        ...server,
        method: 'POST',
        name: 'record',
        sent: 2,
        completed: 2,
        broken: 0,
        failed: 1,
        dropped: 0,
        statuses: new Map([
          [201, 1],
          [503, 1],
        ]),
        causes: new Map([['http-5xx', 1]]),
        response: tallyOf([12.5]),
        responseFailed: tallyOf([3]),
        service: tallyOf([12, 3]),
      },
    ],
    lag: tallyOf([0.1, 0.2, 4]),
    inFlight: 1,
  };
}

/** A run, as sinks name it. */
export const SAMPLE_IDENTITY: RunIdentity = {
  runId: '0b5c1a3e-0000-4000-8000-000000000001',
  version: '1.2.3',
  tags: ['team:payments', 'env:staging'],
};
