/** `headroom lint [PLAN]`: what is doubtful about a plan; sends nothing. */

import { lintFile } from '../../app/canary/lint.ts';
import { findPlan, readPlanFile } from '../../app/plan-source.ts';
import { publishReport } from '../../app/publish.ts';
import { UsageError } from '../../core/errors.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';

/** Runs the command: 0 when nothing but notes is found, 1 for errors and warnings, 2 when the plan cannot be read. */
export async function lintCommand(session: Session): Promise<Outcome> {
  const { operands, world } = session;
  const destinations = destinationsFor(session, 'other');
  const [named] = operands;
  const path = named ?? findPlan(world);
  if (path === null) {
    throw new UsageError('there is no plan file to lint', {
      hint: 'name one, or write a headroom.yaml',
    });
  }
  const report = lintFile(readPlanFile(path, world), world);
  return outcomeOf(report.exitCode, await publishReport(report, destinations, world), session);
}
