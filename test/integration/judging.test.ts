/** Verdicts where the truth is known: the server's fault is a fail, our own is never the server's. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { ResultDocument } from '../../src/result/document.ts';
import { judged } from '../support/judged.ts';
import { startTimed, type TimedOptions, type TimedServer } from '../support/timed-server.ts';

const HEADROOM = fileURLToPath(new URL('../../bin/headroom.js', import.meta.url));
const servers: TimedServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: TimedOptions = {}): Promise<string> {
  const server = await startTimed(options);
  servers.push(server);
  return server.url;
}

/** Runs the built program. */
async function headroom(...args: string[]): Promise<{ code: number | null; result: ResultDocument }> {
  const child = spawn(process.execPath, [HEADROOM, ...args, '--json', '--no-progress'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, result: JSON.parse(text) as ResultDocument };
}

function codes(result: ResultDocument): string[] {
  return result.verdict.reasons.map((reason) => reason.code);
}

describe('our own event loop, blocked 300 ms in each second', () => {
  async function blocked(objective: string): Promise<ResultDocument> {
    const url = await serve({ delayMs: 1 });
    const blocker = setInterval(() => {
      const untilMs = performance.now() + 300;
      while (performance.now() < untilMs);
    }, 1000);
    try {
      return await judged({ url, rate: '400/s', duration: '6s', objectives: [objective] });
    } finally {
      clearInterval(blocker);
    }
  }

  test('is never held against a server of 1 ms: p99 < 100ms is inconclusive', {
    timeout: 30_000,
  }, async () => {
    const result = await blocked('p99 < 100ms');
    expect(result.verdict.status).toBe('inconclusive');
    expect(result.exitCode).toBe(3);
    const failed = result.validity.checks.filter((check) => check.status === 'fail').map((check) => check.id);
    expect(failed).toContain('send-lag');
  });

  test('does not hide an objective that holds all the same: p99 < 1s passes', {
    timeout: 30_000,
  }, async () => {
    const result = await blocked('p99 < 1s');
    expect(result.verdict.status).toBe('pass');
  });
});

describe('ten times what the generator can do', () => {
  test('is inconclusive, neither fail nor pass', { timeout: 90_000 }, async () => {
    const url = await serve();
    const load = ['-r', '1000000', '-d', '2s', '-t', '2s', '--workers', '1', '--breaker', 'off'];
    const objectives = ['--objective', 'p99 < 100ms', '--objective', 'errors < 1%'];
    const { code, result } = await headroom('run', url, ...load, ...objectives);
    expect(result.verdict.status).toBe('inconclusive');
    expect(code).toBe(3);
    expect(codes(result)).toContain('GENERATOR_LIMIT');
  });
});

describe('a server asked for twice its capacity', () => {
  test('fails, and is not called inconclusive', { timeout: 30_000 }, async () => {
    const url = await serve({ delayMs: 10, workers: 1 });
    const load = ['-r', '200/s', '-d', '4s', '--breaker', 'off'];
    const { code, result } = await headroom('run', url, ...load, '--objective', 'p99 < 250ms');
    expect(result.verdict.status).toBe('fail');
    expect(code).toBe(1);
  });

  test('is spared by the breaker, and fails as well', { timeout: 30_000 }, async () => {
    const url = await serve({ delayMs: 20, workers: 1 });
    const { code, result } = await headroom(
      'run',
      url,
      '-r',
      '400/s',
      '-d',
      '30s',
      '--objective',
      'p99 < 100ms',
    );
    expect(result.stopped?.by).toBe('breaker');
    expect(result.durationMs).toBeLessThan(25_000);
    expect(code).toBe(1);
  });
});

describe('a clean URL with no options at all', () => {
  test('passes', { timeout: 60_000 }, async () => {
    const url = await serve({ delayMs: 2 });
    const { code, result } = await headroom(url);
    expect(codes(result)).toEqual([]);
    expect(result.verdict.status).toBe('pass');
    expect(code).toBe(0);
    expect(result.totals.planned).toBeGreaterThan(500);
  });
});

describe('ten connections to a server of 100 ms at 150/s', () => {
  /** A machine that stands still for a moment makes a hundredth of six seconds slow, and not a tenth. */
  const LOAD = ['-r', '150/s', '-d', '6s', '--objective', 'p90 < 400ms'];

  test('are a limit of our own making', { timeout: 30_000 }, async () => {
    const url = await serve({ delayMs: 100 });
    const { code, result } = await headroom('run', url, '-c', '10', ...LOAD);
    expect(codes(result)).toContain('CONNECTION_LIMIT');
    expect(code).toBe(3);
  });

  test('pass when connections grow on demand', { timeout: 30_000 }, async () => {
    const url = await serve({ delayMs: 100 });
    const { code } = await headroom('run', url, ...LOAD);
    expect(code).toBe(0);
  });
});

describe('a port where nobody listens', () => {
  test('fails: a canary must page', { timeout: 30_000 }, async () => {
    const url = await serve();
    await servers.pop()?.close();
    const { code, result } = await headroom('run', url, '-d', '12s');
    expect(code).toBe(1);
    expect(result.totals.byCause['connect-refused']).toBeGreaterThan(0);
  });
});
