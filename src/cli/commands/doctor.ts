/** `headroom doctor`: what this machine can measure. */

import { examine } from '../../app/machine/doctor.ts';
import { stateFolder } from '../../app/machine/state-folder.ts';
import { publishReport } from '../../app/publish.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';

/** Runs the command. 1 when something makes this machine unfit. */
export async function doctorCommand(session: Session): Promise<Outcome> {
  const { world, flags, say } = session;
  const destinations = destinationsFor(session, 'other');
  say('measuring this machine for two seconds; leave it alone');
  const report = await examine(world, stateFolder(flags.text('stateDir') ?? null, world));
  return outcomeOf(report.exitCode, await publishReport(report, destinations, world), session);
}
