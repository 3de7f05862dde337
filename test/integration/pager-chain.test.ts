/** Does the pager make a sound? The chain of programs between a canary and PagerDuty, all of them real but the last. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openChannels } from '../../src/app/notify/open.ts';
import { guestWorld } from '../../src/app/world.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Channel } from '../../src/notify/channel.ts';
import type { NotifierSettings } from '../../src/plan/canary/notifier.ts';
import type { PageEvent } from '../../src/verdict/canary/event.ts';
import { serve } from '../cli/binary.ts';
import { pageEvent, resolveEvent } from '../notify/sample-event.ts';
import { type PagerDuty, pagerDuty, ROUTING_KEY } from '../support/pagerduty.ts';
import { CHAIN_PROGRAMS, startChain } from '../support/prometheus-chain.ts';
import { requires } from '../support/requires.ts';

/** Scrapes, evaluations and groups come once a second: so long nothing new may come. */
const QUIET_MS = 3000;

/** Time from one run of the canary to the next. */
const EVERY_MS = 2000;

/** A service that can be broken, and a canary of it. */
async function watched(textfiles: string): Promise<{
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

/** The channel of a plan, as a canary opens it, without the proxies of the tester's environment. */
function channelOf(settings: NotifierSettings): Channel {
  const [channel] = openChannels([settings], {}, { ...guestWorld(), env: {} });
  if (channel === undefined) throw new Error('no channel was opened');
  return channel;
}

async function tell(channel: Channel, event: PageEvent, by: 'tell' | 'renew' = 'tell'): Promise<number> {
  const startMs = performance.now();
  expect(await channel[by]?.(event)).toMatchObject({ status: 'accepted' });
  return startMs;
}

/**
 * One incident: opened, said again, closed, and its end said again where the channel forgets. Times from each word to its
 * sound.
 */
async function oneIncident(channel: Channel, pager: PagerDuty): Promise<string> {
  const isForgetful = channel.renew !== null;
  const sinceMs = Date.now();
  const open = pageEvent({ sinceMs, atMs: sinceMs });
  const brokenMs = await tell(channel, open);
  await pager.wait(1, 0);
  if (isForgetful) {
    await tell(channel, open, 'renew');
    await pause(QUIET_MS);
    await tell(channel, open, 'renew');
  } else {
    await tell(channel, { ...open, action: 'remind' });
  }
  const over = resolveEvent({ sinceMs, atMs: Date.now() });
  const mendedMs = await tell(channel, over);
  await pager.wait(1, 1);
  if (isForgetful) {
    await tell(channel, over, 'renew');
    await pause(QUIET_MS);
  }
  const [key = '', ...more] = pager.keys();
  const { triggers, repeats, resolves } = pager.heard(key);
  expect(more).toEqual([]);
  expect([triggers.length, resolves.length]).toEqual([1, 1]);
  // Of Alertmanager nothing comes twice; a reminder finds the incident open.
  expect(repeats).toHaveLength(isForgetful ? 0 : 1);
  expect(pager.refused).toEqual([]);
  return `to trigger ${sinceText(brokenMs, triggers[0]?.atMs)}, to resolve ${sinceText(mendedMs, resolves[0]?.atMs)}`;
}

requires(...CHAIN_PROGRAMS).test(
  'canary, Alertmanager, PagerDuty: one trigger, one resolve',
  async () => {
    const pager = await pagerDuty();
    const chain = await startChain(pager.url, ['alertmanager']);
    const channel = channelOf({
      kind: 'alertmanager',
      name: 'am',
      least: 'ticket',
      urls: [chain.alertmanager],
      labels: { team: 'followers' },
    });
    try {
      console.info(`Alertmanager ${await oneIncident(channel, pager)}`);
    } finally {
      await chain.stop();
      await pager.close();
    }
  },
  60_000,
);

test('canary, PagerDuty: one trigger, one resolve, by one key', async () => {
  const pager = await pagerDuty();
  const channel = channelOf({
    kind: 'pagerduty',
    name: 'pd',
    least: 'page',
    routingKey: ROUTING_KEY,
    url: pager.url,
  });
  try {
    console.info(`PagerDuty ${await oneIncident(channel, pager)}`);
    expect(pager.keys()).toEqual(['headroom/followers/service']);
  } finally {
    await pager.close();
  }
});
