/** A real Go service, sick in ways that are known: what `headroom run --discover` makes of each. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ResultDocument } from '../../src/result/document.ts';
import type { ServerResult } from '../../src/result/server/server-result.ts';
import { headroom } from '../cli/binary.ts';
import { type GoFault, startGoService } from '../support/go-service.ts';
import { requires } from '../support/requires.ts';

/** A fault, what it is to be called, and the load and limits under which it shows. */
interface Case {
  readonly fault: GoFault;
  readonly called: readonly string[];
  readonly rate: string;
  readonly flags?: readonly string[];
}

const CASES: readonly Case[] = [
  { fault: 'none', called: [], rate: '60/s' },
  { fault: 'goroutine-leak', called: ['goroutine-leak'], rate: '40/s' },
  { fault: 'fd-leak', called: ['fd-leak', 'fd-limit'], rate: '16/s', flags: ['-nofile=256'] },
  { fault: 'gc-storm', called: ['gc-storm'], rate: '30/s' },
  { fault: 'lock-contention', called: ['lock-contention'], rate: '80/s' },
  { fault: 'cpu-burn', called: ['cpu-bound'], rate: '66/s', flags: ['-procs=1'] },
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-capture-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function observed(
  { fault, rate, flags = [] }: Case,
  ...more: readonly string[]
): Promise<{ readonly result: ResultDocument; readonly server: ServerResult }> {
  const service = await startGoService(fault, ...flags);
  try {
    const args = ['run', '--discover', '-r', rate, '-d', '12s', '-t', '5s', '--seed', '7', ...more];
    const { out } = await headroom([...args, '--json', `${service.origin}/followers`]);
    const result = JSON.parse(out) as ResultDocument;
    const [server, ...others] = result.servers ?? [];
    expect(others).toEqual([]);
    if (server === undefined) throw new Error('no server was observed');
    return { result, server };
  } finally {
    await service.stop();
  }
}

const { describe, test } = requires('go');

describe('a Go service under load, found by --discover', () => {
  for (const sick of CASES) {
    test(`${sick.fault} is called by its name`, async () => {
      const { server } = await observed(sick);
      expect(server.sources.map(({ kind }) => kind).sort()).toEqual(
        expect.arrayContaining(['expvar', 'pprof', 'prometheus']),
      );
      const codes = server.diagnoses.map(({ code }) => code);
      if (sick.called.length === 0) expect(codes).toEqual([]);
      else expect(sick.called).toContain(codes[0]);
    }, 60_000);
  }
});

test('what is captured when an objective breaks opens with go tool pprof, and names the culprit', async () => {
  const sick: Case = { fault: 'cpu-burn', called: [], rate: '60/s', flags: ['-procs=1'] };
  const capture = [
    '--capture',
    'pprof',
    '--capture-dir',
    folder,
    '--objective',
    'p50 < 5ms',
    '--breaker',
    'off',
  ];
  const { result, server } = await observed(sick, ...capture);
  expect(result.verdict.status).toBe('fail');
  const kinds = server.captures.map(({ kind }) => kind).sort();
  expect(kinds).toEqual(['goroutine', 'profile']);
  const profile = server.captures.find(({ kind }) => kind === 'profile')?.file ?? '';
  const top = execFileSync('go', ['tool', 'pprof', '-top', profile], { encoding: 'utf8' });
  expect(top).toContain('main.spin');
  expect(top).toMatch(/^Type: cpu/m);
}, 60_000);
