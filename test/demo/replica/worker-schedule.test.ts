import { describe, expect, test } from 'vitest';
import { meanResponse } from '../../../src/demo/capacity.ts';
import { WorkerSchedule } from '../../../src/demo/replica/worker-schedule.ts';
import {
  type Distribution,
  drawExponential,
  drawService,
  seededUniform,
} from '../../../src/demo/service-time.ts';

/** A schedule that notes `name@end` for each finished job and serves for the given times in turn. */
function noting(workers: number, services: readonly number[]): [WorkerSchedule<string>, string[]] {
  const finished: string[] = [];
  const left = [...services];
  const schedule = new WorkerSchedule<string>(workers, {
    serviceMs: () => left.shift() ?? Number.NaN,
    finish: (job, endMs) => finished.push(`${job}@${endMs}`),
  });
  return [schedule, finished];
}

describe('WorkerSchedule', () => {
  test('serves first come first, each by the worker that is free earliest', () => {
    const [schedule, finished] = noting(2, [10, 4, 3, 5]);
    for (const [job, atMs] of [
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', 3],
    ] as const)
      schedule.arrive(job, atMs);
    schedule.settle(100);
    expect(finished).toEqual(['b@5', 'c@8', 'a@10', 'd@13']);
  });

  test('the next one starts when the worker became free, however late that is noticed', () => {
    const [schedule, finished] = noting(1, [10, 10, 10]);
    for (const job of ['a', 'b', 'c']) schedule.arrive(job, 0);
    schedule.settle(19.5);
    schedule.settle(1000);
    expect(finished).toEqual(['a@10', 'b@20', 'c@30']);
  });

  test('an arrival that finds a worker idle since long starts at once', () => {
    const [schedule, finished] = noting(1, [10, 10]);
    schedule.arrive('a', 0);
    schedule.arrive('b', 500);
    expect(schedule.nextEndMs).toBe(510);
    expect(finished).toEqual(['a@10']);
  });

  test('a request given up while waiting takes no worker, one being served does', () => {
    const [schedule, finished] = noting(1, [10, 10]);
    for (const job of ['a', 'b', 'c']) schedule.arrive(job, 0);
    schedule.abandon('a');
    schedule.abandon('b');
    schedule.settle(100);
    expect(finished).toEqual(['a@10', 'c@20']);
  });

  test('tells busy workers, queue, next end and worker time spent', () => {
    const [schedule] = noting(2, [10, 20, 30]);
    expect(schedule.nextEndMs).toBe(Infinity);
    for (const job of ['a', 'b', 'c']) schedule.arrive(job, 0);
    expect([schedule.busy, schedule.waiting, schedule.nextEndMs]).toEqual([2, 1, 10]);
    expect(schedule.busyMs(5)).toBe(10);
    schedule.settle(15);
    expect([schedule.busy, schedule.waiting, schedule.nextEndMs]).toEqual([2, 0, 20]);
    expect(schedule.busyMs(15)).toBe(30);
    schedule.settle(1000);
    expect(schedule.busyMs(1000)).toBe(60);
  });

  test('tells the service time drawer how many are in the system', () => {
    const seen: number[] = [];
    const schedule = new WorkerSchedule<string>(1, {
      serviceMs: (_startMs, inSystem) => seen.push(inSystem) && 10,
      finish: () => undefined,
    });
    for (const job of ['a', 'b', 'c']) schedule.arrive(job, 0);
    schedule.settle(100);
    expect(seen).toEqual([1, 2, 1]);
  });
});

interface Simulated {
  readonly workers: number;
  readonly utilisation: number;
  readonly distribution: Distribution;
  readonly seed: number;
}

/** Mean response of Poisson arrivals in virtual time, in service times. */
function simulate({ workers, utilisation, distribution, seed }: Simulated): number {
  const uniform = seededUniform(seed, 1);
  // The standard error of the mean is then below 1 % at the loads tested: successive responses are alike.
  const arrivals = 800_000;
  let sum = 0;
  const schedule = new WorkerSchedule<{ at: number }>(workers, {
    serviceMs: () => drawService(distribution, uniform),
    finish: ({ at }, end) => {
      sum += end - at;
    },
  });
  let now = 0;
  for (let index = 0; index < arrivals; index += 1) {
    now += drawExponential(uniform) / (utilisation * workers);
    schedule.arrive({ at: now }, now);
  }
  schedule.settle(Infinity);
  return sum / arrivals;
}

describe('WorkerSchedule in virtual time', () => {
  test.each([
    [1, 0.5],
    [1, 0.7],
    [4, 0.8],
    [8, 0.8],
    [16, 0.9],
  ])('%d workers at utilisation %f respond as Erlang C says, within 3 %%', (workers, utilisation) => {
    const mean = simulate({ workers, utilisation, distribution: 'exponential', seed: 11 });
    const expected = meanResponse({ workers, offered: utilisation * workers });
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.03);
  });

  test.each([
    ['deterministic', 0],
    ['uniform', 1 / 12],
    ['lognormal', Math.E - 1],
  ] as const)(
    'one worker with %s service responds as Pollaczek and Khinchine say',
    (distribution, variation) => {
      const mean = simulate({ workers: 1, utilisation: 0.6, distribution, seed: 5 });
      const expected = 1 + (0.6 * (1 + variation)) / (2 * (1 - 0.6));
      expect(Math.abs(mean / expected - 1)).toBeLessThan(0.05);
    },
  );
});
