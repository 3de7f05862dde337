/** Does the pager make a sound? The chain of programs between a canary and PagerDuty, all of them real but the last. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openChannels } from '../../src/app/notify/open.ts';
import { publishResult } from '../../src/app/publish.ts';
import { systemFiles } from '../../src/app/world/files.ts';
import { systemWorld } from '../../src/app/world.ts';
import type { Channel } from '../../src/notify/channel.ts';
import type { NotifierSettings } from '../../src/plan/canary/notifier.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import type { PageEvent } from '../../src/verdict/canary/event.ts';
import { fakeWorld } from '../app/fake-world.ts';
import { pageEvent, resolveEvent } from '../notify/sample-event.ts';
import { type PagerDuty, pagerDuty, ROUTING_KEY } from '../support/pagerduty.ts';
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
      const { triggers, repeats, resolves } = pager.heard(key);
      expect(more).toEqual([]);
      expect(repeats).toEqual([]);
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

/** The channel of a plan, as a canary opens it, without the proxies of the tester's environment. */
function channelOf(settings: NotifierSettings): Channel {
  const [channel] = openChannels([settings], {}, { ...systemWorld(), env: {} });
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
