/** How long a run lasts when answers decide it: whole runs on this event loop, against a server beside it. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunOptions, run } from '../../src/index.ts';

let server: Server;
let url: string;
/** Requests for what answers so many and then no more. */
let tired = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/tires') tired += 1;
    if (request.url === '/never' || (request.url === '/tires' && tired > 150)) return;
    response.statusCode = request.url === '/bad' ? 500 : 200;
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const options = (more: RunOptions, said: string[] = []): RunOptions => ({
  stateFolder: join(tmpdir(), 'headroom-run-length-test'),
  onRemark: (line) => said.push(line),
  ...more,
});

test.concurrent('a run that goes on until it is decided ends with its first look that decides', async () => {
  const said: string[] = [];
  const wish = { url, rate: '150/s', duration: '2s', untilDecided: true, objectives: ['errors < 1%'] };
  const result = await run(options(wish, said));
  expect(result.verdict.status).toBe('pass');
  expect(result.stopped).toBeNull();
  expect(result.notes[0]).toMatchObject({
    code: 'DECIDED',
    text: expect.stringMatching(/decided after 1\d/),
  });
  expect(result.totals.sent).toBeGreaterThan(1200);
  expect(result.totals.sent).toBeLessThan(2200);
  expect(said).toContain('this run goes on until every objective is decided, for 20s at most');
  expect(result.plan).toMatchObject({
    load: { stages: [{ for: '2s' }], untilDecided: true, maxDuration: '20s' },
  });
}, 20_000);

test.concurrent('what a run that goes on can decide is not called hopeless for its schedule', async () => {
  const said: string[] = [];
  const wish = { url, rate: '100/s', duration: '300ms', untilDecided: true, maxDuration: '10s' };
  const stop = new AbortController();
  const onLive = (): void => stop.abort();
  await run(options({ ...wish, objectives: ['errors < 1%'], signal: stop.signal, onLive }, said));
  expect(said.join('\n')).not.toContain('cannot be judged');
}, 20_000);

test.concurrent('a server that accepts and never answers is a fail', async () => {
  const wish = { url: `${url}never`, rate: '50/s', duration: '10s' };
  const result = await run(options({ ...wish, objectives: ['p99 < 250ms', 'errors < 1%'] }));
  expect(result.stopped?.by).toBe('breaker');
  expect(result.exitCode).toBe(1);
  expect(result.verdict.reasons[0]?.code).toBe('UNREACHABLE');
}, 20_000);

test.concurrent('a server that answers no more breaks its latency', async () => {
  tired = 0;
  const result = await run(
    options({
      url: `${url}tires`,
      rate: '50/s',
      duration: '10s',
      objectives: ['p99 < 250ms', 'errors < 1%'],
    }),
  );
  expect(result.stopped?.by).toBe('breaker');
  expect(result.exitCode).toBe(1);
  expect(result.verdict.reasons[0]).toMatchObject({
    code: 'BREACH',
    text: expect.stringMatching(/^p99 < 250ms/),
  });
}, 20_000);

test.concurrent('a run that cannot be decided ends when it may go on no longer', async () => {
  const wish = { url, rate: '100/s', duration: '300ms', untilDecided: true, maxDuration: '1200ms' };
  const result = await run(options({ ...wish, objectives: ['errors < 0.01%'] }));
  expect(result.verdict.status).toBe('inconclusive');
  expect(result.stopped).toBeNull();
  expect(result.notes.map(({ code }) => code)).not.toContain('DECIDED');
  // The last arrival of a Poisson stream comes a little before its end.
  expect(result.durationMs).toBeGreaterThan(900);
  expect(result.totals.unsent).toBe(0);
}, 20_000);

test.concurrent('a server that fails in the warm-up is left alone within two seconds', async () => {
  const result = await run(options({ url: `${url}bad`, rate: '100/s', duration: '10s', warmup: '10s' }));
  expect(result.stopped?.by).toBe('breaker');
  expect(result.totals.warmup).toBeLessThan(300);
  expect(result.totals.sent).toBe(0);
  expect(result.verdict.status).toBe('fail');
  expect(result.notes.map(({ code }) => code)).not.toContain('WARMUP_FAILED');
}, 20_000);
