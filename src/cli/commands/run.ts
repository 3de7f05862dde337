/** `headroom run [URL]`: sends traffic and judges it. */

import type { Outcome, Session } from '../session.ts';
import { planInput, runTraffic } from '../traffic.ts';

/** Runs the command. */
export function runCommand(session: Session): Promise<Outcome> {
  return runTraffic(session, planInput(session));
}
