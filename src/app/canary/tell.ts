/** Tells the channels what a run made of its check, and writes down who took it. */

import type { OutputError } from '../../core/errors.ts';
import type { Channel, Heartbeat } from '../../notify/channel.ts';
import type { CanaryReport, DeliveryReport } from '../../verdict/canary/report.ts';
import type { HistoryPlace } from '../history/open.ts';
import { deliver } from '../notify/deliver.ts';
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
  const [settled, renewed] = await Promise.all([
    deliver(judgement.queue, channels, { world }),
    renewAll(judgement.last, channels, { world }),
  ]);
  const lost = judgement.unkept === null ? await settleAll(place, settled) : null;
  return {
    deliveries: [...settled.map(({ report }) => report), ...renewed],
    failures: lost === null ? [] : [lost],
  };
}

/** Tells those who watch that canaries run at all. One that does not hear of it raises its own alarm: nothing is kept. */
export async function beatAll(
  beat: Heartbeat,
  channels: readonly Channel[],
  say: (line: string) => void,
): Promise<void> {
  await Promise.all(
    channels.map(async ({ name, beat: tell }) => {
      const attempted = await tell?.(beat);
      if (attempted !== undefined && attempted.status !== 'accepted') {
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
