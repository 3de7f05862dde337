/** A worker: warms up, runs its segment on command, and tells of it. Knows nothing of threads. */

import type { Calibration, FromWorker, ToWorker, WorkerOrder } from './protocol.ts';
import { Segment } from './segment.ts';

/** Warms the code up and calibrates it: calibration/warm-up.ts, injected so that this file knows no thread. */
export type WarmUp = (order: WorkerOrder) => Promise<Calibration | null>;

/** A worker under command. */
export interface Worker {
  command(message: ToWorker): void;
}

/**
 * Starts a worker: it warms up, tells `ready`, waits for `start`, runs, drains, and tells `done`. Whatever
 * goes wrong in our own code is told as `failed`.
 */
export function createWorker(
  order: WorkerOrder,
  tell: (message: FromWorker) => void,
  warmUp: WarmUp,
): Worker {
  const segment = new Segment(order, tell);
  const failed = (error: unknown): void => {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    tell({ kind: 'failed', message, stack: stack ?? '' });
  };
  warmUp(order)
    .then((calibration) => {
      segment.prepare();
      tell({ kind: 'ready', calibration });
    })
    .catch(failed);
  return {
    command: (message) => {
      if (message.kind === 'start') segment.run(message).catch(failed);
      else segment.stop(message.kind === 'abandon');
    },
  };
}
