import { describe, expect, test } from 'vitest';
import { Breaker, type BreakerLimits } from '../../../src/app/safety/breaker.ts';
import type { Pulse } from '../../../src/load/pulse.ts';
import { COARSE_LENGTH } from '../../../src/record/window.ts';

const LIMITS: BreakerLimits = { errorRatio: 0.01, inFlight: 1000, slowMs: Infinity };
const IMPATIENT: BreakerLimits = { ...LIMITS, slowMs: 1000 };

type Counted = Partial<Omit<Pulse, 'atMs' | 'coarse'>>;

function pulse(atMs: number, counted: Counted): Pulse {
  const sent = counted.sent ?? counted.completed ?? 0;
  return {
    atMs,
    due: sent + (counted.dropped ?? 0),
    sent,
    completed: 0,
    failed: 0,
    dropped: 0,
    slow: 0,
    broken: Math.max(0, (counted.failed ?? 0) - (counted.completed ?? 0)),
    inFlight: 0,
    pending: 0,
    coarse: new Uint32Array(COARSE_LENGTH),
    ...counted,
  };
}

/** Feeds the same pulse every 250 ms and returns when the breaker tripped, ms, or null within 20 s. */
function trippedAt(counted: Counted, limits: BreakerLimits = LIMITS, workers = 1): number | null {
  const breaker = new Breaker(limits);
  for (let atMs = 250; atMs <= 20_000; atMs += 250) {
    for (let worker = 0; worker < workers; worker += 1) {
      if (breaker.feed(pulse(atMs, counted), worker) !== null) return atMs;
    }
  }
  return null;
}

describe('the breaker trips within 2 s of a sick server, and not in the first', () => {
  test.each<readonly [situation: string, counted: Counted]>([
    ['every answer is an error', { completed: 25, failed: 25 }],
    ['nothing answers at all: connections are refused', { sent: 25, failed: 25, broken: 25 }],
    ['every tenth request fails, of many', { completed: 250, failed: 25 }],
    ['every arrival is dropped', { dropped: 25 }],
    ['half of the responses take four times too long', { completed: 20, slow: 10 }],
    ['more is under way than a timeout can hold', { sent: 25, inFlight: 800, pending: 300 }],
  ])('when %s', (_, counted) => {
    const at = trippedAt(counted);
    expect(at).toBeGreaterThan(1000);
    expect(at).toBeLessThanOrEqual(2000);
  });
});

/** Feeds a healthy server for five seconds, then `after` as a function of the time since, and returns when it tripped. */
function trippedSince(after: (sinceMs: number) => Counted, limits: BreakerLimits = LIMITS): number | null {
  const breaker = new Breaker(limits);
  for (let atMs = 250; atMs <= 20_000; atMs += 250) {
    const sinceMs = atMs - 5000;
    const counted = sinceMs <= 0 ? { completed: 25, inFlight: 2 } : after(sinceMs);
    if (breaker.feed(pulse(atMs, counted), 0) !== null) return sinceMs;
  }
  return null;
}

describe('in the midst of a run the breaker', () => {
  test('trips within 2 s of the first error of a server that fails', () => {
    expect(trippedSince(() => ({ completed: 25, failed: 25 }))).toBeLessThanOrEqual(2000);
  });

  test('trips within 2 s of the moment when answers of a frozen server are overdue', () => {
    const frozen = (sinceMs: number): Counted => ({ sent: 25, inFlight: 2 + sinceMs / 10 });
    expect(trippedSince(frozen, IMPATIENT)).toBeGreaterThan(IMPATIENT.slowMs);
    expect(trippedSince(frozen, IMPATIENT)).toBeLessThanOrEqual(IMPATIENT.slowMs + 2000);
    expect(trippedSince(frozen, { ...LIMITS, inFlight: Infinity })).toBeNull();
  });

  test('lets a pause of a second go by', () => {
    const paused = (sinceMs: number): Counted =>
      sinceMs <= 1000
        ? { sent: 25, inFlight: 2 + sinceMs / 10 }
        : { sent: 25, completed: sinceMs === 1250 ? 125 : 25, slow: sinceMs === 1250 ? 10 : 0, inFlight: 2 };
    expect(trippedSince(paused, IMPATIENT)).toBeNull();
  });

  test('lets a bad first second go by, while a server finds its feet', () => {
    const breaker = new Breaker(LIMITS);
    for (let atMs = 250; atMs <= 10_000; atMs += 250) {
      const failed = atMs <= 1000 ? 25 : 0;
      expect(breaker.feed(pulse(atMs, { completed: 25, failed }), 0)).toBeNull();
    }
  });

  test('lets the slowest answers come in when nothing more is sent', () => {
    // Two of a hundred take ten seconds: at the end only they are left.
    const draining = (sinceMs: number): Counted => ({ sent: 0, inFlight: Math.max(0, 100 - sinceMs / 100) });
    expect(trippedSince(draining, IMPATIENT)).toBeNull();
  });
});

describe('the breaker lets a run go on', () => {
  test.each<readonly [situation: string, counted: Counted, errorRatio: number]>([
    ['all is well', { completed: 25 }, 0.01],
    ['errors are above the objective but not five times', { completed: 250, failed: 8 }, 0.01],
    ['errors are above a loose objective, but not most requests', { completed: 25, failed: 10 }, 0.3],
    ['too few responses are slow', { completed: 20, slow: 9 }, 0.01],
    ['so little is sent that nothing can be told', { completed: 0, failed: 0, inFlight: 3 }, 0.01],
    ['much is under way, as planned', { sent: 25, inFlight: 1000 }, 0.01],
  ])('when %s', (_, counted, errorRatio) => {
    expect(trippedAt(counted, { ...LIMITS, errorRatio })).toBeNull();
  });
});

test('at a low rate it waits until twenty requests were seen', () => {
  // Four requests a second: the twentieth ends after 5 s.
  const at = trippedAt({ sent: 1, failed: 1 });
  expect(at).toBeGreaterThanOrEqual(5000);
  expect(at).toBeLessThanOrEqual(7000);
});

test('a bad half second that passes does not trip it', () => {
  const breaker = new Breaker(LIMITS);
  for (let atMs = 250; atMs <= 10_000; atMs += 250) {
    const bad = atMs > 3000 && atMs <= 3500;
    expect(breaker.feed(pulse(atMs, { completed: 100, failed: bad ? 30 : 0 }), 0)).toBeNull();
  }
});

test('requests of all workers are added up, each at its latest in flight', () => {
  expect(trippedAt({ sent: 25, inFlight: 600 }, LIMITS, 1)).toBeNull();
  expect(trippedAt({ sent: 25, inFlight: 600 }, LIMITS, 2)).not.toBeNull();
});

test('an objective of no errors at all does not stop a run at one failure', () => {
  const breaker = new Breaker({ ...LIMITS, errorRatio: 0 });
  for (let atMs = 250; atMs <= 5000; atMs += 250) {
    const failed = atMs % 1000 === 0 ? 1 : 0;
    expect(breaker.feed(pulse(atMs, { completed: 25, failed }), 0)).toBeNull();
  }
});

test('it trips once', () => {
  const breaker = new Breaker(LIMITS);
  const trips = [];
  for (let atMs = 250; atMs <= 10_000; atMs += 250) {
    const trip = breaker.feed(pulse(atMs, { sent: 25, failed: 25 }), 0);
    if (trip !== null) trips.push(trip);
  }
  expect(trips).toHaveLength(1);
  expect(trips[0]?.reason).toBe('errors');
  expect(trips[0]?.text).toMatch(/^\d+ of the last \d+ requests failed$/);
});
