import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { close, listen } from '../../../src/demo/child-protocol.ts';
import type { FaultEffect } from '../../../src/demo/faults.ts';
import { followerCount } from '../../../src/demo/replica/follower-store.ts';
import { Replica, type ReplicaOptions } from '../../../src/demo/replica/replica.ts';

interface Started {
  readonly replica: Replica;
  readonly url: string;
  /** Rows of a table, as the database holds them. */
  readonly rows: (table: 'pages' | 'recorded') => readonly object[];
}

async function start(options: Partial<ReplicaOptions> = {}): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-test-'));
  const databasePath = join(folder, 'followers.db');
  const replica = new Replica({
    replica: 1,
    workers: 4,
    meanServiceMs: 2,
    distribution: 'deterministic',
    seed: 1,
    databasePath,
    ...options,
  });
  onTestFinished(async () => {
    replica.replaceFaults([]);
    await close(replica.server);
    replica.close();
    rmSync(folder, { recursive: true });
  });
  return {
    replica,
    url: `http://127.0.0.1:${await listen(replica.server, 0)}`,
    rows: (table) => {
      const database = new DatabaseSync(databasePath);
      const all = database.prepare(`SELECT * FROM ${table} ORDER BY id`).all();
      database.close();
      return all.map((row) => Object(row));
    },
  };
}

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.status;
}

/** The value of one series of a Prometheus text, or undefined. */
function series(text: string, name: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1).replace('+Inf', 'Infinity'));
}

async function metric(url: string, name: string): Promise<number | undefined> {
  return series(await (await fetch(`${url}/metrics`)).text(), name);
}

describe('the API', () => {
  test('walks all followers exactly once and leaves a row per page', async () => {
    const { url, rows } = await start();
    const followers: number[] = [];
    let cursor = '';
    let pages = 0;
    for (;;) {
      const answer = await fetch(`${url}/followers?user=42&limit=25${cursor && `&cursor=${cursor}`}`);
      const page: { user: number; followers: number[]; next?: string } = Object(await answer.json());
      expect([answer.status, page.user]).toEqual([200, 42]);
      followers.push(...page.followers);
      pages += 1;
      if (page.next === undefined) break;
      cursor = page.next;
    }
    expect(followers).toHaveLength(followerCount(42));
    expect(new Set(followers).size).toBe(followers.length);
    const copies = rows('pages');
    expect(copies).toHaveLength(pages);
    expect(copies.flatMap((row) => JSON.parse(Object(row).followers))).toEqual(followers);
  });

  test('records each posted follower in a row', async () => {
    const { url, rows } = await start();
    const bodies = [7, 8, 9].map((id) => JSON.stringify({ id, name: 'ü' }));
    for (const body of bodies) {
      const answer = await fetch(`${url}/followers`, { method: 'POST', body });
      expect([answer.status, await answer.json()]).toEqual([
        201,
        { id: JSON.parse(body).id, recorded: true },
      ]);
    }
    expect(rows('recorded')).toMatchObject(bodies.map((body) => ({ body, replica: 1 })));
  });

  test.each([
    ['GET', '/followers', undefined, 400, 'user must be a whole number from 1'],
    ['GET', '/followers?user=', undefined, 400, 'user must be'],
    ['GET', '/followers?user=0', undefined, 400, 'user must be'],
    ['GET', '/followers?user=1e3', undefined, 400, 'user must be'],
    ['GET', '/followers?user=99999999999', undefined, 400, 'user must be'],
    ['GET', '/followers?user=42&limit=101', undefined, 400, 'limit must be a whole number from 1 to 100'],
    ['GET', '/followers?user=42&cursor=nonsense', undefined, 400, 'cursor is not one'],
    ['POST', '/followers', '', 400, 'the body is not JSON'],
    ['POST', '/followers', '{"id":', 400, 'the body is not JSON'],
    ['POST', '/followers', 'null', 400, 'whose id is a whole number'],
    ['POST', '/followers', '{"id":"7"}', 400, 'whose id is a whole number'],
    ['POST', '/followers', `{"id":1,"x":"${'x'.repeat(70_000)}"}`, 413, 'exceeds 65536 bytes'],
    ['GET', '/nowhere', undefined, 404, 'there is no GET /nowhere'],
    ['DELETE', '/followers', undefined, 404, 'there is no DELETE /followers'],
    ['GET', '//', undefined, 400, 'the request path is not valid'],
  ])('%s %s with body %s is refused with %d', async (method, path, body, status, message) => {
    const { url, rows } = await start();
    const answer = await fetch(url + path, body === undefined ? { method } : { method, body });
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { error: expect.stringContaining(message) },
    ]);
    expect([...rows('pages'), ...rows('recorded')]).toEqual([]);
  });

  test('answers in the order and at the times of its workers', async () => {
    const { url } = await start({ workers: 1, meanServiceMs: 50 });
    await statusOf(`${url}/health`);
    const startedMs = performance.now();
    const ends = await Promise.all(
      [1, 2, 3, 4].map(async (user) => {
        await statusOf(`${url}/followers?user=${user}`);
        return performance.now() - startedMs;
      }),
    );
    for (const [index, endMs] of ends.sort((a, b) => a - b).entries()) {
      expect(endMs).toBeGreaterThanOrEqual(50 * (index + 1));
      expect(endMs).toBeLessThan(50 * (index + 1) + 300);
    }
  });
});

