/** `headroom check [PLAN]`: what a plan would send, and whether it can be judged; sends nothing. */

import { checkPlan } from '../../app/check-plan.ts';
import { readPlanFile } from '../../app/plan-source.ts';
import { publishReport } from '../../app/publish.ts';
import { isAwaiting } from '../../plan/question/baseline-limit.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import { overridesOf } from '../overrides.ts';
import type { Outcome, Session } from '../session.ts';
import { knownPast, openPlan, type PlanInput, planInput } from '../traffic.ts';

/** Runs the command: 0 when the plan may be run, else 2. */
export async function checkCommand(session: Session): Promise<Outcome> {
  const { world } = session;
  const destinations = destinationsFor(session, 'other');
  const opened = openPlan(session, inputOf(session));
  // Opening a history takes time, and only limits that are relative to a baseline are in it.
  const { plan } = opened.plan.objectives.some(isAwaiting) ? await knownPast(session, opened) : opened;
  const report = await checkPlan({ ...opened, plan }, world);
  return outcomeOf(report.exitCode, await publishReport(report, destinations, world), session);
}

/** The operand is a plan file here, unless it is a URL. */
function inputOf(session: Session): PlanInput {
  const [operand] = session.operands;
  if (operand === undefined || operand.includes('://')) return planInput(session);
  return { source: readPlanFile(operand, session.world), overrides: overridesOf(session.flags, undefined) };
}
