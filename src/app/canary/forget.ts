/** The end of a check that was renamed or removed: no run of it will ever end what is open. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { Channel } from '../../notify/channel.ts';
import { CANARY } from '../../plan/canary/settings.ts';
import { openOf } from '../../verdict/canary/open-incidents.ts';
import type { DeliveryReport, OpenIncident } from '../../verdict/canary/report.ts';
import { dedupKeyOf } from '../../verdict/incident/notice.ts';
import type { HistoryPlace } from '../history/open.ts';
import { deliver } from '../notify/deliver.ts';
import { resolveOf } from '../pager/end-alerts.ts';
import { addressed } from './judge.ts';
import { forgetKept, keptChecks, withCheckLock } from './keep.ts';
import { readMemory } from './memory.ts';

/** What became of it. */
export interface Forgotten {
  /** What was open, with the key by which pagers know it. */
  readonly open: readonly (OpenIncident & { readonly dedupKey: string })[];
  /** Who was told of its end. */
  readonly deliveries: readonly DeliveryReport[];
  /** False when somebody did not take an end: all is as it was. */
  readonly isForgotten: boolean;
}

/**
 * Tells the channels the end of what is open of a check, then deletes all that is kept of it. `held`: a run of it is under
 * way, and nothing was done.
 *
 * @throws UsageError for a check that is not kept  @throws OutputError when the history cannot be used
 */
export async function forgetCheck(
  place: HistoryPlace,
  check: string,
  channels: readonly Channel[],
): Promise<Forgotten | 'held'> {
  await stateOf(place, check);
  return withCheckLock(place, check, async () => {
    const { clock } = place.world;
    const state = await stateOf(place, check);
    const open = state === null ? [] : openOf(state.incidents);
    const said = {
      check,
      everyMs: state?.everyMs ?? CANARY.everyMs,
      atMs: clock.wallMs(),
      summary: `${check} is no longer watched, and its alert is over`,
      isDrill: false,
    };
    const events = open.map((incident) => resolveOf(incident, said));
    const queue = addressed(events, channels).map((each, id) => ({ ...each, id, notBeforeMs: null }));
    const deliveries = (await deliver(queue, channels, { world: { clock } })).map(({ report }) => report);
    const isForgotten = deliveries.every(({ status }) => status === 'accepted');
    if (isForgotten) await forgetKept(place, check);
    const keyed = open.map((each) => ({ ...each, dedupKey: dedupKeyOf(check, each.subject) }));
    return { open: keyed, deliveries, isForgotten };
  });
}

async function stateOf(place: HistoryPlace, check: string): Promise<ReturnType<typeof readMemory>['state']> {
  const checks = await keptChecks(place);
  const found = checks.find((each) => each.check === check);
  if (found !== undefined) return readMemory(found.state, () => null).state;
  const known = checks.map((each) => safeText(each.check)).join(', ');
  throw new UsageError(`no check ${safeText(check)} is kept in ${place.folder}`, {
    hint: known === '' ? 'no canary has run yet' : `there is ${known}`,
  });
}
