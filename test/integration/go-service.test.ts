/** A real Go service, sick in ways that are known: what `headroom run --discover` makes of each. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import type { ResultDocument } from '../../src/result/document.ts';
import type { ServerResult } from '../../src/result/server/server-result.ts';
import { headroom } from '../cli/binary.ts';
import { type GoFault, startGoService } from '../support/go-service.ts';
import { requires } from '../support/requires.ts';

/** A fault, and the load and limits under which it shows. */
interface Sick {
  readonly fault: GoFault;
  readonly rate: string;
  readonly flags?: readonly string[];
}

interface Case extends Sick {
  /** What it may be called; `none`: nothing is wrong. */
  readonly called: readonly string[];
}

/** Light enough to be looked at side by side. */
const SIDE_BY_SIDE: readonly Case[] = [
  { fault: 'none', called: ['none'], rate: '40/s' },
  { fault: 'goroutine-leak', called: ['goroutine-leak'], rate: '40/s' },
  { fault: 'fd-leak', called: ['fd-leak', 'fd-limit'], rate: '16/s', flags: ['-nofile=256'] },
  { fault: 'lock-contention', called: ['lock-contention'], rate: '80/s' },
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-capture-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function observed(
  { fault, rate, flags = [] }: Sick,
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

/** Codes of what is wrong with a server, the cause first. */
function namesOf({ sources, diagnoses }: ServerResult): string[] {
  const kinds = sources.map(({ kind }) => kind);
  if (!['expvar', 'pprof', 'prometheus'].every((kind) => kinds.includes(kind)))
    throw new Error(`only ${kinds.join(', ')} were found`);
  return diagnoses.map(({ code }) => code);
}

const { describe, test } = requires('go');

describe('a Go service under load, found by --discover', () => {
  anyTest.concurrent.each(SIDE_BY_SIDE)(
    '$fault is called by its name',
    async (sick) => {
      const { server } = await observed(sick);
      const [first = 'none'] = namesOf(server);
      expect(sick.called).toContain(first);
    },
    60_000,
  );
});

test('a storm of garbage collection is called by its name', async () => {
  const { server } = await observed({ fault: 'gc-storm', rate: '30/s' });
  expect(namesOf(server)[0]).toBe('gc-storm');
}, 60_000);

test('a service without processors is called by its name, and what is captured when an objective breaks names the culprit', async () => {
  const capture = ['--capture', 'pprof', '--capture-dir', folder, '--breaker', 'off'];
  const sick: Sick = { fault: 'cpu-burn', rate: '76/s', flags: ['-procs=1'] };
  const { result, server } = await observed(sick, ...capture, '--objective', 'p50 < 5ms');
  expect(namesOf(server)[0]).toBe('cpu-bound');
  expect(result.verdict.status).toBe('fail');
  const kinds = server.captures.map(({ kind }) => kind).sort();
  expect(kinds).toEqual(['goroutine', 'profile']);
  const profile = server.captures.find(({ kind }) => kind === 'profile')?.file ?? '';
  const top = execFileSync('go', ['tool', 'pprof', '-top', profile], { encoding: 'utf8' });
  expect(top).toContain('main.spin');
  expect(top).toMatch(/^Type: cpu/m);
}, 60_000);
