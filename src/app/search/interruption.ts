/** One watch for stop signals over a whole search: it reaches the trial under way, and the pauses between trials. */

import type { LoadRun } from '../../load/load-run.ts';
import { watchInterrupts } from '../safety/interrupt.ts';
import type { StopSignal, World } from '../world.ts';

type Stoppable = Pick<LoadRun, 'stop' | 'abandon'>;

/** A watch over a search. */
export interface Interruption {
  /** The first signal that came, or null. */
  readonly signal: () => StopSignal | null;
  /** Aborted by the first signal: ends a pause. */
  readonly stopping: AbortSignal;
  /** Hands over the trial that signals stop from now on; one that came too early stops it at once. */
  readonly attend: (run: Stoppable) => void;
  /** Ends the watch. */
  readonly release: () => void;
}

/** Watches for signals until released. @param say told what the user may want to know, a line each */
export function watchSearch(
  world: Pick<World, 'onSignal' | 'clock'>,
  say: (line: string) => void,
): Interruption {
  const stopping = new AbortController();
  let current: Stoppable | null = null;
  let abandoned = false;
  const interrupt = watchInterrupts(
    {
      stop: () => {
        stopping.abort();
        current?.stop();
      },
      abandon: () => {
        abandoned = true;
        current?.abandon();
      },
    },
    world,
    say,
  );
  return {
    signal: interrupt.signal,
    stopping: stopping.signal,
    attend: (run) => {
      current = run;
      if (stopping.signal.aborted) run.stop();
      if (abandoned) run.abandon();
    },
    release: interrupt.release,
  };
}
