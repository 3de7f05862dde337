/** `headroom pager test`: one marked alert through every notifier, and its end. Nothing is sent to a target. */

import { safeText } from '../../core/text.ts';
import type { Attempted, Channel } from '../../notify/channel.ts';
import type { PagerTestReport, TestedChannel, TestedStep } from '../../report/pager/test.ts';
import type { PageEvent } from '../../verdict/canary/event.ts';
import { EXIT } from '../exit.ts';
import { type DeliveryBounds, deliver } from '../notify/deliver.ts';
import type { World } from '../world.ts';

/** What is tested. */
export interface PagerTest {
  /** At least one. */
  readonly channels: readonly Channel[];
  /** Name of the check, as real alerts have it. */
  readonly check: string;
  /** How long the alert stands; null: as long as the slowest of the channels needs to call somebody, see {@link holdOf}. */
  readonly holdMs: number | null;
  readonly bounds?: DeliveryBounds;
}

type Outside = Pick<World, 'clock' | 'newId' | 'machine' | 'onSignal' | 'version' | 'nodeVersion'>;

/**
 * What ends at once calls nobody: Alertmanager waits for `group_wait`, 30 s unless configured, and leaves out what is over
 * by then; PagerDuty takes some seconds to call. Messages are seen whatever comes after them. ms
 */
const HOLDS: Readonly<Record<string, number>> = { alertmanager: 40_000, pagerduty: 15_000 };

/** How long an alert must stand for these channels to call somebody, ms; 0 where it need not. */
export function holdOf(channels: readonly Pick<Channel, 'kind'>[]): number {
  return Math.max(0, ...channels.map(({ kind }) => HOLDS[kind] ?? 0));
}

/** Somebody waits for the answer: less than a canary has. */
const BOUNDS: DeliveryBounds = { totalMs: 15_000, attemptMs: 10_000, attempts: 3, backoffMs: 500 };

/** The least time for which an alert stands that nobody ends, ms. */
const STANDS_MS = 60_000;

/**
 * Tells every channel of an alert of its own, lets it stand, and tells of its end, also where the alert was not taken: it
 * may have been, and the word of it lost. A signal to stop ends it early, and does not keep its end from being told. Channels that hear of runs only get a log entry, which changes nothing.
 */
export async function testPagers(test: PagerTest, world: Outside): Promise<PagerTestReport> {
  const stop = new AbortController();
  const forget = world.onSignal(() => stop.abort());
  try {
    return await tested(test, world, stop.signal);
  } finally {
    forget();
  }
}

async function tested(test: PagerTest, world: Outside, stop: AbortSignal): Promise<PagerTestReport> {
  const holdMs = test.holdMs ?? holdOf(test.channels);
  const event = { ...alertOf(test.check, world), everyMs: Math.max(STANDS_MS, holdMs) };
  const triggered = await stepOf('trigger', event, { test, world });
  const isTaken = [...triggered.values()].some(({ status }) => status === 'accepted');
  if (isTaken) await world.clock.sleep(holdMs, stop);
  const over = { ...event, action: 'resolve', atMs: world.clock.wallMs(), summary: OVER } as const;
  const resolved = await stepOf('resolve', over, { test, world });
  const logged = await logs(test, event.incidentId, world);
  const channels = test.channels.map(({ name, kind }): TestedChannel => {
    const steps = [triggered, resolved, logged].flatMap((all) => all.get(name) ?? []);
    return { name, kind, steps, works: steps.every(({ status }) => status === 'accepted') };
  });
  return {
    schema: 'headroom.pager-test/1',
    tool: { name: 'headroom', version: world.version, node: world.nodeVersion },
    check: event.check,
    dedupKey: event.dedupKey,
    startedAt: new Date(event.atMs).toISOString(),
    channels,
    exitCode: channels.every(({ works }) => works) ? EXIT.pass : EXIT.fail,
  };
}

const OVER = 'the test of the pager is over: nobody needs to act';

function alertOf(name: string, { clock, newId, machine }: Outside): PageEvent {
  const check = safeText(name);
  const incidentId = newId();
  const atMs = clock.wallMs();
  return {
    action: 'trigger',
    subject: 'test',
    severity: 'page',
    check,
    dedupKey: `headroom/${check}/test/${incidentId}`,
    incidentId,
    sinceMs: atMs,
    atMs,
    summary: `headroom tests the pager of ${check}: nobody needs to act`,
    kind: null,
    indicator: null,
    details: [['sent from', safeText(machine.hostname)]],
    runId: null,
    everyMs: STANDS_MS,
    isDrill: true,
  };
}

/** Steps by the name of their channel. */
type Steps = ReadonlyMap<string, TestedStep>;

async function stepOf(
  step: 'trigger' | 'resolve',
  event: PageEvent,
  { test, world }: { readonly test: PagerTest; readonly world: Outside },
): Promise<Steps> {
  const told = test.channels.filter(({ tell }) => tell !== null);
  const queue = told.map(({ name }) => ({ id: name, channel: name, event, notBeforeMs: null }));
  const settled = await deliver(queue, told, { world, bounds: test.bounds ?? BOUNDS });
  return new Map(
    settled.map(({ id, report: { status, attempts, tookMs, text } }) => [
      id,
      { step, status: status === 'spooled' ? 'failed' : status, attempts, tookMs, text },
    ]),
  );
}

async function logs({ channels, bounds = BOUNDS }: PagerTest, runId: string, world: Outside): Promise<Steps> {
  const steps = channels.map(async ({ name, beat }): Promise<[string, TestedStep][]> => {
    if (beat === null) return [];
    const startMs = world.clock.nowMs();
    const heartbeat = { phase: 'log', runId, text: '[TEST] headroom tests the pager' } as const;
    const attempted = await beat(heartbeat, bounds.attemptMs);
    return [[name, loggedStep(attempted, world.clock.nowMs() - startMs)]];
  });
  return new Map((await Promise.all(steps)).flat());
}

function loggedStep({ status, text }: Attempted, tookMs: number): TestedStep {
  return { step: 'log', status: status === 'later' ? 'failed' : status, attempts: 1, tookMs, text };
}
