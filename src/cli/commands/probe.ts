/** `headroom probe [URL]`: a few requests, one after another, with every phase. */

import { probeTarget } from '../../app/probe.ts';
import { publishReport } from '../../app/publish.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';
import { openPlan, planInput } from '../traffic.ts';

const DEFAULT_COUNT = 3;

/** Runs the command: 0 when every request succeeded, else 1. */
export async function probeCommand(session: Session): Promise<Outcome> {
  const destinations = destinationsFor(session, 'other');
  const opened = openPlan(session, planInput(session));
  const count = opened.plan.load.requests ?? DEFAULT_COUNT;
  const report = await probeTarget({ ...opened, count }, session.world);
  return outcomeOf(report.exitCode, await publishReport(report, destinations, session.world), session);
}
