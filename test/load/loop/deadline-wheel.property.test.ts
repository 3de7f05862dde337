import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeadlineWheel } from '../../../src/load/loop/deadline-wheel.ts';
import type { Exchange } from '../../../src/load/transport/transport.ts';
import { exchangeTo } from '../../support/exchanges.ts';

const template = exchangeTo();

/** Most that a slot is wide, ms. */
const SLOT_MS = 2;

function exchangeAt(deadlineMs: number): Exchange {
  return { ...template, deadlineMs };
}

/** What happens to a wheel, one thing after the other. Jumps reach beyond a whole turn of 8.2 s. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('add' as const), inMs: fc.integer({ min: -50, max: 40_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat({ max: 50 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      byMs: fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.integer({ min: 0, max: 30_000 })),
    }),
  },
);

describe('the deadline wheel', () => {
  test('hands out every exchange once, when its deadline has passed and at the next look, and no removed one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.array(step, { maxLength: 80 }),
        (startMs, steps) => {
          let nowMs = startMs;
          const wheel = new DeadlineWheel(nowMs);
          const watched = new Set<Exchange>();
          for (const one of steps) {
            if (one.kind === 'add') {
              const exchange = exchangeAt(nowMs + one.inMs);
              wheel.add(exchange);
              watched.add(exchange);
            } else if (one.kind === 'remove') {
              const exchange = [...watched][one.which];
              if (exchange !== undefined) wheel.remove(exchange);
              if (exchange !== undefined) watched.delete(exchange);
            } else {
              nowMs += one.byMs;
              const due = new Set([...watched].filter(({ deadlineMs }) => deadlineMs <= nowMs));
              const expired: Exchange[] = [];
              wheel.advance(nowMs, (exchange) => expired.push(exchange));
              expect(expired.length).toBe(due.size);
              expect(new Set(expired)).toEqual(due);
              for (const exchange of expired) watched.delete(exchange);
            }
            expect(wheel.size).toBe(watched.size);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is looked at every few ms and is then never more than that late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (deadlines) => {
          const wheel = new DeadlineWheel(0);
          for (const deadlineMs of deadlines) wheel.add(exchangeAt(deadlineMs));
          const late: number[] = [];
          for (let nowMs = 0; nowMs <= 20_010; nowMs += 5) {
            wheel.advance(nowMs, (exchange) => late.push(nowMs - exchange.deadlineMs));
          }
          expect(late.length).toBe(deadlines.length);
          expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...late)).toBeLessThanOrEqual(5 + SLOT_MS);
        },
      ),
      { numRuns: 20 },
    );
  });
});
