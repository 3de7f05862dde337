/** `headroom canary [PLAN|URL]`: looks once, remembers, and tells whoever must know. */

import { resolve } from 'node:path';
import { type CanaryEnd, runCanary } from '../../app/canary/canary.ts';
import { EXIT } from '../../app/exit.ts';
import { stateFolder } from '../../app/machine/state-folder.ts';
import { monitoredError } from '../../app/monitoring/plugin-error.ts';
import { readPlanFile } from '../../app/plan-source.ts';
import type { Destinations } from '../../app/publish.ts';
import { OutputError, UsageError } from '../../core/errors.ts';
import { checkName } from '../../plan/canary/check-name.ts';
import { parseCanaryPlan } from '../../plan/parse.ts';
import type { ResultDocument } from '../../result/document.ts';
import { deliver, deliverAgain, destinationsFor, outcomeOf } from '../delivery.ts';
import { anyHistoryPlace } from '../history/place.ts';
import { canaryOverridesOf } from '../overrides.ts';
import { repeatLine } from '../secrecy.ts';
import type { Outcome, Session } from '../session.ts';
import { type OpenedPlan, openPlan, type PlanInput, planInput, progressOf } from '../traffic.ts';

/** Runs the command: the code is that of this run, 4 when it was good and somebody could not be told. */
export async function canaryCommand(session: Session): Promise<Outcome> {
  refuseNoHistory(session);
  const destinations = destinationsFor(session);
  const opened = openPlan(session, canaryInput(session), parseCanaryPlan);
  const check = checkOf(session, opened);
  const end = await carriedOut(session, opened, check);
  if (end.kind === 'held') return heldOutcome(session, destinations, check);
  if (end.kind === 'stopped') return deliverAgain(end.result, destinations, session);
  return judgedOutcome(session, destinations, end);
}

/** The operand is a plan file here, unless it is a URL. */
function canaryInput(session: Session): PlanInput {
  const [operand] = session.operands;
  if (operand === undefined || operand.includes('://')) return planInput(session, canaryOverridesOf);
  return {
    source: readPlanFile(operand, session.world),
    overrides: canaryOverridesOf(session.flags, undefined),
  };
}

/** The name of the check that a plan is: without a name of its own, that of its file in its folder. */
function checkOf({ world }: Session, { plan, planFile }: OpenedPlan): string {
  const file = planFile === undefined || planFile === 'standard input' ? null : resolve(world.cwd, planFile);
  return checkName(plan, file);
}

function refuseNoHistory({ flags }: Session): void {
  if (!flags.denied('history')) return;
  throw new UsageError('a canary lives by its history: it is what tells one bad run from three of five', {
    hint: 'leave out --no-history; --state-dir FOLDER keeps it elsewhere, and headroom run looks once without one',
  });
}

async function carriedOut(session: Session, opened: OpenedPlan, check: string): Promise<CanaryEnd> {
  const { flags, world, args, vault } = session;
  const progress = progressOf(session);
  const say = (line: string): void => {
    if (!flags.has('quiet')) progress.say(`headroom: ${vault.show(line)}`);
  };
  try {
    return await runCanary(opened, world, {
      check,
      place: { ...anyHistoryPlace(session), say },
      owned: opened.owned,
      discover: flags.has('discover'),
      stateFolder: stateFolder(flags.text('stateDir') ?? null, world),
      repeat: repeatLine(args, opened.plan.seed),
      say,
      onLive: (state) => progress.update(state, world.clock.nowMs()),
    });
  } finally {
    progress.finish();
  }
}

/** Nothing was measured, which is neither good nor bad. */
function heldOutcome(session: Session, { stdout }: Destinations, check: string): Outcome {
  const text = `another run of the check ${check} is under way: this one sent nothing`;
  session.say(text);
  if (stdout === 'nagios') session.world.stdout.write(monitoredError(text));
  return { code: EXIT.inconclusive };
}

async function judgedOutcome(
  session: Session,
  destinations: Destinations,
  { result, failures }: Extract<CanaryEnd, { kind: 'judged' }>,
): Promise<Outcome> {
  // Of good runs their row in the history is enough; bad and blind ones are evidence.
  const isEvidence = result.canary?.outcome !== 'ok' && failures.length === 0;
  const published = await (isEvidence ? deliver : deliverAgain)(result, destinations, session);
  const all = [...failures, ...untold(result)];
  const { undelivered = false } = outcomeOf(result.exitCode, all, session);
  return { ...published, undelivered: undelivered || published.undelivered === true };
}

function untold({ canary }: ResultDocument): OutputError[] {
  return (canary?.deliveries ?? []).flatMap(({ channel, action, subject, status, text }) =>
    status === 'accepted'
      ? []
      : [
          new OutputError(`${channel} did not take the ${action} of ${subject}: ${text}`, {
            hint:
              status === 'spooled'
                ? 'it is kept, and told again with the next run'
                : 'headroom pager test tries every notifier of a plan',
          }),
        ],
  );
}
