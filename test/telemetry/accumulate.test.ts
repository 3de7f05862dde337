import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../src/core/attempt.ts';
import { Recording, type RecordingPart } from '../../src/record/recording.ts';
import { Tally } from '../../src/record/tally.ts';
import { Accumulation, WaitingIntervals } from '../../src/telemetry/accumulate.ts';
import type { Interval, TargetInterval } from '../../src/telemetry/interval.ts';
import { SAMPLE_LAYOUT, sampleAttempt } from '../support/sample-result.ts';

const FACTS = ['followers', 'record'].map((name, index) => ({
  name,
  method: 'GET',
  scheme: 'http',
  host: '127.0.0.1',
  port: 8080 + index,
}));

const attempts = fc.array(
  fc.record({
    target: fc.integer({ min: 0, max: 1 }),
    ms: fc.integer({ min: 1, max: 60_000 }),
    kind: fc.constantFrom('good', 'failed', 'broken', 'dropped'),
    /** In which of three workers' parts of four seconds it is told. */
    part: fc.integer({ min: 0, max: 11 }),
  }),
  { maxLength: 60 },
);

type Drawn = typeof attempts extends fc.Arbitrary<infer Value> ? Value : never;

function attemptOf({ target, ms, kind }: Drawn[number]): Attempt {
  const ended = sampleAttempt({ target, intendedMs: 0, readyMs: 0, sendMs: 0, sentMs: 0, endMs: ms });
  if (kind === 'good') return ended;
  if (kind === 'failed') return { ...ended, status: 500, cause: 'http-5xx' };
  const outcome = kind === 'broken' ? ('broken' as const) : ('dropped' as const);
  return { ...ended, outcome, status: 0, cause: kind === 'broken' ? 'headers-timeout' : null };
}

/** As the engine counts what it sends. */
function record(recording: Recording, attempt: Attempt): void {
  recording.add(attempt);
  if (attempt.outcome === 'dropped') return;
  recording.counts.sent += 1;
  const target = recording.targets[attempt.target];
  if (target !== undefined) target.sent += 1;
}

function partsOf(drawn: Drawn): { readonly parts: RecordingPart[]; readonly whole: Recording } {
  const whole = new Recording(SAMPLE_LAYOUT);
  const parts = Array.from({ length: 12 }, (_, part) => {
    const own = new Recording(SAMPLE_LAYOUT);
    for (const one of drawn.filter((each) => each.part === part)) record(own, attemptOf(one));
    return own.take();
  });
  for (const part of parts) whole.absorb(part);
  return { parts, whole };
}

/** Everything that an interval says, in a form that can be compared. */
function plain({ targets, lag, inFlight }: Pick<Interval, 'targets' | 'lag' | 'inFlight'>): unknown {
  const sorted = (counts: TargetInterval['statuses'] | TargetInterval['causes']): unknown =>
    Object.fromEntries([...counts].map(([key, count]) => [String(key), count]));
  return {
    inFlight,
    lag: tally(lag),
    targets: targets.map((target) => ({
      ...target,
      statuses: sorted(target.statuses),
      causes: sorted(target.causes),
      response: tally(target.response),
      responseFailed: tally(target.responseFailed),
      service: tally(target.service),
    })),
  };
}

function tally(own: Tally): unknown {
  const { indexes, counts, ...rest } = own.copy();
  return { ...rest, indexes: [...indexes], counts: [...counts] };
}

describe('the sum of what was taken', () => {
  test('is what was recorded, however parts and intervals are cut', () => {
    fc.assert(
      fc.property(attempts, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (drawn, cuts) => {
        const { parts, whole } = partsOf(drawn);
        const accumulation = new Accumulation(FACTS, 1000);
        const sum = new WaitingIntervals();
        parts.forEach((part, index) => {
          accumulation.add(part);
          if (cuts[index] === true) accumulation.takeRecent(2000 + index, (recent) => sum.add(recent));
        });
        accumulation.takeRecent(9000, (recent) => sum.add(recent));
        const all = accumulation.cumulative(9000);
        const recorded = whole.targets.map((target, index) => Object.assign({}, FACTS[index], target));
        const expected = plain({ lag: whole.lag, inFlight: 0, targets: recorded.map(withoutMore) });
        expect(plain(all)).toEqual(expected);
        const summed = sum.take();
        expect(summed === null ? null : plain(summed)).toEqual(expected);
        expect([summed?.fromMs, summed?.toMs]).toEqual([1000, 9000]);
      }),
    );
  });
});

/** What sinks are told of a target. */
function withoutMore(target: object): TargetInterval {
  const { connection: _, inFlight: __, ...rest } = target as TargetInterval & Record<string, unknown>;
  return rest;
}

describe('intervals', () => {
  const part = (): RecordingPart => {
    const recording = new Recording(SAMPLE_LAYOUT);
    record(recording, sampleAttempt());
    recording.counts.sent += 1;
    return recording.take();
  };

  test('follow each other without a gap, and one in which nothing happened is empty', () => {
    const accumulation = new Accumulation(FACTS, 1000);
    accumulation.add(part());
    const seen: [fromMs: number, toMs: number, completed: number | undefined][] = [];
    const look = (toMs: number): void =>
      accumulation.takeRecent(toMs, (recent) =>
        seen.push([recent.fromMs, recent.toMs, recent.targets[0]?.completed]),
      );
    look(2000);
    look(3000);
    expect(seen).toEqual([
      [1000, 2000, 1],
      [2000, 3000, 0],
    ]);
  });

  test('know what is in flight, and of which target', () => {
    const accumulation = new Accumulation(FACTS, 1000);
    accumulation.add(part());
    const all = accumulation.cumulative(2000);
    expect([all.inFlight, all.targets[0]?.port, all.targets[1]?.name]).toEqual([1, 8080, 'record']);
  });

  test('do not carry what one load gave up at its end into the next', () => {
    const accumulation = new Accumulation(FACTS, 1000);
    accumulation.add(part());
    const last = new Recording(SAMPLE_LAYOUT);
    last.counts.inFlight = 1;
    accumulation.add(last.take());
    expect(accumulation.cumulative(2000).inFlight).toBe(0);
    accumulation.add(part());
    expect(accumulation.cumulative(3000).inFlight).toBe(1);
  });

  test('are forgotten although their reader failed', () => {
    const accumulation = new Accumulation(FACTS, 1000);
    accumulation.add(part());
    expect(() =>
      accumulation.takeRecent(2000, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    accumulation.takeRecent(3000, (recent) => expect(recent.targets[0]?.completed).toBe(0));
  });
});

describe('intervals that wait', () => {
  test('are told again with what came since, when they were not taken', () => {
    const waiting = new WaitingIntervals();
    const accumulation = new Accumulation(FACTS, 0);
    const add = (toMs: number): void => {
      const recording = new Recording(SAMPLE_LAYOUT);
      record(recording, sampleAttempt());
      accumulation.add(recording.take());
      accumulation.takeRecent(toMs, (recent) => waiting.add(recent));
    };
    add(1000);
    const refused = waiting.take();
    expect(waiting.take()).toBeNull();
    add(2000);
    if (refused !== null) waiting.add(refused);
    const both = waiting.take();
    expect([both?.fromMs, both?.toMs, both?.targets[0]?.completed]).toEqual([0, 2000, 2]);
  });
});
