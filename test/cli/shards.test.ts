/** Shards on real sockets, by the built program: run `npm run build` first. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeResult } from '../../src/result/decode.ts';
import { type CountingServer, headroom, serve, start, until } from './binary.ts';

/** What the server was asked, by the run that asked: target, data row, sequence number. */
const asked = new Map<string, string[]>();
let server: CountingServer;
let folder: string;

const plan = (url: string): string => `version: 1
data: rows.csv
targets:
  - { name: list, get: "${url}list?row=\${data.id}&seq=\${seq}", weight: 3 }
  - { name: item, get: "${url}item?row=\${data.id}&seq=\${seq}", weight: 1 }
load: { seed: 11, warmup: 500ms, stages: [ { rate: 170/s, for: 2s } ] }
objectives: [ "errors < 30%" ]
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-shards-'));
  server = await serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const run = String(request.headers['x-headroom-run']);
    const seq = Number(searchParams.get('seq'));
    asked.set(run, [...(asked.get(run) ?? []), `${pathname} ${searchParams.get('row')} ${seq}`]);
    response.statusCode = seq % 17 === 3 ? 503 : seq % 23 === 5 ? 404 : 200;
    response.end('x');
  });
  const ids = Array.from({ length: 13 }, (_, row) => `id-${row}`);
  writeFileSync(join(folder, 'rows.csv'), ['id', ...ids].join('\n'));
  writeFileSync(join(folder, 'headroom.yaml'), plan(server.url));
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A moment at which several programs begun now are ready, however busy the machine is. */
async function soon(): Promise<string> {
  const began = Date.now();
  await headroom(['check', 'http://127.0.0.1:1/']);
  return new Date(Date.now() + 1500 + 5 * (Date.now() - began)).toISOString();
}

function resultIn(name: string): ReturnType<typeof decodeResult> {
  return decodeResult(readFileSync(join(folder, name), 'utf8'), name);
}

function askedBy(...names: readonly string[]): string[] {
  return names.flatMap((name) => asked.get(resultIn(name).runId) ?? []).sort();
}

function tallied(lines: readonly string[], key: (words: readonly string[]) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const found = key(line.split(' '));
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return counts;
}

describe('shards begun together on one server', () => {
  test('ask what one machine asks, and their whole counts what it counts', async () => {
    const parts = ['part-1.json', 'part-2.json', 'part-3.json'];
    const at = await soon();
    const shards = parts.map((name, k) =>
      headroom(['run', '--shard', `${k + 1}/3`, '--start-at', at, '-q', `-o${name}`], { cwd: folder }),
    );
    const whole = await headroom(['run', '-q', '-o', 'whole.json'], { cwd: folder });
    expect(whole.err).toBe('');
    const ended = await Promise.all(shards);
    expect(ended.map(({ code, err }) => [code, err])).toEqual(parts.map(() => [3, '']));

    const merge = await headroom(['merge', ...parts.toReversed(), '-o', 'merged.json'], { cwd: folder });
    // No shard is doubted; whether the machine kept up is another matter.
    expect(merge.err).toBe('');
    const [merged, one] = [resultIn('merged.json'), resultIn('whole.json')];
    expect(merged.validity.checks.map(({ id }) => id)).toEqual(one.validity.checks.map(({ id }) => id));
    expect(merge.code).toBe(merged.exitCode);
    const { totals, targets } = merged;
    expect(totals.byStatus).toEqual(one.totals.byStatus);
    expect(totals.byCause).toEqual(one.totals.byCause);
    expect([totals.planned, totals.sent, totals.warmup]).toEqual([
      one.totals.planned,
      one.totals.sent,
      one.totals.warmup,
    ]);
    expect(targets.map(({ name, sent, byStatus }) => ({ name, sent, byStatus }))).toEqual(
      one.targets.map(({ name, sent, byStatus }) => ({ name, sent, byStatus })),
    );
    expect(merged.series.map(({ fromMs, sent }) => [fromMs, sent])).toEqual(
      one.series.map(({ fromMs, sent }) => [fromMs, sent]),
    );
    expect([merged.planHash, merged.seed, merged.host.workers]).toEqual([one.planHash, 11, 3]);
    expect(merged.repeat).not.toMatch(/--shard|--start-at|part/);

    const [ofShards, ofOne] = [askedBy(...parts), askedBy('whole.json')];
    expect(ofShards).toEqual(ofOne);
    expect(ofOne.length).toBeGreaterThan(300);
    const row = ([path, id]: readonly string[]): string => `${path} ${id}`;
    expect(tallied(ofShards, row)).toEqual(tallied(ofOne, row));
    expect(tallied(ofOne, row).size).toBe(26);

    const [left, lost] = await Promise.all([
      headroom(['merge', 'part-1.json', 'part-3.json'], { cwd: folder }),
      headroom(['merge', ...parts, 'part-4.json'], { cwd: folder }),
    ]);
    expect([left.code, left.err]).toEqual([3, expect.stringContaining('Shards are missing: 2/3')]);
    expect(left.out).toContain('SHARD_MISSING');
    expect([lost.code, lost.err]).toEqual([
      2,
      expect.stringContaining('cannot read part-4.json: no such file'),
    ]);
  }, 60_000);
});

test('a run that waits for its start ends at once when it is stopped', async () => {
  const run = start(['run', `${server.url}list`, '--start-at', '+60s', '--no-progress']);
  let said = '';
  run.process.stderr?.on('data', (text: string) => (said += text));
  await until(() => said.includes('the schedule begins at'));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const before = Date.now();
  run.process.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect(Date.now() - before).toBeLessThan(4000);
});
