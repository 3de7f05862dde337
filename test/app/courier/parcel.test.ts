import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Parcel, ParcelQueue } from '../../../src/app/courier/parcel.ts';

function parcel(name: number, size: number, count = 1): Parcel {
  return { count, size, encode: () => [Uint8Array.of(name)] };
}

function nameOf(taken: Parcel | undefined): number | undefined {
  return taken?.encode()[0]?.[0];
}

describe('a queue of parcels', () => {
  test('gives them in order, and the oldest way when there are too many', () => {
    let lost = 0;
    const queue = new ParcelQueue({ parcels: 2, bytes: 100 }, (count) => {
      lost += count;
    });
    for (const name of [1, 2, 3]) queue.push(parcel(name, 10, 5));
    expect(lost).toBe(5);
    expect([nameOf(queue.take()), nameOf(queue.take()), nameOf(queue.take())]).toEqual([2, 3, undefined]);
  });

  test('loses what is larger than all of it', () => {
    let lost = 0;
    const queue = new ParcelQueue({ parcels: 2, bytes: 100 }, (count) => {
      lost += count;
    });
    queue.push(parcel(1, 101));
    expect([lost, queue.length]).toEqual([1, 0]);
  });

  test('loses what waits when it is cleared', () => {
    let lost = 0;
    const queue = new ParcelQueue({ parcels: 9, bytes: 100 }, (count) => {
      lost += count;
    });
    queue.push(parcel(1, 10, 2));
    queue.push(parcel(2, 10, 3));
    queue.clear();
    queue.clear();
    expect([lost, queue.length]).toEqual([5, 0]);
  });

  test('never holds more than it may, and whatever came in went out, waits or is lost', () => {
    const limits = { parcels: 5, bytes: 50 };
    const steps = fc.array(fc.oneof(fc.constant(null), fc.record({ size: fc.nat(60), count: fc.nat(9) })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, (drawn) => {
        let [pushed, lost, taken] = [0, 0, 0];
        const queue = new ParcelQueue(limits, (count) => {
          lost += count;
        });
        for (const step of drawn) {
          if (step === null) taken += queue.take()?.count ?? 0;
          else {
            queue.push(parcel(0, step.size, step.count));
            pushed += step.count;
          }
          expect(queue.length).toBeLessThanOrEqual(limits.parcels);
        }
        const before = lost;
        queue.clear();
        expect(lost + taken).toBe(pushed);
        expect(lost).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});
