import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Queue } from '../../../src/load/transport/queue.ts';

describe('the queue', () => {
  test('gives back what it was given, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer(), { nil: null }), { maxLength: 300 }), (steps) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === null) expect(queue.shift()).toBe(model.shift() ?? null);
          else {
            queue.push(step);
            model.push(step);
          }
          expect(queue.peek()).toBe(model[0] ?? null);
          expect(queue.size).toBe(model.length);
        }
      }),
    );
  });

  test('stays in order, and quick, over many thousands', () => {
    const queue = new Queue<number>();
    let given = 0;
    let taken = 0;
    const startMs = performance.now();
    for (let round = 0; round < 300; round += 1) {
      for (let count = 0; count < 1000; count += 1) {
        queue.push(given);
        given += 1;
      }
      for (let count = 0; count < 900; count += 1) {
        if (queue.shift() === taken) taken += 1;
      }
    }
    expect(taken).toBe(270_000);
    expect(queue.size).toBe(30_000);
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});
