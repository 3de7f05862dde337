/** `headroom pager test [PLAN]`: does the pager make a sound? */

import { channelSecrets, openChannels } from '../../app/notify/open.ts';
import { testPagers } from '../../app/pager/test.ts';
import { planReads, readPlanFile } from '../../app/plan-source.ts';
import { publishReport } from '../../app/publish.ts';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import { type ParsedPlan, type PlanText, parsePlan } from '../../plan/parse.ts';
import type { Plan } from '../../plan/plan.ts';
import { secretValues } from '../../plan/secrets.ts';
import { maskSecrets } from '../ci/service.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';
import { planInput } from '../traffic.ts';

/** Runs the command: 0 when every notifier took the alert and its end, 1 when one did not, 2 when there is none. */
export function pagerTestCommand(session: Session): Promise<Outcome> {
  return testNotifiers(session, parsePlan(planSource(session), {}, planReads(session.world)));
}

/** Tests the notifiers of a plan, those that `--only` names, and publishes the report. @throws UsageError when there is none */
export async function testNotifiers(session: Session, { plan, secrets }: ParsedPlan): Promise<Outcome> {
  const { world, vault, flags } = session;
  const destinations = destinationsFor(session, 'other');
  const notify = plan.notify ?? [];
  vault.add(secretValues(plan, secrets));
  vault.add(channelSecrets(notify, secrets, world.env));
  maskSecrets(session);
  const channels = openChannels(chosenOf(notify, flags.list('only')), secrets, world);
  const report = await testPagers({ channels, check: checkOf(plan) }, world);
  return outcomeOf(report.exitCode, await publishReport(report, destinations, world), session);
}

/** The operand is a plan file here. */
function planSource(session: Session): PlanText | null {
  const [operand] = session.operands;
  if (operand === undefined) return planInput(session).source;
  if (!operand.includes('://')) return readPlanFile(operand, session.world);
  throw new UsageError('a URL names no notifier', { hint: 'name a plan file that has a notify section' });
}

const EXAMPLE = 'write into the plan, for example: notify: [{ slack: "${env:SLACK_URL}" }]';

/** The notifiers of these names, all without any. @throws UsageError when there is none, or none of such a name */
function chosenOf(
  notify: readonly NotifierSettings[],
  names: readonly string[],
): readonly NotifierSettings[] {
  if (notify.length === 0) throw new UsageError('the plan names no notifier', { hint: EXAMPLE });
  const unknown = names.find((wanted) => notify.every(({ name }) => name !== wanted));
  if (unknown !== undefined) {
    throw new UsageError(`the plan has no notifier "${safeText(unknown)}"`, {
      hint: `it has ${notify.map(({ name }) => safeText(name)).join(', ')}`,
    });
  }
  return names.length === 0 ? notify : notify.filter(({ name }) => names.includes(name));
}

function checkOf({ canary, targets }: Plan): string {
  return canary?.check ?? targets[0]?.name ?? 'headroom';
}
