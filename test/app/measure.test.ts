/** Whole runs on this event loop, against a server beside it. */

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunOptions, run, UsageError } from '../../src/index.ts';

let server: Server;
let url: string;
let requests = 0;
const agents = new Set<string>();

const answer: RequestListener = (request, response) => {
  requests += 1;
  agents.add(String(request.headers['user-agent']));
  response.statusCode = request.url === '/bad' ? 500 : 200;
  response.end('hello');
};

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const options = (more: RunOptions): RunOptions => ({
  stateFolder: join(tmpdir(), 'headroom-measure-test'),
  ...more,
});

test('a run is sent, counted and judged, and says who it was', async () => {
  const before = requests;
  const result = await run(options({ url, rate: '500/s', duration: '800ms', seed: '3' }));
  expect(result.schema).toBe('headroom.result/1');
  expect(result.totals.sent).toBe(requests - before);
  expect(result.totals.byStatus).toEqual({ '200': result.totals.completed });
  expect(result.verdict.status).toBe('pass');
  expect(result.exitCode).toBe(0);
  expect(result.seed).toBe(3);
  expect(result.host.coLocated).toBe(true);
  expect(result.notes.map(({ code }) => code)).toContain('CO_LOCATED');
  expect([...agents]).toEqual([expect.stringMatching(/^headroom\/\d/)]);
});

test('the same seed plans the same run', async () => {
  const few = options({ url, rate: '200/s', duration: '300ms', seed: '9' });
  const [first, second] = [await run(few), await run(few)];
  expect(second.totals.planned).toBe(first.totals.planned);
  expect(second.planHash).toBe(first.planHash);
});

test('errors of the server are a fail, not an exception', async () => {
  const result = await run(options({ url: `${url}bad`, rate: '300/s', duration: '500ms' }));
  expect(result.verdict.status).toBe('fail');
  expect(result.exitCode).toBe(1);
  expect(result.totals.byCause).toEqual({ 'http-5xx': result.totals.sent });
});

test('a program can stop a run and still has what was measured', async () => {
  const stop = new AbortController();
  const result = await run(
    options({
      url,
      rate: '100/s',
      duration: '60s',
      signal: stop.signal,
      onLive: ({ elapsedMs }) => {
        if (elapsedMs > 400) stop.abort();
      },
    }),
  );
  expect(result.stopped?.by).toBe('signal');
  expect(result.exitCode).toBe(130);
  expect(result.totals.unsent).toBeGreaterThan(5000);
});

test('an objective relative to a baseline stays undecided: a program has no history', async () => {
  const result = await run(
    options({ url, rate: '200/s', duration: '500ms', objectives: ['p99 < baseline + 10%'] }),
  );
  expect(result.verdict).toMatchObject({ status: 'inconclusive', reasons: [{ code: 'NO_BASELINE' }] });
});

test('what may not be sent is refused before anything is', async () => {
  const before = requests;
  const resolve = ['public.test:80:93.184.216.34'];
  await expect(run(options({ url: 'http://public.test/', rate: '51/s', resolve }))).rejects.toThrow(
    UsageError,
  );
  await expect(run(options({ url, connections: '10000000' }))).rejects.toThrow(UsageError);
  await expect(run(options({ plan: 'targets: 3' }))).rejects.toThrow(UsageError);
  expect(requests).toBe(before);
});
