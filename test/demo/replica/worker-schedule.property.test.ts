import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WorkerSchedule } from '../../../src/demo/replica/worker-schedule.ts';

const jobs = fc.array(
  fc.record({ gap: fc.integer({ min: 0, max: 20 }), service: fc.integer({ min: 0, max: 50 }) }),
  {
    maxLength: 60,
  },
);

test('ends are those of an ideal queue, whenever it is looked at', () => {
  fc.assert(
    fc.property(jobs, fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean()), (given, workers, looks) => {
      const ends = new Map<number, number>();
      const services = given.map(({ service }) => service);
      let started = 0;
      const schedule = new WorkerSchedule<number>(workers, {
        serviceMs: () => services[started++] ?? Number.NaN,
        finish: (job, endMs) => ends.set(job, endMs),
      });
      const freeAt = Array.from({ length: workers }, () => 0);
      const expected = new Map<number, number>();
      let now = 0;
      for (const [index, { gap, service }] of given.entries()) {
        now += gap;
        schedule.arrive(index, now);
        if (looks[index]) schedule.settle(now);
        freeAt.sort((a, b) => a - b);
        const end = Math.max(now, freeAt[0] ?? 0) + service;
        freeAt[0] = end;
        expected.set(index, end);
      }
      schedule.settle(Infinity);
      expect(new Map([...ends].sort(([a], [b]) => a - b))).toEqual(expected);
      expect(schedule.busyMs(Infinity)).toBe(services.reduce((sum, service) => sum + service, 0));
    }),
  );
});
