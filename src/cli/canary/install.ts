/** `headroom canary install --print FORM [PLAN|URL]`: what lets a canary run again and again, on standard output. */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../app/exit.ts';
import { INSTALL_FORMS, type InstallWish, installText } from '../../app/install/install.ts';
import { findPlan, planReads, readPlanFile } from '../../app/plan-source.ts';
import { UsageError } from '../../core/errors.ts';
import { parseDuration, UnitError } from '../../core/units.ts';
import { settingsOf } from '../../plan/canary/canary-plan.ts';
import { CANARY } from '../../plan/canary/settings.ts';
import { parsePlan } from '../../plan/parse.ts';
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
  const everyMs = everyOf(session, subject);
  const text = installText(form, { program: PROGRAM, version: world.version, subject, everyMs });
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

/** What the flag says, else the plan, which is then read; for a URL the default. */
function everyOf({ flags, world, vault }: Session, subject: InstallWish['subject']): number {
  const written = flags.text('every');
  if (written !== undefined) return durationOf(written);
  if (subject.kind === 'url') return CANARY.everyMs;
  const { plan, secrets } = parsePlan(readPlanFile(subject.path, world), {}, planReads(world));
  vault.add(secretValues(plan, secrets));
  return settingsOf(plan).everyMs;
}

function durationOf(written: string): number {
  try {
    return parseDuration(written);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new UsageError(`--every: ${error.message}`, { hint: 'such as --every 1m', cause: error });
  }
}
