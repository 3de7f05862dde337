import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Demo } from '../../src/demo/topology.ts';
import { isAlive } from '../support/alive.ts';
import { type BuiltDemo, buildDemo } from './built-demo.ts';

let built: BuiltDemo;
let demo: Demo;

beforeAll(async () => {
  built = await buildDemo();
  demo = await built.startDemo({ meanServiceMs: 25, seed: 9 });
}, 60_000);

afterAll(async () => {
  await demo.stop();
  built.remove();
}, 20_000);

interface Replicas {
  readonly pid: number;
  readonly replicas: readonly { replica: number; url: string; pid: number; alive: boolean }[];
}

async function replicasOf({ controlUrl }: Demo): Promise<Replicas> {
  return Object(await (await fetch(`${controlUrl}/control/replicas`)).json());
}

async function control(method: string, body?: string, path = '/control/faults'): Promise<[number, unknown]> {
  const answer = await fetch(demo.controlUrl + path, body === undefined ? { method } : { method, body });
  return [answer.status, await answer.json()];
}

/** The status, or the code of what went wrong. */
async function outcome(url: string, timeoutMs = 5000): Promise<number | string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await answer.arrayBuffer();
    return answer.status;
  } catch (error) {
    const { name, cause } = Object(error);
    return String(Object(cause).code ?? name);
  }
}

/** The same over TLS, on a connection that the agent may have kept. */
function secureOutcome(url: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: 300 }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    request.once('timeout', () => resolve('TimeoutError'));
    request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
  });
}

async function outcomes(count: number, url: string): Promise<Map<number | string, number>> {
  const tally = new Map<number | string, number>();
  for (const each of await Promise.all(Array.from({ length: count }, () => outcome(url)))) {
    tally.set(each, (tally.get(each) ?? 0) + 1);
  }
  return tally;
}

/** Switches a fault on for this test. */
async function withFault(body: object): Promise<void> {
  onTestFinished(async () => void (await control('DELETE')));
  const [status] = await control('POST', JSON.stringify(body));
  expect(status).toBe(201);
}

