/** Comparisons as a program calls them. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type ComparisonMoment,
  compare,
  compareResults,
  type ResultDocument,
  UsageError,
} from '../../../src/index.ts';
import { storedRun } from './stored-runs.ts';

const stateFolder = join(tmpdir(), 'headroom-library-test');
const PLAN =
  'version: 1\nbase: http://127.0.0.1:9\ntargets: [{ get: /a }]\nload: { rate: 60/s, duration: 9s }\ntrace: true\nobjectives: [p99 < baseline + 10%, throughput > baseline - 5%, errors < 50%]\n';

test('a comparison that is stopped before it begins has sent nothing, and is a result', async () => {
  const sides = { baseline: 'http://127.0.0.1:9/', candidate: 'http://127.0.0.1:9/' };
  const result = await compare({ ...sides, stateFolder, signal: AbortSignal.abort(), seed: '4' });
  expect(result).toMatchObject({ command: 'compare', seed: 4, exitCode: 130, totals: { sent: 0 } });
  expect(result.comparison).toMatchObject({ mode: 'live', blocks: [], looks: 0 });
});

test('what may not be sent is refused', async () => {
  const resolve = ['public.test:80:93.184.216.34'];
  const sides = { baseline: 'http://127.0.0.1:9/', candidate: 'http://public.test/' };
  await expect(compare({ ...sides, rate: '90/s', resolve, stateFolder })).rejects.toThrow(UsageError);
});

test('both sides get the paths of the plan, in turn, until it is stopped', { timeout: 60_000 }, async () => {
  const seen: string[] = [];
  const traces: (string | undefined)[] = [];
  const servers = ['B', 'C'].map((name) =>
    createServer((request, response) => {
      traces.push(String(request.headers['traceparent']).split('-')[1]);
      seen.push(`${name} ${request.url} ${request.headers['authorization']}`);
      response.end('hello');
    }),
  );
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const [baseline = '', candidate = ''] = servers.map((server) => {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  const stopping = new AbortController();
  const moments: ComparisonMoment[] = [];
  const result = await compare({
    baseline,
    candidate,
    plan: PLAN,
    headers: ['authorization: Bearer abc'],
    blockMs: 300,
    stateFolder,
    signal: stopping.signal,
    onMoment: (moment) => {
      moments.push(moment);
      if (moment.blocks.length === 4) stopping.abort();
    },
  });
  for (const server of servers) server.close();
  const turns = seen.map((line) => line[0]).filter((name, index, all) => name !== all[index - 1]);
  expect(turns.join('').slice(0, 3)).toMatch(/^(?:BCB|CBC)$/);
  // The two blocks of a pair have one seed, and share no trace.
  expect(new Set(traces).size).toBe(seen.length);
  expect(new Set(seen)).toEqual(new Set(['B /a Bearer abc', 'C /a Bearer abc']));
  const blocks = result.comparison?.blocks ?? [];
  const order = blocks.map(({ side }) => (side === 'baseline' ? 'B' : 'C')).join('');
  expect(order.slice(0, 4)).toMatch(/^(?:BCCB|CBBC)$/);
  expect(result).toMatchObject({
    exitCode: 130,
    verdict: { status: 'inconclusive' },
    stopped: { by: 'signal' },
  });
  // What stored runs alone could be a measure of is neither held nor breached.
  expect(result.objectives.map(({ text }) => text)).toEqual(['errors < 50%']);
  expect(result.notes.slice(0, 2)).toEqual([
    expect.objectContaining({ text: expect.stringMatching(/^"p99 < baseline \+ 10%" is not judged here: /) }),
    expect.objectContaining({ code: 'RELATIVE_OBJECTIVE' }),
  ]);
  expect(moments.some(({ side, live }) => side === 'candidate' && live !== null)).toBe(true);
});

test.each<[unknown, RegExp]>([
  [null, /baseline: not a headroom result/],
  ['{}', /baseline: not a headroom result/],
  [{ schema: 'headroom.result/1' }, /baseline: not a whole result: /],
  [{ ...storedRun({ seed: 1 }), totals: undefined }, /baseline: not a whole result: totals/],
])('a value that is no result is refused, and named', (value, message) => {
  const sides = { baseline: value as ResultDocument, candidate: storedRun({ seed: 2 }) };
  expect(() => compareResults(sides)).toThrow(UsageError);
  expect(() => compareResults(sides)).toThrow(message);
});

test('numbers that no parser has seen are looked at', async () => {
  const sides = { baseline: storedRun({ seed: 1 }), candidate: storedRun({ seed: 2 }) };
  for (const p99 of [Number.NaN, 0, -1, 11]) {
    expect(() => compareResults(sides, { minimumEffects: { p99 } })).toThrow(/effect of p99/);
  }
  const urls = { baseline: 'http://127.0.0.1:9/', candidate: 'http://127.0.0.1:9/', stateFolder };
  await expect(compare({ ...urls, maxBlocks: 4 })).rejects.toThrow(/from 8 to 64/);
  await expect(compare({ ...urls, blockMs: Number.NaN })).rejects.toThrow(/longer than 0 ms/);
});
