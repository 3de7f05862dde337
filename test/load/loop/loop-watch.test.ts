import { describe, expect, test } from 'vitest';
import { LoopWatch } from '../../../src/load/loop/loop-watch.ts';

describe('stalls', () => {
  test('are turns more than 50 ms late', () => {
    const watch = new LoopWatch(0);
    watch.sleep(0, 5);
    watch.wake(54);
    expect(watch.stalls).toBe(0);
    watch.sleep(54, 5);
    watch.wake(54 + 5 + 51);
    expect(watch).toMatchObject({ stalls: 1, stallMs: 51, stallMaxMs: 51 });
  });

  test('are noticed between two polls as well', () => {
    const watch = new LoopWatch(0);
    watch.poll(0);
    watch.wake(0.01);
    watch.poll(0.02);
    watch.wake(100.02);
    expect(watch.stalls).toBe(1);
    expect(watch.stallMs).toBeCloseTo(100, 6);
  });

  test('are noticed by the first callback that runs after them, and counted once', () => {
    const watch = new LoopWatch(0);
    watch.sleep(0, 5);
    watch.touch(205);
    expect(watch).toMatchObject({ stalls: 1, stallMs: 200 });
    watch.touch(206);
    watch.wake(207);
    expect(watch).toMatchObject({ stalls: 1, stallMs: 200, stallMaxMs: 200 });
  });

  test('add up, and the longest is known', () => {
    const watch = new LoopWatch(0);
    for (const [from, to] of [
      [0, 100],
      [200, 500],
      [600, 680],
    ] as const) {
      watch.poll(from);
      watch.wake(to);
    }
    expect(watch).toMatchObject({ stalls: 3, stallMs: 480, stallMaxMs: 300 });
  });

  test('are not what a timer meant to sleep', () => {
    const watch = new LoopWatch(0);
    watch.sleep(0, 400);
    watch.wake(401);
    expect(watch.stalls).toBe(0);
  });
});

describe('busy time', () => {
  test('is the sum of the turns that are longer than 20 us', () => {
    const watch = new LoopWatch(0);
    watch.wake(0);
    watch.poll(0.005);
    watch.wake(0.01);
    expect(watch.busyMs).toBe(0);
    watch.poll(3);
    watch.wake(3.01);
    expect(watch.busyMs).toBeCloseTo(3, 9);
  });

  test('counts the work of a turn that ends in sleep, and what other callbacks did meanwhile', async () => {
    const watch = new LoopWatch(performance.now());
    watch.wake(performance.now());
    watch.sleep(performance.now(), 60);
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    const until = performance.now() + 20;
    while (performance.now() < until);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
    watch.wake(performance.now());
    expect(watch.busyMs).toBeGreaterThan(18);
    expect(watch.busyMs).toBeLessThan(55);
  });
});
