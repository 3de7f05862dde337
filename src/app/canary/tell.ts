/** Tells the channels what a run made of its check, and writes down who took it. */

import type { OutputError } from '../../core/errors.ts';
import type { Channel, Heartbeat } from '../../notify/channel.ts';
import type { CanaryReport, DeliveryReport } from '../../verdict/canary/report.ts';
import type { HistoryPlace } from '../history/open.ts';
import { attempt, deliver, deliveryWithin } from '../notify/deliver.ts';
import { renewAll } from '../notify/renew.ts';
import type { World } from '../world.ts';
import type { Judgement } from './judge.ts';
import { settleAll } from './keep.ts';

/** What became of it. */
export interface Told {
  readonly deliveries: readonly DeliveryReport[];
  /** What could not be written down: it is told once more with the next run. */
  readonly failures: readonly OutputError[];
}

/** Delivers what waits, says again what must be said again, and keeps how that ended. */
export async function tellAll(
  judgement: Judgement,
  channels: readonly Channel[],
  place: HistoryPlace & { readonly world: World },
): Promise<Told> {
  const { world } = place;
  const { queue, last, report } = judgement;
  const bounds = deliveryWithin(report.everyMs);
  const [settled, renewed] = await Promise.all([
    deliver(queue, channels, { world, bounds }),
    renewAll({ last, queue }, channels, { world, bounds }),
  ]);
  const lost = judgement.unkept === null ? await settleAll(place, settled) : null;
  return {
    deliveries: [...settled.map(({ report }) => report), ...renewed],
    failures: lost === null ? [] : [lost],
  };
}

/** Who is told of heartbeats, and how. */
export interface Watchers {
  readonly channels: readonly Channel[];
  readonly world: Pick<World, 'clock'>;
  /** Time from one run to the next. */
  readonly everyMs: number;
  /** Told what was not taken, a line each. */
  readonly say: (line: string) => void;
}

/**
 * Tells those who watch that canaries run at all, in the time of one attempt at an event. One that does not hear of it
 * raises its own alarm: nothing is kept, and one lost packet must not raise it.
 */
export async function beatAll(beat: Heartbeat, { channels, world, everyMs, say }: Watchers): Promise<void> {
  const within = deliveryWithin(everyMs);
  const bounds = { ...within, totalMs: within.attemptMs };
  await Promise.all(
    channels.map(async ({ name, beat: tell }) => {
      if (tell === null) return;
      const attempted = await attempt((withinMs) => tell(beat, withinMs), { world, bounds });
      if (attempted.status !== 'accepted') {
        say(`${name} did not take the ${beat.phase} of this run: ${attempted.text}`);
      }
    }),
  );
}

/** What a finished run is to those who watch: failing while somebody is paged for it, so that they page no sooner. */
export function beatPhase({
  outcome,
  incidents,
}: Pick<CanaryReport, 'outcome' | 'incidents'>): Heartbeat['phase'] {
  if (incidents.some(({ subject }) => subject === 'service')) return 'fail';
  return outcome === 'blind' ? 'log' : 'success';
}
