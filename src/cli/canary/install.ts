/** `headroom canary install --print FORM [PLAN|URL]`: what lets a canary run again and again, on standard output. */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../app/exit.ts';
import { INSTALL_FORMS } from '../../app/install/forms.ts';
import { type InstallWish, installText } from '../../app/install/install.ts';
import { findPlan, planReads, readPlanFile } from '../../app/plan-source.ts';
import { UsageError } from '../../core/errors.ts';
import { formatDurationMs, parseDuration, UnitError } from '../../core/units.ts';
import { settingsOf } from '../../plan/canary/canary-plan.ts';
import { DEFAULT_LOOK_MS, longestLookMs } from '../../plan/canary/longest-look.ts';
import { CANARY } from '../../plan/canary/settings.ts';
import { parsePlan } from '../../plan/parse.ts';
import { DEFAULTS } from '../../plan/plan.ts';
import { secretValues } from '../../plan/secrets.ts';
import type { Outcome, Session } from '../session.ts';

/** The program as it runs now; the built files lie as deep as the sources. */
const PROGRAM = [process.execPath, fileURLToPath(new URL('../../../bin/headroom.js', import.meta.url))];

/** Runs the command. */
export function canaryInstallCommand(session: Session): Promise<Outcome> {
  const { flags, world, vault } = session;
  const form = INSTALL_FORMS.find((each) => each === flags.text('print'));
  if (form === undefined) throw new UsageError('--print says for what', { hint: INSTALL_FORMS.join(', ') });
  const subject = subjectOf(session);
  const times = timesOf(session, subject);
  const text = installText(form, { program: PROGRAM, version: world.version, subject, ...times });
  world.stdout.write(vault.redact(text));
  return Promise.resolve({ code: EXIT.pass });
}

function subjectOf({ operands, world }: Session): InstallWish['subject'] {
  const [operand] = operands;
  if (operand?.includes('://') === true) return { kind: 'url', url: operand };
  const path = operand ?? findPlan(world);
  if (path !== null) return { kind: 'plan', path, absolute: resolve(world.cwd, path) };
  throw new UsageError('there is neither a URL nor a plan file', {
    hint: 'give a URL such as http://localhost:8080/, or write a headroom.yaml',
  });
}

type Times = Pick<InstallWish, 'everyMs' | 'lookMs'>;

/** What the flag says, else the plan; for a URL the defaults. With the flag the plan need not be at hand, and that is said. */
function timesOf(session: Session, subject: InstallWish['subject']): Times {
  const written = session.flags.text('every');
  const saidMs = written === undefined ? null : durationOf(written);
  if (subject.kind === 'url') return { everyMs: saidMs ?? CANARY.everyMs, lookMs: DEFAULT_LOOK_MS };
  try {
    const times = timesIn(session, subject.path);
    return { ...times, everyMs: saidMs ?? times.everyMs };
  } catch (error) {
    if (saidMs === null || !(error instanceof UsageError)) throw error;
    session.say(
      `the plan cannot be read here: a run is given the time that the default timeout of ${formatDurationMs(DEFAULTS.timeoutMs)} needs`,
    );
    return { everyMs: saidMs, lookMs: DEFAULT_LOOK_MS };
  }
}

function timesIn({ world, vault }: Session, path: string): Times {
  const { plan, secrets } = parsePlan(readPlanFile(path, world), {}, planReads(world));
  vault.add(secretValues(plan, secrets));
  return { everyMs: settingsOf(plan).everyMs, lookMs: longestLookMs(plan) };
}

function durationOf(written: string): number {
  try {
    return parseDuration(written);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new UsageError(`--every: ${error.message}`, { hint: 'such as --every 1m', cause: error });
  }
}
