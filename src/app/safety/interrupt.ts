/** What a stop signal does to a run: the first ends it in order, the second at once; both leave a report. */

import type { LoadRun } from '../../load/load-run.ts';
import type { StopSignal, World } from '../world.ts';

/** Longest wait for answers after the first signal, ms: the report must be there within five seconds. */
const DRAIN_MS = 4000;

/** A watch over one run. */
export interface Interrupt {
  /** The first signal that came, or null. */
  readonly signal: () => StopSignal | null;
  /** Ends the watch: signals have their usual effect again. */
  readonly release: () => void;
}

/** Watches for signals until released. @param say told what the user may want to know, a line each */
export function watchInterrupts(
  run: Pick<LoadRun, 'stop' | 'abandon'>,
  world: Pick<World, 'onSignal' | 'clock'>,
  say: (line: string) => void,
): Interrupt {
  let first: StopSignal | null = null;
  const released = new AbortController();
  const off = world.onSignal((signal) => {
    if (first !== null) {
      // A third signal meets no listener and ends the process: the way out if even abandoning hangs.
      off();
      run.abandon();
      return;
    }
    first = signal;
    say('stopping: waiting for answers under way; press Ctrl-C again to leave at once');
    run.stop();
    void world.clock.sleep(DRAIN_MS, released.signal).then(() => {
      if (!released.signal.aborted) run.abandon();
    });
  });
  return {
    signal: () => first,
    release: () => {
      released.abort();
      off();
    },
  };
}
