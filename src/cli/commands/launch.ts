/** `headroom launch --peak RATE [URL]`: whether the servers can take an expected peak, and with how much to spare. */

import { askLaunch } from '../../app/search/launch.ts';
import { searchOverridesOf } from '../overrides.ts';
import { checkMaxRate, launchFlags } from '../search/flags.ts';
import { runSearch } from '../search/session.ts';
import type { Outcome, Session } from '../session.ts';
import { planInput } from '../traffic.ts';

/** Runs the command. */
export async function launchCommand(session: Session): Promise<Outcome> {
  const wishes = launchFlags(session.flags);
  const { outcome } = await runSearch(session, planInput(session, searchOverridesOf), (opened, options) => {
    checkMaxRate(opened.plan, wishes);
    return askLaunch(opened, session.world, { ...options, ...wishes });
  });
  return outcome;
}
