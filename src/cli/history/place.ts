/** Where the history of a command line is. */

import type { HistoryPlace } from '../../app/history/open.ts';
import { stateFolder } from '../../app/machine/state-folder.ts';
import type { Session } from '../session.ts';

/** The history's place; null with `--no-history` and for the example system, which neither reads nor writes it. */
export function historyPlace(session: Session): HistoryPlace | null {
  const isLeftAlone = session.history === false || session.flags.denied('history');
  return isLeftAlone ? null : anyHistoryPlace(session);
}

/** The history's place, of commands that are about it. */
export function anyHistoryPlace({ flags, world, say }: Session): HistoryPlace {
  return { world, folder: stateFolder(flags.text('stateDir') ?? null, world), say };
}
