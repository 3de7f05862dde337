/** A real Prometheus is posted what we write, and answers queries from it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { REMOTE_WRITE_HEADERS, writeRequest } from '../../src/telemetry/remote-write/write-request.ts';
import { SAMPLE_IDENTITY, sampleInterval } from '../support/intervals.ts';
import { requires } from '../support/requires.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function isReady(base: string): Promise<boolean> {
  return fetch(`${base}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

requires('prometheus').test(
  'Prometheus takes our remote write and computes with it',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-remote-write-'));
    const base = `http://127.0.0.1:${await freePort()}`;
    writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
    const server = spawn(
      'prometheus',
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=${base.slice('http://'.length)}`,
        '--web.enable-remote-write-receiver',
      ],
      { stdio: 'ignore' },
    );
    try {
      for (let waits = 0; waits < 200 && !(await isReady(base)); waits += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const toMs = Date.now();
      const body = writeRequest({ ...sampleInterval(), fromMs: toMs - 10_000, toMs }, SAMPLE_IDENTITY);
      const posted = await fetch(`${base}/api/v1/write`, {
        method: 'POST',
        body: Buffer.from(body),
        headers: REMOTE_WRITE_HEADERS,
      });
      expect([posted.status, await posted.text()]).toEqual([204, '']);
      const value = async (query: string): Promise<number> => {
        const answer = await fetch(`${base}/api/v1/query?query=${encodeURIComponent(query)}`);
        const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
        return Number(data.result[0]?.value[1]);
      };
      expect(await value('sum(headroom_requests_total{job="headroom",team="payments"})')).toBe(1003);
      expect(await value('headroom_failures_total{target="record",cause="http-5xx"}')).toBe(1);
      const p50 =
        'histogram_quantile(0.5, headroom_response_duration_seconds_bucket{target="followers",result="success"})';
      expect(Math.abs((await value(p50)) - 0.5)).toBeLessThan(0.01);
    } finally {
      server.kill();
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
