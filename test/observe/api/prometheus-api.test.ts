import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { API_QUERIES } from '../../../src/observe/api/api-queries.ts';
import { type Ask, asksOf } from '../../../src/observe/asks.ts';
import { ObserveError, readAnswer } from '../../../src/observe/read-answer.ts';
import { ageMsOf, mergeReadings } from '../../../src/observe/reading.ts';
import { signalsBetween } from '../../../src/observe/signals.ts';
import { requires } from '../../support/requires.ts';

function asks(match: string | null, url = 'http://127.0.0.1:9090'): readonly Ask[] {
  return asksOf({ kind: 'prometheus-api', url, match });
}

function ask(part: string): Ask {
  const found = asks(null).find((one) => one.part === part);
  if (found === undefined) throw new Error(`no query ${part}`);
  return found;
}

function vector(...pairs: readonly (readonly [instance: string, value: string])[]): string {
  const result = pairs.map(([instance, value]) => ({ metric: { instance }, value: [1_700_000_000, value] }));
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

function queryOf({ url }: Ask): string {
  return new URL(url ?? '').searchParams.get('query') ?? '';
}

describe('queries', () => {
  test('are asked at the address of the interface, with or without its path', () => {
    const paths = [
      'http://h:1',
      'http://h:1/',
      'http://h:1/api/v1',
      'http://h:1/api/v1/query',
      'http://h:1/prom/',
    ];
    expect(paths.map((url) => new URL(asks(null, url)[0]?.url ?? '').pathname)).toEqual([
      '/api/v1/query',
      '/api/v1/query',
      '/api/v1/query',
      '/api/v1/query',
      '/prom/api/v1/query',
    ]);
  });

  test('carry the matchers, whatever braces and dollars stand in them', () => {
    for (const match of ['job="$M $&"', '{job="$M $&"}', ' job="$M $&", ']) {
      const up = asks(match).find(({ part }) => part === 'up');
      expect(up && queryOf(up).replaceAll(/\s+}/g, '}')).toBe('min by(instance)(up{job="$M $&"})');
    }
  });

  test('each asks for another number', () => {
    expect(new Set(API_QUERIES.map(({ fact }) => fact)).size).toBe(API_QUERIES.length);
  });

  requires('promtool').test('are PromQL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'queries-'));
    try {
      const rules = [null, 'job="api"'].flatMap((match) =>
        asks(match).map((one, index) => ({
          record: `q:${index}:${match === null ? 'a' : 'b'}`,
          expr: queryOf(one),
        })),
      );
      // YAML takes JSON.
      writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      const told = spawnSync('promtool', ['check', 'rules', join(folder, 'rules.yml')], { encoding: 'utf8' });
      expect(told.stderr + told.stdout).toContain(`SUCCESS: ${rules.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('answers', () => {
  test('tell of many servers, each by its instance, with the age of what is told', () => {
    const cpu = readAnswer(ask('cpu-share'), vector(['a:1', '0.97'], ['b:1', '0.2']), 5);
    const age = readAnswer(ask('age-seconds'), vector(['a:1', '12.5'], ['b:1', '1']), 5);
    expect(cpu.map(({ instance }) => instance)).toEqual(['a:1', 'b:1']);
    const a = mergeReadings(
      [...cpu, ...age].filter(({ instance }) => instance === 'a:1').map(({ reading }) => reading),
    );
    expect(ageMsOf(a)).toBe(12_500);
    expect(ageMsOf(mergeReadings([]))).toBeNull();
    expect(signalsBetween(null, a)).toMatchObject([{ resource: 'cpu', value: 0.97, state: 'saturated' }]);
  });

  test('a share of nothing was not told', () => {
    expect(readAnswer(ask('cpu-share'), vector(['a:1', 'NaN']), 5)).toEqual([]);
    expect(readAnswer(ask('cpu-share'), vector(), 5)).toEqual([]);
  });

  test('errors come in the words of the server', () => {
    const text = '{"status":"error","errorType":"bad_data","error":"parse error: unexpected }"}';
    expect(() => readAnswer(ask('up'), text, 5)).toThrow(/^Prometheus says: parse error: unexpected }$/);
  });

  test.each([
    '',
    '[]',
    '{"status":"success"}',
    '{"status":"success","data":{"resultType":"matrix","result":[]}}',
    '{"status":"success","data":{"resultType":"vector","result":{}}}',
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"instance":"a"},"value":[1,"x"]}]}}',
    '{"status":"success","data":{"resultType":"vector","result":[null]}}',
  ])('%s is none', (text) => {
    expect(() => readAnswer(ask('up'), text, 5)).toThrow(ObserveError);
  });

  test('every resource has a query whose answer makes a signal', () => {
    const told = API_QUERIES.flatMap(({ fact }) => readAnswer(ask(fact), vector(['a:1', '0.5']), 5));
    const signals = signalsBetween(null, mergeReadings(told.map(({ reading }) => reading)));
    expect(signals.map(({ resource }) => resource)).toEqual([
      'cpu',
      'run-queue',
      'memory',
      'gc',
      'fds',
      'goroutines',
      'threads',
      'locks',
      'accept-queue',
      'conntrack',
      'disk',
    ]);
  });
});
