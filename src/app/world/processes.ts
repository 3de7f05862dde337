/** Other programs. */

import { execFile, spawn } from 'node:child_process';
import type { Clock } from '../../core/clock.ts';
import type { Feed } from '../../notify/exec.ts';
import { type Attach, systemAttach } from './attached.ts';
import { type Place, systemFeed } from './feed.ts';
import { endGroup, guardGroup, isEmptyGroup } from './group.ts';

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
  /**
   * Ends it and all that it started: SIGTERM, and SIGKILL `graceMs` later for what is left. Resolves when all have
   * ended; what began a session of its own is out of reach, and is no longer listened to.
   */
  readonly stop: (graceMs: number) => Promise<void>;
}

/** Programs of this machine. */
export interface Processes {
  /** Runs a program without a shell and without input. Never rejects. */
  readonly run: (
    argv: readonly [string, ...string[]],
    bounds: { readonly timeoutMs: number; readonly maxBytes: number },
  ) => Promise<ProcessResult>;
  /** Runs a program without a shell, with something on its standard input, in a process group of its own. Never rejects. */
  readonly feed: Feed;
  /**
   * Starts a command line of the shell, with an input that stays open and empty. It is ended when we are, however that
   * comes about. @param onOutput is told what it prints, both streams
   */
  readonly start: (command: string, onOutput: (text: string) => void) => StartedProcess;
  /** Starts a program that has our own streams. */
  readonly attach: Attach;
}

/** The programs of this machine. @param place.cwd where they run */
export function systemProcesses({ cwd, clock }: { readonly cwd: string; readonly clock: Clock }): Processes {
  return {
    run: ([program, ...args], { timeoutMs, maxBytes }) =>
      new Promise((resolve) => {
        const options = { cwd, timeout: timeoutMs, maxBuffer: maxBytes, windowsHide: true };
        const child = execFile(program, args, options, (error, stdout) => {
          resolve({ code: error === null ? 0 : exitCodeOf(error), output: stdout });
        });
        child.stdin?.end();
      }),
    feed: systemFeed({ cwd, clock }),
    start: (command, onOutput) => startShell(command, { cwd, clock }, onOutput),
    attach: systemAttach({ cwd, clock }),
  };
}

function exitCodeOf({ code }: { readonly code?: unknown }): number | null {
  return typeof code === 'number' ? code : null;
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
    // Left open, and silent: many a development server ends with its input.
    stdio: 'pipe',
    windowsHide: true,
  });
  const callOff = guardGroup(child);
  child.stdin.on('error', () => undefined);
  let isGone = false;
  let hasSpoken = false;
  let isClosed = false;
  const listen = (text: string): void => {
    hasSpoken = true;
    onOutput(text);
  };
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => {
      // The next group to get its number must be ended by nobody.
      isGone = isEmptyGroup(child);
      if (isGone) callOff();
      resolve({ code, signal });
    });
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      isClosed = true;
      resolve();
    });
  });
  /** What left the group for a session of its own may hold the streams open, and us with them. */
  const lastWords = async (): Promise<void> => {
    let quietMs = 0;
    for (let ms = 0; ms < LAST_WORDS_MS && quietMs < QUIET_MS && !isClosed; ms += LOOK_MS) {
      hasSpoken = false;
      await Promise.race([closed, clock.sleep(LOOK_MS)]);
      quietMs = hasSpoken ? 0 : quietMs + LOOK_MS;
    }
  };
  const stop = async (graceMs: number): Promise<void> => {
    if (!isGone) await endGroup({ child, graceMs, clock });
    callOff();
    await ended;
    await lastWords();
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return { ended, stop };
}

/** How long after its end a program's output is read, ms, and how long a silence ends that sooner. */
const LAST_WORDS_MS = 2000;
const QUIET_MS = 100;
/** How often is looked whether it was silent, ms. */
const LOOK_MS = 20;
