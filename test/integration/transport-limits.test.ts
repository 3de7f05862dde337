/** What stands in the generator's own way, or in the network's: real limits, in a process and a network of their own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ListenOptions } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import type { Counts } from '../../src/record/counts.ts';
import { useScripted } from '../support/closing.ts';
import { requires } from '../support/requires.ts';
import { openLoad, planFor } from '../support/traffic.ts';

const serve = useScripted();
const folder = mkdtempSync(join(tmpdir(), 'limits-'));
const PROGRAM = resolve('test/integration/built-run.mjs');

afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly counts: Counts;
  readonly causes: Record<string, number>;
  readonly details: Record<string, readonly string[]>;
  readonly addresses: Record<string, unknown>;
}

/** What the child tells. */
interface Told {
  readonly counts: Counts;
  readonly causes: readonly (readonly [string, number])[];
  readonly details: readonly (readonly [string, readonly string[]])[];
  readonly addresses: readonly (readonly [string, unknown])[];
}

/** What the child is besides a generator. */
interface Servers {
  readonly serve?: ListenOptions;
  readonly muteDns?: boolean;
}

/** Runs a plan in a child, after `preparation` in its shell. */
async function runAfter(preparation: string, plan: Plan, servers: Servers = {}): Promise<Outcome> {
  const order = JSON.stringify({ plan, serve: null, muteDns: false, ...servers });
  const script = `set -e; ${preparation}; exec "$0" "$@"`;
  const child = spawn('sh', ['-c', script, process.execPath, PROGRAM, order], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let out = '';
  let talk = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    talk += String(chunk);
  });
  await once(child, 'close');
  if (!out.startsWith('{')) throw new Error(`the child did not run: ${talk}`);
  const { counts, causes, details, addresses } = JSON.parse(out) as Told;
  return {
    counts,
    causes: Object.fromEntries(causes),
    details: Object.fromEntries(details),
    addresses: Object.fromEntries(addresses),
  };
}

/** The same in a network namespace with nothing but loopback. */
function runAlone(preparation: string, plan: Plan, servers: Servers = {}): Promise<Outcome> {
  const inside = `ip link set lo up; ${preparation}; exec "$0" "$@"`.replaceAll("'", "'\\''");
  const shell = `exec unshare --net --mount --map-root-user sh -ec '${inside}' "$0" "$@"`;
  return runAfter(shell, plan, servers);
}

const HUNDRED = openLoad(200, 500, { drainMs: 3000 });
const TEN = openLoad(100, 100, { drainMs: 3000 });
const LISTEN = { host: '127.0.0.1', port: 8080 };

describe('too few descriptors', () => {
  test("are the generator's own failure, and what has a connection goes on", async () => {
    const server = await serve({ onRequest: () => undefined });
    const plan = planFor(server.url, { load: HUNDRED, target: { timeoutMs: 1000 } });
    const { counts, causes, details } = await runAfter('ulimit -n 64', plan);
    expect(Object.keys(causes).sort()).toEqual(['generator-emfile', 'headers-timeout']);
    expect(causes['generator-emfile']).toBeGreaterThan(40);
    expect(causes['headers-timeout']).toBeGreaterThan(20);
    expect(counts.failed).toBe(100);
    expect(counts.sent).toBe(100);
    expect(details['generator-emfile']?.[0]).toMatch(/EMFILE/);
  });
});

requires('ip', 'unshare').describe('in a network of its own', () => {
  test("a range of ports that is used up is the generator's own failure", async () => {
    const plan = planFor('http://127.0.0.1:8080/', { load: HUNDRED, target: { timeoutMs: 1000 } });
    const range = 'echo 50000 50010 > /proc/sys/net/ipv4/ip_local_port_range';
    const { causes, details } = await runAlone(range, plan, { serve: LISTEN });
    expect(causes).toEqual({ 'headers-timeout': 11, 'generator-ports': 89 });
    expect(details['generator-ports']?.[0]).toMatch(/EADDRNOTAVAIL/);
  });

  const ROUTES = [
    { name: 'is unreachable', route: 'ip route add unreachable 10.1.0.0/16', code: 'EHOSTUNREACH' },
    { name: 'is prohibited', route: 'ip route add prohibit 10.1.0.0/16', code: 'EACCES' },
    { name: 'is swallowed', route: 'ip route add blackhole 10.1.0.0/16', code: 'EINVAL' },
    { name: 'is not there', route: 'true', code: 'ENETUNREACH' },
  ];

  test.each(ROUTES)('a network that $name is told as such', async ({ route, code }) => {
    const { causes, details } = await runAlone(route, planFor('http://10.1.2.3/', { load: TEN }));
    expect(causes).toEqual({ 'connect-unreachable': 10 });
    expect(details['connect-unreachable']?.[0]).toMatch(code);
  });

  test('a name server that never answers is a failure of dns at the deadline, and holds up nothing else', async () => {
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
    const mount = `mount --bind "${folder}/resolv.conf" /etc/resolv.conf`;
    const plan = planFor('http://shop.test/', { load: TEN, target: { timeoutMs: 500 } });
    const { causes, details } = await runAlone(mount, plan, { muteDns: true });
    expect(causes).toEqual({ dns: 10 });
    expect(details['dns']?.[0]).toMatch(/within 500 ms/);
  });

  test('a name with two addresses spreads its connections over both', async () => {
    writeFileSync(join(folder, 'hosts'), '127.0.0.1 two.test\n127.0.0.2 two.test\n');
    const mount = `mount --bind "${folder}/hosts" /etc/hosts`;
    const plan = planFor('http://two.test:8080/', { load: TEN, target: { timeoutMs: 300 } });
    const { causes, addresses } = await runAlone(mount, plan, { serve: { host: '0.0.0.0', port: 8080 } });
    expect(causes).toEqual({ 'headers-timeout': 10 });
    expect(addresses).toEqual({
      '127.0.0.1:8080': { attempts: 5, failed: 5 },
      '127.0.0.2:8080': { attempts: 5, failed: 5 },
    });
  });
});
