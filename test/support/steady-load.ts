/** Poisson traffic to several servers at once, light enough to run beside what looks at them. */

import { Agent, get } from 'node:http';
import { exponentialAt } from '../../src/core/random.ts';

/** Where to, and how much. */
export interface Stream {
  readonly url: string;
  readonly perSecond: number;
}

/** Traffic under way. */
export interface SteadyLoad {
  /** Ends it; what is open is given up. */
  readonly stop: () => void;
}

/** Number of a random stream that nothing else uses. */
const GAPS = 1000;

/** Starts an open loop to each address, seeded; a late timer sends late and leaves nothing out. */
export function startSteadyLoad(streams: readonly Stream[]): SteadyLoad {
  const agent = new Agent({ keepAlive: true });
  const timers = new Set<NodeJS.Timeout>();
  let isOver = false;
  const send = (url: string): void => {
    const request = get(url, { agent }, (response) => response.resume());
    request.on('error', () => undefined);
  };
  streams.forEach(({ url, perSecond }, stream) => {
    let index = 0;
    let dueMs = performance.now();
    const next = (): void => {
      dueMs += (exponentialAt(stream + 1, GAPS, index) * 1000) / perSecond;
      index += 1;
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          if (isOver) return;
          send(url);
          next();
        },
        Math.max(0, dueMs - performance.now()),
      );
      timers.add(timer);
    };
    next();
  });
  return {
    stop: () => {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      agent.destroy();
    },
  };
}
