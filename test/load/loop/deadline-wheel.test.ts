import { describe, expect, test } from 'vitest';
import { DeadlineWheel } from '../../../src/load/loop/deadline-wheel.ts';
import type { Exchange } from '../../../src/load/transport/transport.ts';
import { exchangeTo } from '../../support/exchanges.ts';

const at = (deadlineMs: number): Exchange => ({ ...exchangeTo(), deadlineMs });

function expiredAt(wheel: DeadlineWheel, nowMs: number): number[] {
  const found: number[] = [];
  wheel.advance(nowMs, (exchange) => found.push(exchange.deadlineMs));
  return found;
}

describe('the deadline wheel', () => {
  test('lets nothing expire before its time, to the fraction of a slot', () => {
    const wheel = new DeadlineWheel(0);
    wheel.add(at(3.5));
    expect(expiredAt(wheel, 3.4)).toEqual([]);
    expect(expiredAt(wheel, 3.5)).toEqual([3.5]);
    expect(expiredAt(wheel, 3.6)).toEqual([]);
  });

  test('keeps deadlines several turns away', () => {
    const wheel = new DeadlineWheel(0);
    wheel.add(at(60_000));
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) expect(expiredAt(wheel, nowMs)).toEqual([]);
    expect(expiredAt(wheel, 60_000)).toEqual([60_000]);
  });

  test('finds everything after a suspension of an hour', () => {
    const wheel = new DeadlineWheel(0);
    for (const deadlineMs of [10, 5000, 9000, 100_000]) wheel.add(at(deadlineMs));
    expect(expiredAt(wheel, 3_600_000).sort((a, b) => a - b)).toEqual([10, 5000, 9000, 100_000]);
    expect(wheel.size).toBe(0);
  });

  test('takes a deadline that has passed already', () => {
    const wheel = new DeadlineWheel(1000);
    wheel.add(at(10));
    expect(expiredAt(wheel, 1001)).toEqual([10]);
  });

  test('works on after it was empty for a long time', () => {
    const wheel = new DeadlineWheel(0);
    expect(expiredAt(wheel, 1_000_000)).toEqual([]);
    wheel.add(at(1_000_010));
    expect(expiredAt(wheel, 1_000_009)).toEqual([]);
    expect(expiredAt(wheel, 1_000_011)).toEqual([1_000_010]);
  });

  test('may be given new deadlines while it hands out old ones', () => {
    const wheel = new DeadlineWheel(0);
    wheel.add(at(10));
    wheel.add(at(11));
    const found: number[] = [];
    wheel.advance(20, (exchange) => {
      found.push(exchange.deadlineMs);
      wheel.add(at(exchange.deadlineMs + 8192));
    });
    expect(found.sort((a, b) => a - b)).toEqual([10, 11]);
    expect(wheel.size).toBe(2);
    expect(expiredAt(wheel, 8300).sort((a, b) => a - b)).toEqual([8202, 8203]);
  });

  test('takes an exchange out twice without harm', () => {
    const wheel = new DeadlineWheel(0);
    const [one, two] = [at(10), at(10)];
    wheel.add(one);
    wheel.add(two);
    wheel.remove(one);
    wheel.remove(one);
    expect(wheel.size).toBe(1);
    expect(expiredAt(wheel, 12)).toEqual([10]);
  });
});
