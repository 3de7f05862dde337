/** Ends what a drill told and did not end: it was stopped, or its service did not recover. What it remembers goes with it. */

import type { Channel } from '../../notify/channel.ts';
import type { PageEvent } from '../../verdict/canary/event.ts';
import type { CanaryReport, DeliveryReport, OpenIncident } from '../../verdict/canary/report.ts';
import { dedupKeyOf } from '../../verdict/incident/notice.ts';
import { type DeliveryBounds, deliver } from '../notify/deliver.ts';
import type { World } from '../world.ts';

/** Somebody who stopped a drill waits for its end. */
const BOUNDS: DeliveryBounds = { totalMs: 10_000, attemptMs: 5000, attempts: 3, backoffMs: 500 };

/** An alert that stands at a channel. */
interface Standing {
  readonly channel: string;
  readonly event: PageEvent;
}

/**
 * Tells each channel of the end of every alert that it took, or may have taken, and whose end it did not take. Never
 * rejects.
 *
 * @param reports of all runs of the drill, in their order  @param options.say told what became of it, a line each
 */
export async function endAlerts(
  reports: readonly CanaryReport[],
  channels: readonly Channel[],
  { world, say }: { readonly world: Pick<World, 'clock'>; readonly say: (line: string) => void },
): Promise<void> {
  const standing = standingOf(reports, world.clock.wallMs());
  const queue = standing.map((each, id) => ({ ...each, id, notBeforeMs: null }));
  for (const { id, report } of await deliver(queue, channels, { world, bounds: BOUNDS })) {
    const key = standing[id]?.event.dedupKey ?? '';
    const { channel, status, text } = report;
    say(
      status === 'accepted'
        ? `${channel} was told that the alert ${key} is over`
        : `${channel} was not told that the alert ${key} is over, end it there: ${text}`,
    );
  }
}

function standingOf(reports: readonly CanaryReport[], wallMs: number): readonly Standing[] {
  const standing = new Map<string, Standing>();
  for (const report of reports) {
    for (const { channel, subject, action, status } of report.deliveries) {
      const place = JSON.stringify([channel, subject]);
      const incident = report.incidents.find((each) => each.subject === subject);
      if (isOver({ action, status })) standing.delete(place);
      else if (incident !== undefined && status !== 'refused')
        standing.set(place, { channel, event: endOf(incident, report, wallMs) });
    }
  }
  return [...standing.values()];
}

function isOver({ action, status }: Pick<DeliveryReport, 'action' | 'status'>): boolean {
  return action === 'resolve' && status === 'accepted';
}

function endOf(incident: OpenIncident, { check, everyMs }: CanaryReport, atMs: number): PageEvent {
  const summary = `the drill of ${check} is over: nobody needs to act`;
  return resolveOf(incident, { check, everyMs, atMs, summary, isDrill: true });
}

/** The end of an incident that no run of its check will tell. */
export function resolveOf(
  incident: OpenIncident,
  said: Pick<PageEvent, 'check' | 'everyMs' | 'atMs' | 'summary' | 'isDrill'>,
): PageEvent {
  const { incidentId, subject, severity, since, kind, indicator } = incident;
  return {
    action: 'resolve',
    subject,
    severity,
    dedupKey: dedupKeyOf(said.check, subject),
    incidentId,
    sinceMs: Date.parse(since),
    kind,
    indicator,
    details: [],
    runId: null,
    ...said,
  };
}
