/** Other programs. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { Clock } from '../../core/clock.ts';

/** How another program ended; one of the two is null. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a program that ran to its end left. */
export interface ProcessResult {
  /** Null when it could not be started, was killed, or took too long. */
  readonly code: number | null;
  /** Standard output, as text. */
  readonly output: string;
}

/** A program under way, in a process group of its own. */
export interface StartedProcess {
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends it and all that it started: SIGTERM, and SIGKILL after `graceMs`. Resolves when it has ended. */
  readonly stop: (graceMs: number) => Promise<void>;
}

/** Programs of this machine. */
export interface Processes {
  /** Runs a program without a shell and without input. Never rejects. */
  readonly run: (
    argv: readonly [string, ...string[]],
    bounds: { readonly timeoutMs: number; readonly maxBytes: number },
  ) => Promise<ProcessResult>;
  /** Starts a command line of the shell. @param onOutput is told what it prints, both streams */
  readonly start: (command: string, onOutput: (text: string) => void) => StartedProcess;
}

/** The programs of this machine. @param place.cwd where they run */
export function systemProcesses({ cwd, clock }: Place): Processes {
  return {
    run: ([program, ...args], { timeoutMs, maxBytes }) =>
      new Promise((resolve) => {
        const options = { cwd, timeout: timeoutMs, maxBuffer: maxBytes, windowsHide: true };
        const child = execFile(program, args, options, (error, stdout) => {
          resolve({ code: error === null ? 0 : exitCodeOf(error), output: stdout });
        });
        child.stdin?.end();
      }),
    start: (command, onOutput) => startShell(command, { cwd, clock }, onOutput),
  };
}

function exitCodeOf({ code }: { readonly code?: unknown }): number | null {
  return typeof code === 'number' ? code : null;
}

interface Place {
  readonly cwd: string;
  readonly clock: Pick<Clock, 'sleep'>;
}

function startShell(
  command: string,
  { cwd, clock }: Place,
  onOutput: (text: string) => void,
): StartedProcess {
  const child = spawn(command, {
    cwd,
    shell: true,
    // The leader of a group of its own, so that what it starts can be ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  child.stdout.setEncoding('utf8').on('data', onOutput);
  child.stderr.setEncoding('utf8').on('data', onOutput);
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { ended, stop: (graceMs) => stopGroup({ child, ended, graceMs, clock }) };
}

interface Stopping extends Pick<Place, 'clock'>, Pick<StartedProcess, 'ended'> {
  readonly child: ChildProcess;
  readonly graceMs: number;
}

async function stopGroup({ child, ended, graceMs, clock }: Stopping): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const over = new AbortController();
  await Promise.race([ended, clock.sleep(graceMs, over.signal)]);
  over.abort();
  // The leader may be gone while what it started lives on.
  signalGroup(child, 'SIGKILL');
  await ended;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
