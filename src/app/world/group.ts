/** The process group of a program that was started as the leader of one. */

import type { ChildProcess } from 'node:child_process';
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
