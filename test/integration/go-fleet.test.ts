/** A fleet of real Go services, each under a load that is known: their order, and what is said of those that tell nothing. */

import { Agent, get } from 'node:http';
import { afterAll, expect } from 'vitest';
import { lookAtFleet } from '../../src/app/fleet/fleet.ts';
import { serversOf } from '../../src/app/fleet/servers.ts';
import { parseTarget } from '../../src/app/fleet/target.ts';
import { guestWorld } from '../../src/app/world.ts';
import { dead, silent } from '../app/fleet/fleet-servers.ts';
import { type GoService, startGoService } from '../support/go-service.ts';
import { requires } from '../support/requires.ts';
import { spearman } from '../verdict/fleet/probed-host.ts';

const WORKERS = 4;
const SERVICE_MS = 40;
const LOADS = [0.5, 0.1, 0.93, 0.3, 0.85, 0.68];
const APART_MS = 2500;

const services: GoService[] = [];
const agent = new Agent({ keepAlive: true });
let timer: NodeJS.Timeout | undefined;
afterAll(async () => {
  clearInterval(timer);
  agent.destroy();
  await Promise.all(services.map((service) => service.stop()));
});

/** Evenly spaced requests, as many as keep the given share of the workers busy; what is late is made up for. */
function loadAll(origins: readonly string[]): void {
  const startMs = performance.now();
  const sent = origins.map(() => 0);
  timer = setInterval(() => {
    for (const [index, origin] of origins.entries()) {
      const perMs = ((LOADS[index] ?? 0) * WORKERS) / SERVICE_MS;
      const due = Math.floor(perMs * (performance.now() - startMs));
      for (; (sent[index] ?? 0) < due; sent[index] = (sent[index] ?? 0) + 1) {
        get(`${origin}/followers`, { agent }, (response) => response.resume()).on('error', () => undefined);
      }
    }
  }, 5);
}

requires('go').test(
  'ranked by what they report, and nothing is made of those that are dead, silent or lie',
  async () => {
    for (const _ of LOADS)
      services.push(await startGoService('none', `-workers=${WORKERS}`, `-service=${SERVICE_MS}ms`));
    const liar = await startGoService('none', '-lies');
    const told = services.map(({ origin }) => origin);
    services.push(liar);
    loadAll(told);
    const others = [await dead(), await silent(), `${liar.origin}/`];
    const world = guestWorld();
    const targets = [...told.map((origin) => `${origin}/followers`), ...others];
    const report = await lookAtFleet(
      {
        servers: await serversOf(targets.map(parseTarget), world),
        prometheus: null,
        rules: { near: 0.8, workers: 64 },
        settings: { timeoutMs: 1500, headers: {}, insecure: false, apartMs: APART_MS, probes: 6, seed: 1 },
        owned: false,
        history: null,
        stop: new AbortController().signal,
      },
      world,
    );
    const rows = [...told, ...others].map((url) => {
      const place = report.servers.findIndex(({ server }) => server === new URL(url).host);
      const row = report.servers[place];
      if (row === undefined) throw new Error(`no row for ${url}`);
      return { place, row };
    });
    const known = rows.slice(0, LOADS.length);
    expect(
      spearman(
        known.map(({ place }) => -place),
        LOADS,
      ),
    ).toBeGreaterThanOrEqual(0.9);
    for (const [index, { row }] of known.entries()) {
      expect(row).toMatchObject({ binding: 'application', tier: 'reported' });
      expect(Math.abs((row.utilization?.value ?? 9) - (LOADS[index] ?? 0))).toBeLessThan(0.15);
    }
    expect(rows.slice(LOADS.length).map(({ row }) => row.state)).toEqual([
      'down',
      'down',
      'low-observability',
    ]);
    expect(known.filter(({ row }) => row.state === 'ok').length).toBeLessThanOrEqual(4);
    expect(report.lost?.others).toBe(LOADS.length - 1);
    expect(report.exitCode).toBe(1);
  },
  30_000,
);