describe('the running system', () => {
  test('walks a list through the balancer, over all replicas, and copies every page', async () => {
    const followers: number[] = [];
    let path: string | undefined = '/followers?user=77&limit=5';
    let pages = 0;
    while (path !== undefined) {
      const page: { followers: number[]; next?: string } = Object(
        await (await fetch(demo.url + path)).json(),
      );
      followers.push(...page.followers);
      pages += 1;
      path = page.next === undefined ? undefined : `/followers?user=77&limit=5&cursor=${page.next}`;
    }
    expect(new Set(followers).size).toBe(followers.length);
    const database = new DatabaseSync(demo.databasePath);
    const copies = database
      .prepare('SELECT replica, followers FROM pages WHERE user = 77 ORDER BY id')
      .all()
      .map(Object);
    database.close();
    expect(copies).toHaveLength(pages);
    expect(copies.flatMap((copy) => JSON.parse(copy.followers))).toEqual(followers);
    expect(new Set(copies.map((copy) => copy.replica)).size).toBe(3);
  });

  test('runs each replica and the balancer in a process of its own', async () => {
    const { pid, replicas } = await replicasOf(demo);
    const pids = new Set([process.pid, pid, ...replicas.map((replica) => replica.pid)]);
    expect(pids.size).toBe(5);
    expect(replicas.map(({ url }) => url)).toEqual(demo.replicaUrls);
    expect(replicas.every(({ alive }) => alive)).toBe(true);
  });

  test('says where it is and what it can do', () => {
    expect(demo.capacity.saturationPerSecond).toBe(480);
    const text = demo.describe();
    for (const part of [
      demo.url,
      demo.controlUrl,
      ...demo.replicaUrls,
      demo.databasePath,
      '480.0 requests/s',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain(
      `p99 < 250ms holds up to ${demo.capacity.holdsPerSecond(0.99, 250).toFixed(1)} requests/s`,
    );
  });

  test('counts arrivals at the balancer', async () => {
    const before: { total: number } = Object((await control('GET', undefined, '/control/arrivals'))[1]);
    await outcomes(7, `${demo.url}/health`);
    expect((await control('GET', undefined, '/control/arrivals'))[1]).toMatchObject({
      total: before.total + 7,
    });
  });

  test('a burst takes the time that its workers need, and not more', async () => {
    // 120 requests of 25 ms on 12 workers: 250 ms of work for each, and the unevenness of a random split.
    const startedMs = performance.now();
    expect(await outcomes(120, `${demo.url}/followers?user=5`)).toEqual(new Map([[200, 120]]));
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(200);
    expect(tookMs).toBeLessThan(3000);
  });
});

describe('the control endpoint', () => {
  test.each([
    ['POST', '{"replica":1}', '/control/faults', 400, '"kind" must be one of'],
    ['POST', '{"replica":4,"kind":"kill"}', '/control/faults', 400, 'from 1 to 3'],
    ['POST', 'kill', '/control/faults', 400, 'the body is not JSON'],
    ['DELETE', undefined, '/control/faults?id=99', 404, 'there is no fault with that id: in force are none'],
    ['PUT', '{}', '/control/faults', 404, 'there are /control/faults (GET, POST, DELETE)'],
    ['GET', undefined, '/', 404, 'there are /control/faults'],
  ])('%s %s on %s is refused with %d', async (method, body, path, status, message) => {
    expect(await control(method, body, path)).toEqual([status, { error: expect.stringContaining(message) }]);
    expect(await control('GET')).toEqual([200, { faults: [] }]);
  });

  test('lists faults, clears one, clears all', async () => {
    await withFault({ replica: 1, kind: 'slow' });
    await withFault({ replica: 'all', kind: 'errors', ratio: 0, for: '1m' });
    const [, { faults }]: [number, { faults: { id: number }[] }] = Object(await control('GET'));
    const [slow, errors] = faults;
    expect(slow).toEqual({ id: slow?.id, replica: 1, kind: 'slow', ratio: 0.02, ms: 500, forMs: null });
    expect(errors).toMatchObject({ replica: 'all', kind: 'errors', ratio: 0, status: 500, forMs: 60_000 });
    expect(await control('DELETE', undefined, `/control/faults?id=${slow?.id}`)).toEqual([
      200,
      { faults: [errors] },
    ]);
    expect(await control('DELETE')).toEqual([200, { faults: [] }]);
  });
});

describe('faults over HTTP', () => {
  test('a killed replica refuses connections and costs its share a 502; cleared, it is back on its port', async () => {
    const dead = demo.replicaUrls[1] ?? '';
    const before = await replicasOf(demo);
    await withFault({ replica: 2, kind: 'kill' });
    expect(await outcome(`${dead}/health`)).toBe('ECONNREFUSED');
    expect(isAlive(before.replicas[1]?.pid ?? 0)).toBe(false);
    const tally = await outcomes(90, `${demo.url}/health`);
    expect((tally.get(200) ?? 0) + (tally.get(502) ?? 0)).toBe(90);
    expect(tally.get(502)).toBeGreaterThan(10);
    expect(tally.get(502)).toBeLessThan(50);
    await control('DELETE');
    expect(await outcome(`${dead}/health`)).toBe(200);
    expect(await outcomes(30, `${demo.url}/health`)).toEqual(new Map([[200, 30]]));
    expect((await replicasOf(demo)).replicas[1]?.pid).not.toBe(before.replicas[1]?.pid);
  });

  test('a fault for a time ends by itself', async () => {
    const dead = demo.replicaUrls[0] ?? '';
    await withFault({ replica: 1, kind: 'kill', for: '300ms' });
    expect(await outcome(`${dead}/health`)).toBe('ECONNREFUSED');
    await expect.poll(() => outcome(`${dead}/health`), { timeout: 5000, interval: 50 }).toBe(200);
    expect(await control('GET')).toEqual([200, { faults: [] }]);
  });

  test('a replica that dies by itself stays dead until the faults are cleared', async () => {
    const { replicas } = await replicasOf(demo);
    process.kill(replicas[2]?.pid ?? 0, 'SIGKILL');
    await expect.poll(async () => (await replicasOf(demo)).replicas[2]?.alive, { timeout: 3000 }).toBe(false);
    await withFault({ replica: 1, kind: 'slow' });
    expect((await replicasOf(demo)).replicas[2]?.alive).toBe(false);
    await control('DELETE');
    expect((await replicasOf(demo)).replicas[2]?.alive).toBe(true);
  });

  test('a frozen replica leaves its share without an answer', async () => {
    await withFault({ replica: 3, kind: 'freeze' });
    expect(await outcome(`${demo.replicaUrls[2]}/health`, 200)).toBe('TimeoutError');
    const waits = await Promise.all(Array.from({ length: 40 }, () => outcome(`${demo.url}/health`, 400)));
    expect(waits.filter((each) => each === 'TimeoutError').length).toBeGreaterThan(3);
    expect(waits.filter((each) => each === 200).length).toBeGreaterThan(10);
    await control('DELETE');
    expect(await outcome(`${demo.replicaUrls[2]}/health`)).toBe(200);
  });

  test('a frozen replica is a process that is stopped', async () => {
    const { replicas } = await replicasOf(demo);
    const state = (): string =>
      /^State:\s+(\w)/m.exec(readFileSync(`/proc/${replicas[0]?.pid}/status`, 'utf8'))?.[1] ?? '';
    await withFault({ replica: 1, kind: 'freeze' });
    await withFault({ replica: 1, kind: 'slow' });
    expect(state()).toBe('T');
    await control('DELETE');
    expect(state()).not.toBe('T');
  });

  test.each([
    ['close', 'ECONNREFUSED', 'ECONNREFUSED'],
    ['hang', 'TimeoutError', 'TimeoutError'],
    ['expired', 200, 'CERT_HAS_EXPIRED'],
  ])('%s is in force once it is said to be, and over once it is cleared', async (kind, plain, secure) => {
    const [url, secureUrl] = [`${demo.replicaUrls[0]}/health`, `${demo.secureUrls[0]}/health`];
    const agent = new Agent({ ca: readFileSync(demo.authorityPath), keepAlive: true });
    onTestFinished(() => agent.destroy());
    const before = await replicasOf(demo);
    expect([await outcome(url), await secureOutcome(secureUrl, agent)]).toEqual([200, 200]);
    await withFault({ replica: 1, kind });
    expect([await outcome(url, 300), await secureOutcome(secureUrl, agent)]).toEqual([plain, secure]);
    expect(await outcome(`${demo.replicaUrls[1]}/health`)).toBe(200);
    await control('DELETE');
    expect([await outcome(url), await secureOutcome(secureUrl, agent)]).toEqual([200, 200]);
    expect(await replicasOf(demo)).toEqual(before);
  });

  test('wrong answers are good in nothing but their status', async () => {
    const path = `${demo.replicaUrls[0]}/followers?user=7`;
    await withFault({ replica: 1, kind: 'wrong' });
    const answer = await fetch(path);
    expect([answer.status, await answer.json()]).toEqual([200, { message: 'not what was asked for' }]);
    await control('DELETE');
    expect(await (await fetch(path)).json()).toMatchObject({ user: 7 });
  });

  test('errors and slowness strike through the balancer', async () => {
    await withFault({ replica: 'all', kind: 'errors', ratio: 1, status: 503 });
    expect(await outcomes(10, `${demo.url}/followers?user=1`)).toEqual(new Map([[503, 10]]));
    await control('DELETE');
    await withFault({ replica: 'all', kind: 'slow', ratio: 1, ms: 300 });
    const startedMs = performance.now();
    expect(await outcome(`${demo.url}/followers?user=1`)).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(300);
  });

  test('a connection limit turns what exceeds it into 502', async () => {
    await withFault({ replica: 'all', kind: 'connection-limit', limit: 1 });
    const tally = await outcomes(40, `${demo.url}/followers?user=1`);
    expect(tally.get(502)).toBeGreaterThan(20);
    expect(tally.get(200)).toBeGreaterThan(0);
  });

  test('a cpu burn shows in the CPU time of that replica', async () => {
    const cpuSeconds = async (): Promise<number> => {
      const text = await (await fetch(`${demo.replicaUrls[0]}/metrics`)).text();
      return Number(/^process_cpu_seconds_total (.*)$/m.exec(text)?.[1]);
    };
    const before = await cpuSeconds();
    await withFault({ replica: 1, kind: 'cpu', ratio: 0.6 });
    await expect.poll(cpuSeconds, { timeout: 8000, interval: 100 }).toBeGreaterThan(before + 0.4);
  });

  test('a leak shows in the memory of that replica', async () => {
    const residentBytes = async (): Promise<number> => {
      const text = await (await fetch(`${demo.replicaUrls[0]}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (.*)$/m.exec(text)?.[1]);
    };
    const before = await residentBytes();
    await withFault({ replica: 1, kind: 'leak', mebibytesPerSecond: 64 });
    await expect
      .poll(residentBytes, { timeout: 5000, interval: 100 })
      .toBeGreaterThan(before + 40 * 1024 * 1024);
  });
});

describe('start and stop', () => {
  test.each([
    [{ replicas: 0 }, 'replicas must lie from 1 to 16, not 0'],
    [{ workers: 2.5 }, 'workers must be a whole number from 1 to 64, not 2.5'],
    [{ meanServiceMs: Number.NaN }, 'meanServiceMs must lie from 1 to 60000, not NaN'],
    [{ port: 70_000 }, 'port must lie from 0 to 65535, not 70000'],
    [{ seed: -1 }, 'seed must lie from 0 to 4294967295, not -1'],
    [{ meanServiceMs: 5 }, 'would saturate at 2400 requests/s, and must not beyond 500: take fewer replicas'],
  ])('refuses %j', async (options, message) => {
    await expect(built.startDemo(options)).rejects.toThrow(RangeError);
    await expect(built.startDemo(options)).rejects.toThrow(message);
  });

  test('a taken port is an error, and leaves nothing behind', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'headroom-test-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const port = Number(new URL(demo.url).port);
    await expect(built.startDemo({ port, directory, replicas: 1 })).rejects.toThrow(`address already in use`);
    await expect.poll(() => readdirSync(directory)).toEqual([]);
  });

  test('stop ends every process and removes the folder, even with faults in force', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'headroom-test-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const own = await built.startDemo({ replicas: 2, workers: 1, directory, distribution: 'uniform' });
    const { pid, replicas } = await replicasOf(own);
    const pids = [pid, ...replicas.map((replica) => replica.pid)];
    expect(dirname(dirname(own.databasePath))).toBe(directory);
    expect(existsSync(own.databasePath)).toBe(true);
    for (const [replica, kind] of ['kill', 'freeze'].entries()) {
      const body = JSON.stringify({ replica: replica + 1, kind });
      await fetch(`${own.controlUrl}/control/faults`, { method: 'POST', body });
    }
    await own.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
    expect(await outcome(own.url)).toBe('ECONNREFUSED');
    await own.stop();
  });

  test('when its caller dies, all processes end and the folder goes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'headroom-test-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const script = `
      const { startDemo } = await import(${JSON.stringify(built.topologyUrl)});
      const demo = await startDemo({ replicas: 2, workers: 1, directory: ${JSON.stringify(directory)} });
      const { pid, replicas } = await (await fetch(demo.controlUrl + '/control/replicas')).json();
      process.stdout.write(JSON.stringify([pid, ...replicas.map((replica) => replica.pid)]) + '\\n');`;
    const caller = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids: number[] = JSON.parse(
      await new Promise((resolve) => caller.stdout.once('data', (data) => resolve(`${data}`))),
    );
    expect(pids.filter(isAlive)).toHaveLength(3);
    caller.kill('SIGKILL');
    await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
    await expect.poll(() => readdirSync(directory), { timeout: 5000 }).toEqual([]);
  });
});
