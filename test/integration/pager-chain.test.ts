/** Does the pager make a sound? The chain of programs between a canary and PagerDuty, all of them real but the last. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { guestWorld } from '../../src/app/world.ts';
import { runProgram } from '../../src/cli/program.ts';
import { serve } from '../cli/binary.ts';
import { type PagerDuty, pagerDuty, ROUTING_KEY } from '../support/pagerduty.ts';
import { CHAIN_PROGRAMS, startChain } from '../support/prometheus-chain.ts';
import { requires } from '../support/requires.ts';

/** Scrapes, evaluations and groups come once a second: so long nothing new may come. */
const QUIET_MS = 3000;

/** Time from one run of the canary to the next. */
const EVERY_MS = 2000;

/** A service that can be broken, and a canary of it. @param notify as a plan names who is told */
async function watched(
  textfiles: string,
  notify: readonly Readonly<Record<string, unknown>>[] = [],
): Promise<{
  readonly setStatus: (status: number) => void;
  /** Runs the canary so many times, each in its time; when the metrics of the last one were written. */
  readonly run: (times: number) => Promise<number>;
  readonly close: () => Promise<void>;
}> {
  let status = 200;
  const server = await serve((_, response) => {
    response.statusCode = status;
    response.end('followers');
  });
  const folder = mkdtempSync(join(tmpdir(), 'headroom-watched-'));
  const plan = join(folder, 'canary.json');
  writeFileSync(
    plan,
    JSON.stringify({
      version: 1,
      base: server.url,
      targets: [{ name: 'followers', get: '/' }],
      objectives: ['errors < 1%'],
      canary: { check: 'followers', every: '2s', rate: '50/s', for: '400ms', fail: '2 of 3', recover: 1 },
      notify,
    }),
  );
  const world = { ...guestWorld(), env: {} };
  let dueMs = performance.now();
  const args = [
    'canary',
    '--state-dir',
    folder,
    '--report',
    `prometheus=${join(textfiles, 'headroom.prom')}`,
    plan,
  ];
  return {
    setStatus: (next) => (status = next),
    run: async (times) => {
      let writtenMs = 0;
      for (let run = 0; run < times; run += 1) {
        await pause(dueMs - performance.now());
        dueMs = Math.max(dueMs + EVERY_MS, performance.now());
        expect(await runProgram(args, world)).toBe(status === 200 ? 0 : 1);
        writtenMs = performance.now();
      }
      return writtenMs;
    },
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

function sinceText(startMs: number, atMs: number | undefined): string {
  return `${((atMs ?? NaN) - startMs).toFixed(0)} ms`;
}

/** One sound for one incident, and its end; by which key. */
function expectOneIncident(pager: PagerDuty, summary: RegExp): ReturnType<PagerDuty['heard']> {
  const [key = '', ...more] = pager.keys();
  const heard = pager.heard(key);
  expect(more).toEqual([]);
  expect([heard.triggers.length, heard.repeats.length, heard.resolves.length]).toEqual([1, 0, 1]);
  expect(heard.triggers[0]?.summary).toMatch(summary);
  expect(pager.refused).toEqual([]);
  return heard;
}

/** Side by side, each with programs of its own: what they do most is wait. */
describe.concurrent('the pager makes a sound', () => {
  requires(...CHAIN_PROGRAMS).test(
    'canary, text file, node exporter, rule, Alertmanager, PagerDuty: one trigger, one resolve',
    async () => {
      const pager = await pagerDuty();
      const chain = await startChain(pager.url);
      const canary = await watched(chain.textfiles);
      try {
        await canary.run(2);
        canary.setStatus(500);
        await canary.run(1);
        // One bad run wakes nobody.
        await pause(QUIET_MS / 2);
        expect(pager.keys()).toEqual([]);
        const firedMs = await canary.run(1);
        await pager.wait(1, 0);
        await canary.run(2);
        canary.setStatus(200);
        const overMs = await canary.run(1);
        await pager.wait(1, 1);
        await canary.run(2);
        const [key = '', ...more] = pager.keys();
        const { triggers, repeats, resolves } = pager.heard(key);
        expect(more).toEqual([]);
        expect(triggers.map(({ summary }) => summary)).toEqual(['followers fails: erroring']);
        expect(repeats).toEqual([]);
        expect(resolves).toHaveLength(1);
        expect(pager.refused).toEqual([]);
        console.info(
          `second bad run to trigger ${sinceText(firedMs, triggers[0]?.atMs)}, good one to resolve ${sinceText(overMs, resolves[0]?.atMs)}`,
        );
      } finally {
        await chain.stop();
        await canary.close();
        await pager.close();
      }
    },
    60_000,
  );

  requires('prometheus-alertmanager').test(
    'canary, Alertmanager, PagerDuty, and canary, PagerDuty: one trigger and one resolve each, however often it is said',
    async () => {
      const [far, near] = [await pagerDuty(), await pagerDuty()];
      const chain = await startChain(far.url, ['alertmanager']);
      const canary = await watched(chain.textfiles, [
        // A peer that is down keeps neither the alert nor its end from the other.
        { name: 'am', alertmanager: { urls: [chain.alertmanager, 'http://127.0.0.1:1'] } },
        { name: 'pd', pagerduty: { routingKey: ROUTING_KEY, url: near.url } },
      ]);
      try {
        await canary.run(1);
        canary.setStatus(500);
        await canary.run(1);
        // One bad run wakes nobody.
        expect([far.keys(), near.keys()]).toEqual([[], []]);
        const firedMs = await canary.run(1);
        await Promise.all([far.wait(1, 0), near.wait(1, 0)]);
        await canary.run(2);
        canary.setStatus(200);
        const overMs = await canary.run(1);
        await Promise.all([far.wait(1, 1), near.wait(1, 1)]);
        await canary.run(2);
        const summary = /^followers answers with errors: http-5xx/;
        const heard = {
          Alertmanager: expectOneIncident(far, summary),
          PagerDuty: expectOneIncident(near, summary),
        };
        expect(near.keys()).toEqual(['headroom/followers']);
        for (const [name, { triggers, resolves }] of Object.entries(heard)) {
          console.info(
            `${name}, from the end of the run: to trigger ${sinceText(firedMs, triggers[0]?.atMs)}, to resolve ${sinceText(overMs, resolves[0]?.atMs)}`,
          );
        }
      } finally {
        await chain.stop();
        await canary.close();
        await Promise.all([far.close(), near.close()]);
      }
    },
    60_000,
  );
});
