/** A fleet of known loads in virtual time: is it put in its true order, and is nothing called hot that is not? */

import { describe, expect, test } from 'vitest';
import { judgeFleet } from '../../../src/verdict/fleet/judge-fleet.ts';
import type { FleetRow } from '../../../src/verdict/fleet/row.ts';
import { probeHost, spearman } from './probed-host.ts';
import { answered, busy, calmOf, server } from './sample-facts.ts';

const LOADS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const RULES = { near: 0.8, workers: 4 };
const HOT = new Set(['near', 'saturated', 'outlier']);

function hostOf(utilization: number, seed: number) {
  return probeHost({ workers: 4, serviceMs: 10, utilization, seed: seed * 100 + utilization * 20 }, 300);
}

function loadOf({ server: name }: Pick<FleetRow, 'server'>): number {
  return Number(name);
}

function expectSeenThrough(rows: readonly FleetRow[]): void {
  expect(rows.slice(0, 4).map(loadOf)).toEqual(expect.arrayContaining([0.8, 0.9, 0.95]));
  expect(rows.filter((row) => loadOf(row) <= 0.5 && HOT.has(row.state))).toEqual([]);
}

describe.each(SEEDS)('ten hosts of four workers, seed %i', (seed) => {
  const probed = LOADS.map((load) => ({ load, ...hostOf(load, seed) }));

  test('are put in their true order by what they report', () => {
    const { rows } = judgeFleet(
      probed.map(({ load, reported }) => busy(String(load), reported)),
      RULES,
    );
    const places = rows.map((_, index) => -index);
    expect(spearman(places, rows.map(loadOf))).toBeGreaterThanOrEqual(0.9);
    expect(rows.slice(0, 2).map(({ state }) => state)).toEqual(['near', 'near']);
  });

  test('are seen through by 300 requests each, when calm moments are known', () => {
    const { rows } = judgeFleet(
      probed.map(({ load, responsesMs }) => {
        const calm = calmOf(hostOf(0.02, seed + 50).responsesMs);
        return server(String(load), { latency: answered(responsesMs, { calm }) });
      }),
      RULES,
    );
    expectSeenThrough(rows);
    for (const { utilization, server: name } of rows) {
      expect(utilization?.low).toBeLessThanOrEqual(Number(name));
      expect(utilization?.high).toBeGreaterThanOrEqual(Number(name));
    }
    expect(rows.filter((row) => loadOf(row) >= 0.8 && row.state === 'ok')).toEqual([]);
  });

  test('are seen through by 300 requests each among each other, without a utilisation', () => {
    const { rows } = judgeFleet(
      probed.map(({ load, responsesMs }) => server(String(load), { latency: answered(responsesMs) })),
      RULES,
    );
    expectSeenThrough(rows);
    expect(rows[0]?.server).toBe('0.95');
    expect(rows[0]?.state).toBe('outlier');
    for (const { utilization, state } of rows) {
      expect(utilization).toBeNull();
      expect(state).not.toBe('ok');
    }
  });
});
