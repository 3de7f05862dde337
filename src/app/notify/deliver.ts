/** Brings queued events to their channels: in order, within a time, and never more than a few attempts. */

import type { Attempted, Channel } from '../../notify/channel.ts';
import type { PageEvent } from '../../verdict/canary/event.ts';
import type { DeliveryReport } from '../../verdict/canary/report.ts';
import type { World } from '../world.ts';

/** An event that waits for one channel. */
export interface Queued<Id = number | string> {
  readonly id: Id;
  /** Name of the channel. */
  readonly channel: string;
  readonly event: PageEvent;
  /** Unix time before which the channel asked not to be told, ms; null: at once. */
  readonly notBeforeMs: number | null;
}

/** What became of it. A `spooled` one stays in the queue. */
export interface Settled<Id = number | string> {
  readonly id: Id;
  readonly report: DeliveryReport;
  /** Of a spooled one: not again before, ms of Unix time. */
  readonly notBeforeMs: number | null;
}

/** How much is tried. */
export interface DeliveryBounds {
  /** All of it, ms. */
  readonly totalMs: number;
  /** One attempt, ms. */
  readonly attemptMs: number;
  /** Attempts at one event. */
  readonly attempts: number;
  /** The wait after the first attempt, ms; each further one is three times as long. */
  readonly backoffMs: number;
}

/** What a run of a canary spends: most of a minute is left for its traffic. */
export const DELIVERY: DeliveryBounds = { totalMs: 25_000, attemptMs: 10_000, attempts: 3, backoffMs: 500 };

/** So much of the time from one run to the next may go by with telling; a channel gets some seconds in any case, ms. */
const SHARE_OF_PERIOD = 0.5;
const LEAST_MS = 5000;

/** What a run of a canary spends that comes every `everyMs`: a channel that hangs must not cost the looks that follow. */
export function deliveryWithin(everyMs: number): DeliveryBounds {
  const totalMs = Math.min(DELIVERY.totalMs, Math.max(LEAST_MS, everyMs * SHARE_OF_PERIOD));
  return { ...DELIVERY, totalMs, attemptMs: Math.min(DELIVERY.attemptMs, totalMs) };
}

const BACKOFF_FACTOR = 3;

/** Less time is too little to begin an attempt, as a share of one. */
const LEAST_SHARE = 0.05;

/** No channel may ask for a longer wait; a later time is that of a clock which was set back since, ms. */
const LONGEST_WAIT_MS = 3_600_000;

/** A time that runs out. */
interface Budget {
  readonly world: Pick<World, 'clock'>;
  readonly bounds: DeliveryBounds;
  readonly endMs: number;
}

/**
 * Tells each channel of its events in the order of `queue`, channels side by side. One that must be told later keeps those
 * after it waiting, so that no channel hears of an end before its beginning; a refusal is for good. Never rejects.
 *
 * @returns one for each of `queue`, in its order
 */
export async function deliver<Id>(
  queue: readonly Queued<Id>[],
  channels: readonly Channel[],
  options: { readonly world: Pick<World, 'clock'>; readonly bounds?: DeliveryBounds },
): Promise<readonly Settled<Id>[]> {
  const { world, bounds = DELIVERY } = options;
  const budget: Budget = { world, bounds, endMs: world.clock.nowMs() + bounds.totalMs };
  const names = [...new Set(queue.map(({ channel }) => channel))];
  const settled = await Promise.all(
    names.map((name) => {
      const own = queue.filter(({ channel }) => channel === name);
      return inOrder(own, channels.find((channel) => channel.name === name)?.tell ?? null, budget);
    }),
  );
  const byPlace = new Map(settled.flat());
  return queue.flatMap((each) => byPlace.get(each) ?? []);
}

type Pairs<Id> = readonly (readonly [Queued<Id>, Settled<Id>])[];

async function inOrder<Id>(
  queue: readonly Queued<Id>[],
  tell: Channel['tell'],
  budget: Budget,
): Promise<Pairs<Id>> {
  const settled: [Queued<Id>, Settled<Id>][] = [];
  let blocked = false;
  for (const queued of queue) {
    const ending: Ending = blocked
      ? waiting('it waits for the one before it')
      : await endingOf(queued, tell, budget);
    blocked = ending.attempted.status === 'later';
    settled.push([queued, settledOf(queued, ending, budget)]);
  }
  return settled;
}

/** One attempt, in at most so many ms. */
type Once = (withinMs: number) => Promise<Attempted>;

/** Attempts at something that is not kept: as many, and as far apart, as those at an event. Never rejects. */
export async function attempt(
  once: Once,
  { world, bounds }: { readonly world: Pick<World, 'clock'>; readonly bounds: DeliveryBounds },
): Promise<Attempted> {
  const budget: Budget = { world, bounds, endMs: world.clock.nowMs() + bounds.totalMs };
  return (await attemptsAt(once, budget)).attempted;
}

/** How the attempts at one event ended. */
interface Ending {
  readonly attempted: Attempted;
  readonly attempts: number;
  readonly tookMs: number;
}

function waiting(text: string, afterMs: number | null = null): Ending {
  return { attempted: { status: 'later', text, afterMs }, attempts: 0, tookMs: 0 };
}

async function endingOf(
  { event, notBeforeMs }: Pick<Queued, 'event' | 'notBeforeMs'>,
  tell: Channel['tell'],
  budget: Budget,
): Promise<Ending> {
  if (tell === null) {
    return {
      ...waiting(''),
      attempted: { status: 'refused', text: 'the plan has no such notifier for events' },
    };
  }
  const waitMs = (notBeforeMs ?? 0) - budget.world.clock.wallMs();
  if (waitMs > 0 && waitMs <= LONGEST_WAIT_MS) return waiting('the channel asked for a pause', waitMs);
  return attemptsAt((withinMs) => tell(event, withinMs), budget);
}

async function attemptsAt(once: Once, { world: { clock }, bounds, endMs }: Budget): Promise<Ending> {
  const startMs = clock.nowMs();
  let last = waiting('no time was left for it in this run');
  let backoffMs = bounds.backoffMs;
  for (let attempts = 1; attempts <= bounds.attempts; attempts += 1) {
    const withinMs = Math.min(bounds.attemptMs, endMs - clock.nowMs());
    if (withinMs < bounds.attemptMs * LEAST_SHARE) break;
    const attempted = await once(withinMs);
    last = { attempted, attempts, tookMs: clock.nowMs() - startMs };
    if (attempted.status !== 'later' || attempts === bounds.attempts) break;
    const pauseMs = Math.max(backoffMs, attempted.afterMs ?? 0);
    if (clock.nowMs() + pauseMs >= endMs) break;
    await clock.sleep(pauseMs);
    backoffMs *= BACKOFF_FACTOR;
  }
  return last;
}

function settledOf<Id>(
  { id, channel, event }: Queued<Id>,
  { attempted, attempts, tookMs }: Ending,
  { world: { clock } }: Budget,
): Settled<Id> {
  const { status, text } = attempted;
  const { subject, action } = event;
  const afterMs = attempted.status === 'later' ? attempted.afterMs : null;
  return {
    id,
    report: {
      channel,
      subject,
      action,
      status: status === 'later' ? 'spooled' : status,
      attempts,
      tookMs: Math.max(0, tookMs),
      text,
    },
    notBeforeMs: afterMs === null ? null : clock.wallMs() + afterMs,
  };
}
