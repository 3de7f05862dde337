/** What channels that forget must hear on every run. */

import { type Attempted, type Channel, isTold, RENEW_OVER_MS } from '../../notify/channel.ts';
import type { PageEvent } from '../../verdict/canary/event.ts';
import type { DeliveryReport } from '../../verdict/canary/report.ts';
import type { World } from '../world.ts';
import { DELIVERY, type DeliveryBounds, type Queued } from './deliver.ts';

/** Whether an event, the last of its incident, is still to be renewed: its incident is open, or was until a while ago. */
export function isRenewable({ action, atMs }: Pick<PageEvent, 'action' | 'atMs'>, wallMs: number): boolean {
  return action !== 'resolve' || Math.abs(wallMs - atMs) <= RENEW_OVER_MS;
}

/** What there is to tell. */
interface Told {
  readonly last: readonly PageEvent[];
  readonly queue: readonly Pick<Queued, 'channel' | 'event'>[];
}

/**
 * Says the last events of incidents again to the channels that forget what is not renewed, one attempt each, events and
 * channels side by side. A channel that has an event of the same key in the queue hears that one from {@link deliver}. Never rejects.
 *
 * @param told.last the last event of each incident; what is long over is left out
 * @returns what could not be said: the next run says it again
 */
export async function renewAll(
  { last, queue }: Told,
  channels: readonly Channel[],
  options: { readonly world: Pick<World, 'clock'>; readonly bounds?: DeliveryBounds },
): Promise<readonly DeliveryReport[]> {
  const { world, bounds = DELIVERY } = options;
  const fresh = last.filter((event) => isRenewable(event, world.clock.wallMs()));
  const waits = (name: string, key: string): boolean =>
    queue.some(({ channel, event }) => channel === name && event.dedupKey === key);
  const due = channels.flatMap((channel) =>
    fresh
      .filter((event) => isTold(channel, event) && !waits(channel.name, event.dedupKey))
      .map((event) => ({ channel, event })),
  );
  const reports = await Promise.all(
    due.map(async ({ channel, event }): Promise<DeliveryReport[]> => {
      const startMs = world.clock.nowMs();
      const attempted = await channel.renew?.(event, bounds.attemptMs);
      if (attempted === undefined || attempted.status === 'accepted') return [];
      return [reportOf(channel, event, { attempted, tookMs: world.clock.nowMs() - startMs })];
    }),
  );
  return reports.flat();
}

function reportOf(
  { name }: Channel,
  { subject, action }: PageEvent,
  { attempted, tookMs }: { readonly attempted: Attempted; readonly tookMs: number },
): DeliveryReport {
  const status = attempted.status === 'later' ? 'spooled' : attempted.status;
  return { channel: name, subject, action, status, attempts: 1, tookMs, text: attempted.text };
}
