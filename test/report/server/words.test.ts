import { describe, expect, test } from 'vitest';
import { formatIn } from '../../../src/report/format.ts';
import {
  byCloseness,
  captureText,
  openCommand,
  serverSentence,
  shortages,
  sourceText,
  worstState,
} from '../../../src/report/server/words.ts';
import { sampleResource, sampleServer, silentServer } from '../../support/sample-servers.ts';

const calm = sampleServer({
  name: 'calm',
  resources: [sampleResource('cpu', { utilization: 0.2 })],
  binding: { resource: 'cpu', utilization: 0.2, text: 'its cpu was 20 %' },
});
const near = sampleServer({
  name: 'near',
  resources: [sampleResource('fds', { state: 'near', utilization: 0.85 })],
  binding: { resource: 'fds', utilization: 0.85, text: 'its fds were 85 %' },
});
const queued = sampleServer({
  name: 'queued',
  resources: [sampleResource('run-queue', { state: 'saturated', max: 14, utilization: null })],
  binding: { resource: 'run-queue', utilization: null, text: 'its run queue' },
});

describe('values', () => {
  test.each([
    ['ratio', 0.97, '97%'],
    ['ms', 14.25, '14.3ms'],
    ['count', 68.5, '68.5'],
    ['count', 12_345.6, '12,346'],
    ['per-second', 3.2, '3.2/s'],
  ] as const)('%s %d', (unit, value, text) => {
    expect(formatIn(unit, value)).toBe(text);
  });
});

describe('servers that were short', () => {
  test('are said by what they were short of', () => {
    expect(shortages([sampleServer()])).toEqual(["the server's cpu was 97%"]);
    expect(shortages([queued])).toEqual(['the server: its run queue']);
  });

  test('are none where nobody was asked, nobody knows, or there was room', () => {
    for (const servers of [undefined, [], [silentServer()], [calm]]) expect(shortages(servers)).toEqual([]);
  });

  test('are named where there are several, two of them, the closest first', () => {
    expect(shortages([calm, near])).toEqual(["near's use of file descriptors was 85%"]);
    expect(shortages([near, calm, sampleServer(), queued, silentServer()])).toEqual([
      "127.0.0.1:8080's cpu was 97%",
      'queued: its run queue',
      'and 1 more server at or near a limit',
    ]);
  });
});

describe('the order of servers', () => {
  test('is by state, then by how much is used, and else as it was', () => {
    const twin = { ...calm, name: 'twin' };
    const order = byCloseness([silentServer(), calm, twin, near, queued, sampleServer()]);
    expect(order.map(({ name }) => name)).toEqual([
      '127.0.0.1:8080',
      'queued',
      'near',
      'calm',
      'twin',
      'db-1',
    ]);
    expect(order.map(worstState)).toEqual(['saturated', 'saturated', 'near', 'ok', 'ok', 'unknown']);
  });
});

describe('what is said of a server', () => {
  test('is what limits it, or that this is not known', () => {
    expect(serverSentence(calm)).toBe('its cpu was 20 %');
    const silent = silentServer();
    const [source] = silent.sources;
    if (source === undefined) throw new Error('no source');
    const looked = (failed: number): string =>
      serverSentence({ ...silent, sources: [{ ...source, failed }] });
    const unknown = 'how close to a limit it is, is not known';
    expect(looked(20)).toBe(`no look at it succeeded while the load was on: ${unknown}`);
    expect(looked(18)).toBe(`2 of 20 looks at it succeeded while the load was on: ${unknown}`);
    expect(looked(0)).toBe(`it told of no resource: ${unknown}`);
    expect(serverSentence({ ...calm, binding: null })).toBe(
      `it told of no resource with a known limit: ${unknown}`,
    );
  });

  test.each([
    [
      { kind: 'expvar', url: 'http://h/v', looks: 20, failed: 3, lastError: 'answered 404' },
      'expvar http://h/v: answered 404 (3 of 20 looks failed)',
    ],
    [{ kind: 'orca', url: null, looks: 1, failed: 0, lastError: null }, 'orca: 1 look'],
    [{ kind: 'host', url: null, looks: 0, failed: 0, lastError: null }, 'host: not looked at'],
  ])('is how it was read', (source, text) => {
    expect(sourceText(source)).toBe(text);
  });

  test.each([
    ['captures/cpu.pb.gz', 'go tool pprof -top captures/cpu.pb.gz'],
    ["a b's.pprof", "go tool pprof -top 'a b'\\''s.pprof'"],
    ['-o.pb', "go tool pprof -top '-o.pb'"],
    ['goroutine.txt', null],
  ])('is how a saved file is opened: %s', (file, command) => {
    expect(openCommand(file)).toBe(command);
  });

  test('is what was saved, and why', () => {
    const capture = { kind: 'heap', file: 'x', atMs: 14_000, because: 'p99 < 1s' };
    expect(captureText(capture)).toBe('saved a heap at 14s, as "p99 < 1s" broke');
    expect(captureText({ ...capture, kind: 'profile' })).toContain('a CPU profile');
  });
});
