import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Attempt, blankAttempt, FAILURE_CAUSES, PHASES } from '../../src/core/attempt.ts';
import type { RecordingLayout } from '../../src/record/layout.ts';
import { Recording } from '../../src/record/recording.ts';

const LAYOUT: RecordingLayout = {
  targetCount: 3,
  objectives: [
    { target: null, rule: { kind: 'latency', limitMs: 100 } },
    { target: 1, rule: { kind: 'failed' } },
    { target: 2, rule: { kind: 'status', from: 500, to: 599 } },
    { target: null, rule: { kind: 'dropped' } },
    { target: null, rule: { kind: 'mean' } },
    { target: 0, rule: { kind: 'apdex', thresholdMs: 50 } },
    { target: null, rule: { kind: 'none' } },
  ],
  measuredFromMs: 1000,
  windowMs: 250,
  breakerMs: Infinity,
};

/** Eighths of a millisecond, whose sums are exact whatever their order. */
const eighths = (max: number): fc.Arbitrary<number> => fc.nat(max * 8).map((steps) => steps / 8);

const anyAttempt: fc.Arbitrary<Attempt> = fc
  .record({
    target: fc.nat(2),
    warmup: fc.boolean(),
    outcome: fc.constantFrom('completed', 'completed', 'broken', 'dropped'),
    intendedMs: eighths(3000).map((ms) => ms + 1000),
    lagMs: eighths(3),
    waitMs: eighths(20),
    serviceMs: fc.oneof(eighths(300), fc.constant(4_000_000)),
    stallMs: fc.constantFrom(0, 60),
    status: fc.constantFrom(200, 404, 503),
    cause: fc.constantFrom(...FAILURE_CAUSES),
    isFailed: fc.boolean(),
    phase: fc.constantFrom(null, ...PHASES),
    detail: fc.constantFrom(null, 'a', 'b'),
    address: fc.nat(600),
    reused: fc.boolean(),
    retries: fc.nat(1),
    bytesReceived: fc.nat(1000),
  })
  .map(({ lagMs, waitMs, serviceMs, isFailed, cause, address, status, ...rest }) => {
    const readyMs = rest.intendedMs + lagMs;
    const isSent = rest.outcome !== 'dropped';
    const sendMs = isSent ? readyMs + waitMs : NaN;
    return {
      ...blankAttempt(),
      ...rest,
      readyMs,
      sendMs,
      sentMs: sendMs,
      firstByteMs: rest.outcome === 'completed' ? sendMs + serviceMs / 2 : NaN,
      endMs: readyMs + waitMs + serviceMs,
      status: rest.outcome === 'completed' ? status : 0,
      cause: rest.outcome === 'broken' || (isSent && isFailed) ? cause : null,
      remote: isSent ? `10.0.0.1:${address}` : null,
    };
  });

/** Everything that was recorded, in an order of its own. */
function stateOf(recording: Recording): unknown {
  const part = recording.take();
  const byKey = <T extends readonly [unknown, ...unknown[]]>(entries: readonly T[]): T[] =>
    entries.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return {
    ...part,
    causes: byKey(part.causes),
    examples: byKey(part.examples),
    addresses: byKey(part.addresses),
    completions: byKey(part.completions),
    targets: part.targets.map((target) => ({
      ...target,
      statuses: byKey(target.statuses),
      causes: byKey(target.causes),
    })),
  };
}

function recordingOf(attempts: readonly Attempt[]): Recording {
  const recording = new Recording(LAYOUT);
  for (const attempt of attempts) recording.add(attempt);
  return recording;
}

describe('a recording', () => {
  test('is the same whatever the split into parts, the order in them and the order of merging', () => {
    const runs = fc.record({
      attempts: fc.array(fc.record({ attempt: anyAttempt, worker: fc.nat(3), key: fc.nat() }), {
        maxLength: 80,
      }),
      order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    });
    fc.assert(
      fc.property(runs, ({ attempts, order }) => {
        const shuffled = attempts.toSorted((a, b) => a.key - b.key);
        const workers = [0, 1, 2, 3].map((worker) =>
          recordingOf(shuffled.filter((entry) => entry.worker === worker).map((entry) => entry.attempt)),
        );
        const merged = new Recording(LAYOUT);
        for (const worker of order) merged.absorb(workers[worker]?.take() ?? new Recording(LAYOUT).take());
        expect(stateOf(merged)).toEqual(stateOf(recordingOf(attempts.map((entry) => entry.attempt))));
      }),
      { numRuns: 60 },
    );
  });

  test('may be merged in any grouping', () => {
    fc.assert(
      fc.property(fc.array(anyAttempt, { maxLength: 45 }), (attempts) => {
        const third = (from: number): Recording =>
          recordingOf(attempts.filter((_, index) => index % 3 === from));
        const left = third(0);
        left.absorb(third(1).take());
        left.absorb(third(2).take());
        const right = third(1);
        right.absorb(third(2).take());
        const grouped = third(0);
        grouped.absorb(right.take());
        expect(stateOf(left)).toEqual(stateOf(grouped));
      }),
      { numRuns: 30 },
    );
  });

  test('loses nothing when parts are taken out of it on the way', () => {
    fc.assert(
      fc.property(
        fc.array(anyAttempt, { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (attempts, every) => {
          const worker = new Recording(LAYOUT);
          const main = new Recording(LAYOUT);
          attempts.forEach((attempt, index) => {
            worker.add(attempt);
            if (index % every === 0) main.absorb(structuredClone(worker.take()));
          });
          main.absorb(worker.take());
          expect(stateOf(main)).toEqual(stateOf(recordingOf(attempts)));
          expect(stateOf(worker)).toEqual(stateOf(new Recording(LAYOUT)));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('takes nothing from a part with nothing in it', () => {
    fc.assert(
      fc.property(fc.array(anyAttempt, { maxLength: 30 }), (attempts) => {
        const recording = recordingOf(attempts);
        recording.absorb(new Recording(LAYOUT).take());
        expect(stateOf(recording)).toEqual(stateOf(recordingOf(attempts)));
      }),
      { numRuns: 20 },
    );
  });
});
