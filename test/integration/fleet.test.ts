/** Real servers, each loaded to a known share of what it can do: does `headroom fleet` say which ones are hot? */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect } from 'vitest';
import type { FleetReport } from '../../src/report/fleet/model.ts';
import type { FleetRow } from '../../src/verdict/fleet/row.ts';
import { headroom } from '../cli/binary.ts';
import { buildDemo } from '../demo/built-demo.ts';
import { startGoService } from '../support/go-service.ts';
import { requires } from '../support/requires.ts';
import { type Stream, startSteadyLoad } from '../support/steady-load.ts';
import { spearman } from '../verdict/fleet/probed-host.ts';

/** Shares of their workers' time that the servers are asked for. */
const TRUTH = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
const WORKERS = 4;
const SERVICE_MS = 40;
const CAPACITY_PER_SECOND = (WORKERS * 1000) / SERVICE_MS;
const GO_FLAGS = [`-workers=${WORKERS}`, `-service=${SERVICE_MS}ms`, '-exponential'];

type Closing = () => Promise<void> | void;
const open: Closing[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A server of the fleet, and the share of it that is in use. */
interface Host extends Stream {
  readonly share: number;
}

async function goHosts(
  shares: readonly number[],
  probesPerSecond: number,
  ...flags: string[]
): Promise<Host[]> {
  const hosts = [];
  for (const share of shares) {
    const service = await startGoService('none', ...GO_FLAGS, ...flags);
    open.push(service.stop);
    const perSecond = share * CAPACITY_PER_SECOND - probesPerSecond;
    hosts.push({ url: `${service.origin}/followers`, share, perSecond });
  }
  return hosts;
}

/** Two replicas of the example system, asked directly. */
async function demoHosts(shares: readonly [number, number]): Promise<Host[]> {
  const built = await buildDemo();
  open.push(() => built.remove());
  const demo = await built.startDemo({ replicas: 2, workers: WORKERS, meanServiceMs: SERVICE_MS });
  open.push(() => demo.stop());
  return shares.map((share, index) => ({
    url: `${demo.replicaUrls[index]}/followers?user=42`,
    share,
    perSecond: share * CAPACITY_PER_SECOND,
  }));
}

/** Accepts connections and never answers. */
async function silentHost(): Promise<string> {
  const server: Server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function fleetOf(urls: readonly string[], ...flags: string[]): Promise<FleetReport> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-fleet-'));
  open.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'fleet.txt');
  writeFileSync(file, urls.map((url) => `${url}\n`).join(''));
  const { out, err } = await headroom(['fleet', '--file', file, '--json', ...flags]);
  if (out === '') throw new Error(err);
  return JSON.parse(out) as FleetReport;
}

function rowOf({ servers }: FleetReport, url: string): FleetRow {
  const { host } = new URL(url);
  const found = servers.find(({ server }) => server.includes(host));
  if (found === undefined) throw new Error(`${host} is not listed`);
  return found;
}

/** Hottest first, as they are listed, of these hosts. */
function listed(report: FleetReport, hosts: readonly Host[]): Host[] {
  const position = (host: Host): number => report.servers.indexOf(rowOf(report, host.url));
  return hosts.toSorted((a, b) => position(a) - position(b));
}

const { test } = requires('go');

test('servers that tell of themselves are ranked by how full they are', async () => {
  const hosts = [
    ...(await goHosts(TRUTH.slice(0, 7), 0)),
    ...(await goHosts(TRUTH.slice(9), 0, '-orca')),
    ...(await demoHosts([0.8, 0.9])),
  ];
  const [liar] = await goHosts([0.3], 0, '-lies');
  if (liar === undefined) throw new Error('no liar');
  const silent = await silentHost();
  const dead = 'http://127.0.0.1:1/';
  const load = startSteadyLoad([...hosts, liar]);
  open.push(load.stop);
  await sleep(3000);
  const report = await fleetOf(
    [...hosts.map(({ url }) => url), liar.url, silent, dead],
    '--for=8s',
    '--no-history',
  );
  const ranked = listed(report, hosts);
  const truth = ranked.map(({ share }) => -share);
  expect(spearman(truth, [...truth.keys()])).toBeGreaterThanOrEqual(0.9);
  for (const host of hosts) {
    const row = rowOf(report, host.url);
    expect(row).toMatchObject({ tier: 'reported', binding: 'application' });
    expect(Math.abs((row.utilization?.value ?? 0) - host.share)).toBeLessThan(0.2);
  }
  expect(rowOf(report, dead).state).toBe('down');
  expect(rowOf(report, silent).state).toBe('down');
  expect(rowOf(report, liar.url)).toMatchObject({ state: 'low-observability', room: null });
}, 90_000);

test('servers that tell nothing are told apart by their answers alone', async () => {
  const state = mkdtempSync(join(tmpdir(), 'headroom-fleet-state-'));
  open.push(() => rmSync(state, { recursive: true, force: true }));
  const probes = { count: 300, seconds: 30 };
  const hosts = await goHosts(TRUTH, probes.count / probes.seconds - 0.01, '-bare');
  const urls = hosts.map(({ url }) => url);
  const past = ['--state-dir', state, '--cores', String(WORKERS)];
  await fleetOf(urls, '--for=8s', '--probes=80', ...past);
  const load = startSteadyLoad(hosts);
  open.push(load.stop);
  await sleep(4000);
  const report = await fleetOf(urls, `--for=${probes.seconds}s`, `--probes=${probes.count}`, ...past);
  const ranked = listed(report, hosts);
  const hot = ranked.slice(0, 4).map(({ share }) => share);
  for (const share of TRUTH.filter((each) => each >= 0.8)) expect(hot).toContain(share);
  for (const host of hosts.filter(({ share }) => share <= 0.5)) {
    expect(['near', 'saturated', 'outlier', 'down']).not.toContain(rowOf(report, host.url).state);
  }
  for (const { tier } of report.servers) expect(['latency', 'peers', 'none']).toContain(tier);
}, 120_000);
