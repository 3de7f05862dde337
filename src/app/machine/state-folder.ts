/** Where calibrations and the history are kept. */

import { join } from 'node:path';
import type { World } from '../world.ts';

/** The state folder: chosen, else `$XDG_STATE_HOME/headroom`, else `~/.local/state/headroom`. */
export function stateFolder(chosen: string | null, world: Pick<World, 'env' | 'home'>): string {
  if (chosen !== null) return chosen;
  const base = world.env['XDG_STATE_HOME'];
  // The specification says that relative paths in these variables are to be ignored.
  return join(base?.startsWith('/') === true ? base : join(world.home, '.local/state'), 'headroom');
}
