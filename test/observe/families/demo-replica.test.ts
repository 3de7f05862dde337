import { expect, test } from 'vitest';
import { ReplicaMetrics } from '../../../src/demo/replica/replica-metrics.ts';
import { mergeReadings } from '../../../src/observe/reading.ts';
import { signalsBetween } from '../../../src/observe/signals.ts';
import { readPart } from '../readings.ts';

const state = {
  inFlight: 3,
  workers: 4,
  busy: 3,
  waiting: 0,
  busySeconds: 10,
  connections: 5,
  connectionLimit: 10,
};

test('a replica of the example system is read from both of its pages', () => {
  const replica = new ReplicaMetrics();
  const look = (busySeconds: number, atMs: number): ReturnType<typeof mergeReadings> => {
    const now = { ...state, busySeconds };
    const page = readPart('prometheus', 'metrics', replica.prometheusText(now), atMs);
    return mergeReadings([page, readPart('expvar', 'vars', replica.expvarJson(now), atMs)]);
  };
  const signals = signalsBetween(look(10, 0), look(13.9, 1000));
  expect(signals.find(({ resource }) => resource === 'application')).toMatchObject({
    utilization: expect.closeTo(0.975, 6) as number,
    state: 'saturated',
    evidence: '3.90 of 4 workers, worker_busy_seconds_total',
  });
  expect(signals.map(({ resource }) => resource)).toContain('fds');
  expect(signals.find(({ resource }) => resource === 'cpu')).toBeUndefined();
});

test('at the first look what a moment shows is told', () => {
  const replica = new ReplicaMetrics();
  const signals = signalsBetween(null, readPart('prometheus', 'metrics', replica.prometheusText(state)));
  expect(signals.find(({ resource }) => resource === 'application')).toMatchObject({
    value: 0.75,
    evidence: '75%, workers_busy',
  });
});
