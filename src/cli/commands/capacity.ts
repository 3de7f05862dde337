/** `headroom capacity [URL]`: the highest arrival rate that holds the objectives, as a bracket. */

import { searchCapacity } from '../../app/search/capacity.ts';
import { searchOverridesOf } from '../overrides.ts';
import { capacityFlags } from '../search/flags.ts';
import { runSearch } from '../search/session.ts';
import type { Outcome, Session } from '../session.ts';
import { planInput } from '../traffic.ts';

/** Runs the command. */
export async function capacityCommand(session: Session): Promise<Outcome> {
  const bounds = capacityFlags(session.flags);
  const { outcome } = await runSearch(session, planInput(session, searchOverridesOf), (opened, options) =>
    searchCapacity(opened, session.world, { ...options, ...bounds }),
  );
  return outcome;
}
