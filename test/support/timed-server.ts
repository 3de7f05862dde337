/** A server of known behaviour in a process of its own, so that it does not share the generator's event loop. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** See test/fixtures/servers/timed-server.mjs. */
export interface TimedOptions {
  readonly delayMs?: number | readonly number[];
  readonly workers?: number;
  readonly freezeAtMs?: number;
  readonly freezeForMs?: number;
  readonly status?: number;
}

/** What the server saw: arrival stamps and how long each answer took there, ms. */
export interface TimedStats {
  readonly arrivalsMs: readonly number[];
  readonly delaysMs: readonly number[];
}

export interface TimedServer {
  readonly url: string;
  stats(): Promise<TimedStats>;
  /** Forgets what it saw. */
  forget(): void;
  close(): Promise<void>;
}

const FILE = fileURLToPath(new URL('../fixtures/servers/timed-server.mjs', import.meta.url));

/** Starts it on a free loopback port. */
export async function startTimed(options: TimedOptions = {}): Promise<TimedServer> {
  const child: ChildProcess = fork(FILE, [JSON.stringify(options)], { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}/`,
    stats: async () => {
      child.send('stats');
      const [stats] = (await once(child, 'message')) as [TimedStats];
      return stats;
    },
    forget: () => {
      child.send('forget');
    },
    close: async () => {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
