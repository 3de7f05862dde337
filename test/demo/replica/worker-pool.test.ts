import { expect, test } from 'vitest';
import { WorkerPool } from '../../../src/demo/replica/worker-pool.ts';

test('finishes each job after its end, not before, and mostly within a few ms', async () => {
  const lateMs: number[] = [];
  const pool = new WorkerPool<number>(2, {
    serviceMs: () => 7.3,
    finish: (_job, endMs) => lateMs.push(performance.now() - endMs),
  });
  const startedMs = performance.now();
  for (let job = 0; job < 20; job += 1) pool.arrive(job);
  expect(pool.read()).toMatchObject({ workers: 2, busy: 2, waiting: 18 });
  await expect.poll(() => lateMs.length, { interval: 5, timeout: 5000 }).toBe(20);
  // Ten services one after another on each of two workers.
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(73);
  expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
  expect(lateMs.sort((a, b) => a - b)[10]).toBeLessThan(20);
  expect(pool.read()).toMatchObject({ busy: 0, waiting: 0 });
  expect(pool.read().busySeconds).toBeCloseTo(0.146, 6);
});

test('a new job that ends sooner than the one waited for is finished first', async () => {
  const order: string[] = [];
  const services = [200, 5];
  const pool = new WorkerPool<string>(2, {
    serviceMs: () => services.shift() ?? Number.NaN,
    finish: (job) => order.push(job),
  });
  pool.arrive('long');
  pool.arrive('short');
  await expect.poll(() => order, { interval: 5, timeout: 5000 }).toEqual(['short', 'long']);
});
