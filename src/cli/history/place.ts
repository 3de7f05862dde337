/** Where the history of a command line is. */

import type { HistoryPlace } from '../../app/history/open.ts';
import { stateFolder } from '../../app/machine/calibration.ts';
import type { Session } from '../session.ts';

/** The history's place; null with `--no-history`, which neither reads nor writes it. */
export function historyPlace(session: Session): HistoryPlace | null {
  return session.flags.denied('history') ? null : anyHistoryPlace(session);
}

/** The history's place, of commands that are about it. */
export function anyHistoryPlace({ flags, world, say }: Session): HistoryPlace {
  return { world, folder: stateFolder(flags.text('stateDir') ?? null, world), say };
}
