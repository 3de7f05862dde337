/** Exit codes that a run can have by itself; how a command line ends is decided in cli/. */

import type { Status } from '../result/document.ts';
import type { StopSignal } from './world.ts';

/** Every exit code, by what it means. */
export const EXIT = {
  pass: 0,
  fail: 1,
  usage: 2,
  inconclusive: 3,
  undelivered: 4,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** The code of a judged run; a stop signal wins over the verdict, since the run is then partial. */
export function exitOf(status: Status, signal: StopSignal | null): number {
  if (signal !== null) return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  return EXIT[status];
}

/** A stop signal came before there was anything to report. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal} before any traffic was measured`);
    this.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
}
