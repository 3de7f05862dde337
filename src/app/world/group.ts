/** The process group of a program that was started as the leader of one: how it is ended by us, or after us. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../core/clock.ts';

/** How often is looked whether a group that was told to end has ended, ms. */
const LOOK_MS = 20;

/** A group to be ended. */
export interface Stopping {
  readonly child: ChildProcess;
  /** How long it may wind up. */
  readonly graceMs: number;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** SIGTERM, and SIGKILL `graceMs` later for what is left. Resolves when both were sent. */
export async function endGroup({ child, graceMs, clock }: Stopping): Promise<void> {
  signalGroup(child, 'SIGTERM');
  // The leader, often a shell, may be gone while what it started still winds up.
  for (let waitedMs = 0; waitedMs < graceMs && signalGroup(child, 0); waitedMs += LOOK_MS) {
    await clock.sleep(LOOK_MS);
  }
  signalGroup(child, 'SIGKILL');
}

/**
 * The guard, in POSIX shell: a line calls it off; the end of the pipe means that we ended without a word. Its first
 * argument is the number of the group.
 */
const GUARD =
  'read -r _ && exit; kill -s TERM -- "-$0"; for _ in 1 2 3 4 5; do sleep 1; kill -s 0 -- "-$0" || exit; done; kill -s KILL -- "-$0"';

/**
 * Has the group ended when this process is gone, also by `kill -9`, which leaves us no time to do it: a shell waits at a
 * pipe for that, in a session of its own. Where there is no shell there is no guard.
 *
 * @returns calls the guard off; nothing is left of it then
 */
export function guardGroup({ pid }: ChildProcess): () => void {
  if (pid === undefined) return () => undefined;
  const guard = spawn('sh', ['-c', GUARD, String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  guard.on('error', () => undefined).unref();
  guard.stdin.on('error', () => undefined);
  return () => void guard.stdin.end('\n');
}

/** True when nobody is left in the group: its number may be another's from then on. */
export function isEmptyGroup(child: ChildProcess): boolean {
  return !signalGroup(child, 0);
}

/** Sends a signal, or with 0 none, to a group. @returns false when nobody is in it any more */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
