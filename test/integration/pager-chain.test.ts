/** Does the pager make a sound? The chain of programs between a canary and PagerDuty, all of them real but the last. */

import { join } from 'node:path';
import { expect } from 'vitest';
import { publishResult } from '../../src/app/publish.ts';
import { systemFiles } from '../../src/app/world/files.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import { fakeWorld } from '../app/fake-world.ts';
import { pagerDuty } from '../support/pagerduty.ts';
import { CHAIN_PROGRAMS, startChain } from '../support/prometheus-chain.ts';
import { requires } from '../support/requires.ts';
import { canaryResult, firingResult } from '../support/sample-canary.ts';

/** Scrapes, evaluations and groups come once a second: so long nothing new may come. */
const QUIET_MS = 3000;

const MONTHS_MS = 90 * 86_400_000;

/** As if it had just been measured. */
function now(result: ResultDocument): ResultDocument {
  const startedAt = new Date().toISOString();
  const { canary } = result;
  if (canary === undefined) throw new Error('a canary is wanted');
  const certificate = { validTo: new Date(Date.now() + MONTHS_MS).toISOString(), daysLeft: 90 };
  return { ...result, startedAt, canary: { ...canary, certificate, lastOk: startedAt } };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function sinceText(startMs: number, atMs: number | undefined): string {
  return `${((atMs ?? NaN) - startMs).toFixed(0)} ms`;
}

requires(...CHAIN_PROGRAMS).test(
  'canary, text file, node exporter, rule, Alertmanager, PagerDuty: one trigger, one resolve',
  async () => {
    const pager = await pagerDuty();
    const chain = await startChain(pager.url);
    const write = async (result: ResultDocument): Promise<number> => {
      const path = join(chain.textfiles, 'headroom.prom');
      const places = {
        stdout: null,
        files: [{ path, format: 'prometheus' as const }],
        color: null,
        verbose: false,
      };
      const world = { ...fakeWorld(), files: systemFiles('/') };
      expect(await publishResult(now(result), places, world)).toEqual([]);
      return performance.now();
    };
    try {
      await write(canaryResult());
      await pause(QUIET_MS);
      expect(pager.keys()).toEqual([]);
      const brokenMs = await write(firingResult());
      await pager.wait(1, 0);
      // The next runs say the same again.
      await write(firingResult());
      await pause(QUIET_MS);
      await write(firingResult());
      const mendedMs = await write(canaryResult());
      await pager.wait(1, 1);
      await pause(QUIET_MS);
      const [key = '', ...more] = pager.keys();
      const { triggers, resolves } = pager.heard(key);
      expect(more).toEqual([]);
      expect(triggers.map(({ summary }) => summary)).toEqual(['followers fails: offline']);
      expect(resolves).toHaveLength(1);
      expect(pager.refused).toEqual([]);
      console.info(
        `text file to trigger ${sinceText(brokenMs, triggers[0]?.atMs)}, to resolve ${sinceText(mendedMs, resolves[0]?.atMs)}`,
      );
    } finally {
      await chain.stop();
      await pager.close();
    }
  },
  60_000,
);
