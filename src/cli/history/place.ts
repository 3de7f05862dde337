/** Where the history of a command line is. */

import type { HistoryPlace } from '../../app/history/open.ts';
import { stateFolder } from '../../app/machine/state-folder.ts';
import type { Session } from '../session.ts';

/**
 * The history's place; null with `--no-history`, for the example system, and for a shard, whose whole is what counts:
 * they neither read nor write it.
 */
export function historyPlace(session: Session): HistoryPlace | null {
  const { flags } = session;
  const isShard = flags.text('shard') !== undefined;
  const isLeftAlone = session.history === false || flags.denied('history') || isShard;
  return isLeftAlone ? null : anyHistoryPlace(session);
}

/** The history's place, of commands that are about it. */
export function anyHistoryPlace({ flags, world, say }: Session): HistoryPlace {
  return { world, folder: stateFolder(flags.text('stateDir') ?? null, world), say };
}

/** True when somebody said where state is to be kept: a history that cannot be written there is a loss to them. */
export function isPlaceNamed({ flags, world }: Pick<Session, 'flags' | 'world'>): boolean {
  return flags.text('stateDir') !== undefined || (world.env['XDG_STATE_HOME'] ?? '') !== '';
}
