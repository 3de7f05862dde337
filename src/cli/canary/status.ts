/** `headroom canary status`: where the checks of this machine stand; sends nothing. */

import { canaryStatus } from '../../app/canary/status.ts';
import { EXIT } from '../../app/exit.ts';
import { publishReport } from '../../app/publish.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import { anyHistoryPlace } from '../history/place.ts';
import type { Outcome, Session } from '../session.ts';

/** Runs the command: 0 when it was shown, whatever it shows. */
export async function canaryStatusCommand(session: Session): Promise<Outcome> {
  const destinations = destinationsFor(session, 'other');
  const report = await canaryStatus(anyHistoryPlace(session));
  return outcomeOf(EXIT.pass, await publishReport(report, destinations, session.world), session);
}
