import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue, IdRing } from './event-queue.ts';

test('events come out earliest first, whatever the order they went in', () => {
  const times = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 60 });
  fc.assert(
    fc.property(times, times, (first, second) => {
      const queue = new EventQueue();
      first.forEach((atMs, id) => queue.push(id, atMs));
      const left = [...first];
      for (let step = 0; step < first.length / 2; step += 1) {
        expect(queue.nextMs).toBe(Math.min(...left));
        left.splice(left.indexOf(queue.nextMs), 1);
        expect(first[queue.pop()]).toBeLessThanOrEqual(Math.min(Infinity, ...left));
      }
      second.forEach((atMs, id) => queue.push(first.length + id, atMs));
      const out: number[] = [];
      while (queue.length > 0) {
        out.push(queue.nextMs);
        const { nextMs } = queue;
        expect([...first, ...second][queue.pop()]).toBe(nextMs);
      }
      expect(out).toEqual([...left, ...second].sort((a, b) => a - b));
      expect(queue.nextMs).toBe(Infinity);
    }),
  );
});

test('a ring keeps its order while it grows', () => {
  const ring = new IdRing();
  for (let id = 0; id < 1000; id += 1) ring.push(id, id / 2);
  for (let id = 0; id < 900; id += 1) ring.shift();
  for (let id = 1000; id < 5000; id += 1) ring.push(id, id / 2);
  const out: number[] = [];
  for (; ring.length > 0; ring.shift()) out.push(ring.firstId - ring.firstValue);
  expect(out).toEqual(Array.from({ length: 4100 }, (_, index) => (index + 900) / 2));
});