describe('what it tells about itself', () => {
  test('/metrics counts what was answered, in parseable lines', async () => {
    const { url } = await start();
    for (let count = 0; count < 5; count += 1) await statusOf(`${url}/followers?user=1`);
    await statusOf(`${url}/followers?user=x`);
    await fetch(`${url}/followers`, { method: 'POST', body: '{"id":1}' });
    await statusOf(`${url}/health`);
    await expect.poll(() => metric(url, 'http_request_duration_seconds_count')).toBe(7);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await answer.text();
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [-+.\de]+|.*\+Inf)$/,
      );
    }
    expect(series(text, 'http_requests_received_total')).toBe(7);
    expect(series(text, 'http_requests_total{code="200",method="GET"}')).toBe(5);
    expect(series(text, 'http_requests_total{code="400",method="GET"}')).toBe(1);
    expect(series(text, 'http_requests_total{code="201",method="POST"}')).toBe(1);
    expect(series(text, 'http_request_duration_seconds_bucket{le="+Inf"}')).toBe(7);
    expect(series(text, 'http_requests_in_flight')).toBe(0);
    expect(series(text, 'worker_busy_seconds_total')).toBeCloseTo(0.012, 6);
    expect(series(text, 'workers')).toBe(4);
    expect(series(text, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(series(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  test('/metrics shows busy workers, queue and requests in flight under load', async () => {
    const { url } = await start({ workers: 2, meanServiceMs: 500 });
    const answers = [1, 2, 3, 4, 5].map((user) => statusOf(`${url}/followers?user=${user}`));
    await expect.poll(() => metric(url, 'http_requests_in_flight'), { interval: 10 }).toBe(5);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(series(text, 'workers_busy')).toBe(2);
    expect(series(text, 'queue_length')).toBe(3);
    expect(await Promise.all(answers)).toEqual([200, 200, 200, 200, 200]);
  });

  test("/debug/vars has Go's shape: cmdline, memstats, then the app's own", async () => {
    const { url } = await start();
    await statusOf(`${url}/followers?user=1`);
    const variables = Object(await (await fetch(`${url}/debug/vars`)).json());
    expect(variables).toMatchObject({
      cmdline: process.argv,
      requests_received: 1,
      responses: { 'GET 200': 1 },
      workers: 4,
      workers_busy: 0,
      queue_length: 0,
    });
    expect(variables.memstats.HeapAlloc).toBeGreaterThan(1e6);
    expect(variables.memstats.HeapSys).toBeGreaterThanOrEqual(variables.memstats.HeapInuse);
    expect(variables.memstats.PauseNs).toHaveLength(256);
  });
});

describe('faults', () => {
  const always = (effect: FaultEffect): readonly FaultEffect[] => [effect];

  test('slow keeps the answer back and no worker busy', async () => {
    const { replica, url } = await start({ workers: 1, meanServiceMs: 1 });
    replica.replaceFaults(always({ kind: 'slow', ratio: 1, ms: 200 }));
    const startedMs = performance.now();
    await Promise.all([1, 2, 3, 4, 5].map((user) => statusOf(`${url}/followers?user=${user}`)));
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(195);
    expect(tookMs).toBeLessThan(900);
  });

  test('errors answers a share with the status, without a copy', async () => {
    const { replica, url, rows } = await start();
    replica.replaceFaults(always({ kind: 'errors', ratio: 0.5, status: 503 }));
    const statuses = [];
    for (let count = 0; count < 40; count += 1) statuses.push(await statusOf(`${url}/followers?user=1`));
    const failed = statuses.filter((status) => status === 503).length;
    expect(failed).toBeGreaterThan(5);
    expect(failed).toBeLessThan(35);
    expect(rows('pages')).toHaveLength(40 - failed);
  });

  test('a replica that hangs accepts and answers nothing, not even its health, until that ends', async () => {
    const { replica, url } = await start();
    replica.replaceFaults(always({ kind: 'hang' }));
    await expect(fetch(`${url}/health`, { signal: AbortSignal.timeout(150) })).rejects.toThrow('timeout');
    const held = [statusOf(`${url}/followers?user=1`), statusOf(`${url}/metrics`)];
    replica.replaceFaults([]);
    expect(await Promise.all(held)).toEqual([200, 200]);
    expect(await metric(url, 'http_requests_in_flight')).toBe(0);
    expect(await metric(url, 'http_requests_received_total')).toBe(1);
  });

  test('beyond its connection limit it hangs up', async () => {
    const { replica, url } = await start({ meanServiceMs: 600 });
    replica.replaceFaults(always({ kind: 'connection-limit', limit: 3 }));
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6, 7, 8].map((user) => statusOf(`${url}/followers?user=${user}`)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    replica.replaceFaults([]);
    expect(await statusOf(`${url}/health`)).toBe(200);
  });

  test('a metastable collapse outlives the burst that set it off, until the load falls', async () => {
    const { replica, url } = await start({ workers: 2, meanServiceMs: 20 });
    replica.replaceFaults(always({ kind: 'metastable', above: 6, below: 2, factor: 5 }));
    const timed = async (): Promise<number> => {
      const startedMs = performance.now();
      await statusOf(`${url}/followers?user=1`);
      return performance.now() - startedMs;
    };
    const bestOfThree = async (): Promise<number> => Math.min(await timed(), await timed(), await timed());
    expect(await bestOfThree()).toBeLessThan(90);
    // 15 services of 20 ms in a row on each worker; collapsed, those that start later take 100 ms.
    const burst = await Promise.all(Array.from({ length: 30 }, timed));
    expect(Math.max(...burst)).toBeGreaterThan(900);
    expect(await bestOfThree()).toBeLessThan(90);
  });

  test('a leak makes service slower and slower', async () => {
    const { replica, url } = await start({ meanServiceMs: 20 });
    replica.replaceFaults(always({ kind: 'leak', percentPerSecond: 1000, mebibytesPerSecond: 0 }));
    await new Promise((resolve) => setTimeout(resolve, 400));
    const startedMs = performance.now();
    await statusOf(`${url}/followers?user=1`);
    expect(performance.now() - startedMs).toBeGreaterThan(20 * 4.9);
  });

  test('a client that leaves the queue leaves no trace in it', async () => {
    const { url } = await start({ workers: 1, meanServiceMs: 800 });
    const first = statusOf(`${url}/followers?user=1`);
    await expect.poll(() => metric(url, 'workers_busy'), { interval: 10 }).toBe(1);
    await expect(fetch(`${url}/followers?user=2`, { signal: AbortSignal.timeout(100) })).rejects.toThrow(
      'timeout',
    );
    await expect.poll(() => metric(url, 'queue_length'), { interval: 10 }).toBe(0);
    expect(await first).toBe(200);
    await expect.poll(() => metric(url, 'http_requests_in_flight')).toBe(0);
    expect(await metric(url, 'http_requests_received_total')).toBe(2);
    expect(await metric(url, 'http_requests_total{code="200",method="GET"}')).toBe(1);
  });
});
