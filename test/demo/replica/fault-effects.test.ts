import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FaultEffect } from '../../../src/demo/faults.ts';
import { FaultEffects } from '../../../src/demo/replica/fault-effects.ts';
import { seededUniform } from '../../../src/demo/service-time.ts';

function inForce(...effects: FaultEffect[]): FaultEffects {
  const all = new FaultEffects(seededUniform(3, 3));
  all.replace(effects);
  onTestFinished(() => all.replace([]));
  return all;
}

function share(count: number, hit: () => boolean): number {
  return Array.from({ length: count }, hit).filter(Boolean).length / count;
}

describe('FaultEffects', () => {
  test('without faults nothing happens', () => {
    const effects = inForce();
    expect(effects.hangs).toBe(false);
    expect(effects.doors).toEqual({ refuse: false, showExpired: false });
    expect(effects.isWrong()).toBe(false);
    expect(effects.connectionLimit).toBe(Infinity);
    expect(effects.errorStatus()).toBeUndefined();
    expect(effects.extraDelayMs()).toBe(0);
    expect(effects.serviceFactor(1000)).toBe(1);
  });

  test('slow holds back its share of the answers', () => {
    const effects = inForce({ kind: 'slow', ratio: 0.02, ms: 300 });
    const slow = share(50_000, () => effects.extraDelayMs() === 300);
    expect(slow).toBeGreaterThan(0.016);
    expect(slow).toBeLessThan(0.024);
  });

  test('errors strike their share with their status', () => {
    const effects = inForce({ kind: 'errors', ratio: 0.25, status: 503 });
    expect(share(20_000, () => effects.errorStatus() === 503)).toBeCloseTo(0.25, 1);
  });

  test('wrong answers are a share, and hang, close and expired are either on or off', () => {
    const effects = inForce({ kind: 'wrong', ratio: 0.25 }, { kind: 'close' }, { kind: 'expired' });
    expect(share(20_000, () => effects.isWrong())).toBeCloseTo(0.25, 1);
    expect([effects.hangs, effects.doors]).toEqual([false, { refuse: true, showExpired: true }]);
    effects.replace([]);
    expect([effects.isWrong(), effects.doors]).toEqual([false, { refuse: false, showExpired: false }]);
  });

  test('a collapse starts above the upper mark and lasts until in-flight falls below the lower one', () => {
    const effects = inForce({ kind: 'metastable', above: 10, below: 4, factor: 5 });
    const factors = [3, 10, 11, 10, 4, 3, 10, 12].map((inSystem) => effects.serviceFactor(inSystem));
    expect(factors).toEqual([1, 1, 5, 5, 5, 1, 1, 5]);
    effects.replace([]);
    expect(effects.serviceFactor(12)).toBe(1);
  });

  test('a leak lengthens service as it ages, and keeps its age when another fault joins', async () => {
    const leak = { kind: 'leak', percentPerSecond: 1000, mebibytesPerSecond: 40 } as const;
    const before = process.memoryUsage().arrayBuffers;
    const effects = inForce(leak);
    await sleep(300);
    effects.replace([leak, { kind: 'hang' }]);
    expect(effects.serviceFactor(1)).toBeGreaterThan(1 + 10 * 0.28);
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(9 * 1024 * 1024);
    expect(effects.hangs).toBe(true);
  });

  test('cpu burns CPU time in the background, and no more once it is over', async () => {
    const cpuMs = (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
    const effects = inForce({ kind: 'cpu', ratio: 0.8 });
    const beforeMs = cpuMs();
    await expect.poll(cpuMs, { timeout: 8000, interval: 50 }).toBeGreaterThan(beforeMs + 400);
    effects.replace([]);
    const afterMs = cpuMs();
    await sleep(300);
    expect(cpuMs() - afterMs).toBeLessThan(120);
  });

  test('the smallest of several connection limits holds', () => {
    const effects = inForce({ kind: 'connection-limit', limit: 9 }, { kind: 'connection-limit', limit: 4 });
    expect(effects.connectionLimit).toBe(4);
  });
});
