import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Attempt, blankAttempt } from '../../../src/core/attempt.ts';
import { Exemplars } from '../../../src/record/exemplar/exemplars.ts';

const FROM_MS = 1000;

function book(traceOf = (attempt: Attempt): string | null => `trace-${attempt.index}`): Exemplars {
  return new Exemplars(FROM_MS, traceOf);
}

/** A success of arrival `index` that took `ms`. */
function success(index: number, ms: number, changes: Partial<Attempt> = {}): Attempt {
  const times = { intendedMs: 2000, readyMs: 2001, sendMs: 2002, sentMs: 2002, firstByteMs: 2003 };
  const remote = '10.0.0.1:80';
  return {
    ...blankAttempt(),
    ...times,
    index,
    outcome: 'completed',
    status: 200,
    endMs: 2000 + ms,
    remote,
    ...changes,
  };
}

const anySuccess = fc
  .record({ index: fc.nat(200), ms: fc.nat(30), target: fc.nat(2), remote: fc.constantFrom(null, 'a', 'b') })
  .map(({ index, ms, ...rest }) => success(index, ms, rest));

const anyFailure = fc
  .record({ attempt: anySuccess, status: fc.constantFrom(404, 410), detail: fc.constantFrom(null, 'x', 'y') })
  .map(({ attempt, ...rest }): Attempt => ({ ...attempt, ...rest, cause: 'http-4xx' }));

function filled(attempts: readonly Attempt[]): Exemplars {
  const kept = book();
  for (const attempt of attempts) {
    if (attempt.cause === null) kept.offerSuccess(attempt);
    else kept.offerFailure(attempt, attempt.cause);
  }
  return kept;
}

describe('exemplars', () => {
  test('say what is needed to find a request again', () => {
    const kept = book();
    kept.offerSuccess(success(7, 250, { target: 2, connectMs: 0.5 }));
    expect(kept.slowest).toEqual([
      {
        index: 7,
        target: 2,
        atMs: 1250,
        responseMs: 250,
        status: 200,
        cause: null,
        phase: null,
        detail: '',
        remote: '10.0.0.1:80',
        phases: { blocked: 0.5, dns: null, connect: 0.5, tls: null, send: 0, wait: 1, receive: 247 },
        traceId: 'trace-7',
      },
    ]);
  });

  test('are the ten slowest, whatever came when', () => {
    fc.assert(
      fc.property(fc.array(anySuccess, { maxLength: 60 }), (attempts) => {
        const times = attempts.map(({ endMs, intendedMs }) => endMs - intendedMs).sort((a, b) => b - a);
        expect(filled(attempts).slowest.map(({ responseMs }) => responseMs)).toEqual(times.slice(0, 10));
      }),
    );
  });

  test('are the same whatever the split into parts and the order of merging', () => {
    const runs = fc.record({
      attempts: fc.array(fc.record({ attempt: fc.oneof(anySuccess, anyFailure), worker: fc.nat(3) })),
      order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    });
    fc.assert(
      fc.property(runs, ({ attempts, order }) => {
        const merged = book();
        for (const worker of order) {
          const own = attempts.filter((entry) => entry.worker === worker).map(({ attempt }) => attempt);
          const half = Math.floor(own.length / 2);
          merged.absorb(filled(own.slice(half)).take());
          merged.absorb(filled(own.slice(0, half)).take());
        }
        expect(merged.take()).toEqual(filled(attempts.map(({ attempt }) => attempt)).take());
      }),
    );
  });

  test('are gone once they were taken, and those that come later are kept anew', () => {
    const kept = filled([success(0, 90), { ...success(1, 80), cause: 'mismatch' }]);
    expect(kept.take().slowest).toHaveLength(1);
    expect(kept.take()).toEqual({ examples: [], slowest: [] });
    kept.offerSuccess(success(2, 1));
    expect(kept.slowest.map(({ index }) => index)).toEqual([2]);
  });

  test('are made rarely: one in hundreds of a long run of like requests', () => {
    let asked = 0;
    const kept = book(() => {
      asked += 1;
      return null;
    });
    for (let index = 0; index < 20_000; index += 1) {
      kept.offerSuccess(success(index, (index * 7919) % 20_011));
    }
    // Ten, and then the i-th with chance 10 / i: 10 + 10 ln(2000) = 86.
    expect(asked).toBeLessThan(200);
    expect(kept.slowest).toHaveLength(10);
  });
});
