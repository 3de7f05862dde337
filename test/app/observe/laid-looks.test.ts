import { expect, test } from 'vitest';
import { LaidLooks } from '../../../src/app/observe/laid-looks.ts';
import type { ServerLook, ServerLooks } from '../../../src/core/server/signal.ts';

const look = (atMs: number): ServerLook => ({
  atMs,
  spanMs: 1000,
  signals: [
    { resource: 'cpu', tier: 'reported', value: 0.5, utilization: 0.5, state: 'ok', evidence: 'of a test' },
  ],
});
const looks = (...times: readonly number[]): readonly ServerLooks[] => [
  { server: 'a', looks: times.map(look) },
];

const observation = {
  observer: {
    sources: [],
    onReports: null,
    follow: () => ({ onSchedule: () => undefined, soFar: () => [], end: () => Promise.resolve([]) }),
    told: () =>
      new Map([
        ['a', [{ kind: 'prometheus', url: 'http://a/metrics', looks: 4, failed: 0, lastError: null }]],
        ['b', [{ kind: 'prometheus', url: 'http://b/metrics', looks: 4, failed: 4, lastError: 'it hung' }]],
      ]),
  },
  capture: null,
};

test('trials at a rate lie one behind another, without their ways up', () => {
  const laid = new LaidLooks();
  laid.add(80, looks(-500, 1000, 2000), 2000);
  laid.add(160, looks(1000), 1000);
  laid.add(80, looks(-500, 1000), 1000);
  expect(laid.of(80)[0]?.looks.map(({ atMs }) => atMs)).toEqual([1000, 2000, 3000]);
  expect(laid.of(160)[0]?.looks).toHaveLength(1);
  expect(laid.of(320)).toEqual([]);
});

test('a document tells of every server that was to be looked at', () => {
  const laid = new LaidLooks();
  laid.add(80, looks(1000, 2000, 3000), 3000);
  const servers = laid.results(observation, { kind: 80, ratePerSecond: 80 });
  expect(servers?.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(servers?.[0]?.series.map(({ fromMs, values }) => [fromMs, values])).toEqual([
    [0, { cpu: 0.5 }],
    [1000, { cpu: 0.5 }],
    [2000, { cpu: 0.5 }],
  ]);
  expect(servers?.[0]?.resources).toMatchObject([{ resource: 'cpu', mean: 0.5 }]);
  expect(servers?.[1]).toMatchObject({ resources: [], series: [], sources: [{ lastError: 'it hung' }] });
  expect(laid.results(null, { kind: 80, ratePerSecond: 80 })).toBeNull();
});
