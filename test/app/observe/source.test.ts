import { expect, test } from 'vitest';
import { distinctSources, watchedSource } from '../../../src/app/observe/source.ts';
import type { ObserveSource } from '../../../src/plan/observe/observe-source.ts';

const source = (parts: Partial<ObserveSource> = {}): ObserveSource => ({
  kind: 'prometheus',
  server: null,
  url: 'http://10.0.0.7:9100/metrics',
  headers: [],
  match: null,
  ...parts,
});

test('what references stand for is put in, and is not shown', () => {
  const asked = watchedSource(
    source({
      url: 'https://me:${env:TOKEN}@api.example/metrics?token=${env:TOKEN}#x',
      headers: [['authorization', 'Bearer ${env:TOKEN}']],
    }),
    { 'env:TOKEN': 'top-secret', TOKEN: 'top-secret' },
  );
  expect(asked.url).toContain('top-secret');
  expect(asked.headers).toEqual({ authorization: 'Bearer top-secret' });
  expect(asked.shownUrl).toBe('https://api.example/metrics');
  expect(asked.server).toBe('api.example:443');
});

test('a source is called as the plan says, else by its host and port', () => {
  expect(watchedSource(source({ server: 'api-1' }), {}).server).toBe('api-1');
  expect(watchedSource(source(), {}).server).toBe('10.0.0.7:9100');
  expect(watchedSource(source({ kind: 'host', url: null }), {}).server).toBe('this machine');
  expect(watchedSource(source({ kind: 'orca', url: null }), {}).server).toBeNull();
  expect(watchedSource(source({ kind: 'prometheus-api' }), {}).server).toBeNull();
});

test('what is asked the same is asked once', () => {
  const all = [
    watchedSource(source({ server: 'api-1' }), {}),
    watchedSource(source({ url: 'http://10.0.0.7:9100/metrics' }), {}),
    watchedSource(source({ kind: 'expvar', url: 'http://10.0.0.7:9100/debug/vars' }), {}),
    watchedSource(source({ kind: 'orca', url: null }), {}),
    watchedSource(source({ kind: 'orca', url: null }), {}),
  ];
  expect(distinctSources(all).map(({ kind, server }) => [kind, server])).toEqual([
    ['prometheus', 'api-1'],
    ['expvar', '10.0.0.7:9100'],
    ['orca', null],
  ]);
});
