/** A program that takes our place: its streams are ours, its end decides how we end. */

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { Clock } from '../../core/clock.ts';

/** What the program is started with. */
export interface AttachOptions {
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How it ended, as a shell would tell it. */
export interface AttachedEnd {
  /** Its own, or 128 and the number of the signal that ended it; 127: there is no such program, 126: it cannot be run. */
  readonly code: number;
  /** Null when no signal ended it. */
  readonly signal: string | null;
  /** Why it could not be started, in words; null when it was. */
  readonly refusal: string | null;
  /** From its start to its end, ms with fractions. */
  readonly elapsedMs: number;
}

/** A program under way. */
export interface AttachedProcess {
  /** Never rejects. */
  readonly ended: Promise<AttachedEnd>;
  /** Signals do to us what they do to others again; until then they are handed on, or lost when it has ended. */
  readonly release: () => void;
}

/**
 * Starts a program without a shell, in our own process group, so that a terminal stays its terminal.
 *
 * @param argv the program, looked for on PATH, and its arguments
 */
export type Attach = (argv: readonly [string, ...string[]], options: AttachOptions) => AttachedProcess;

/** How the world attaches programs. */
export function systemAttach({ cwd, clock }: { readonly cwd: string; readonly clock: Clock }): Attach {
  return ([program, ...args], { env }) => {
    const startMs = clock.nowMs();
    const end = (code: number, signal: string | null, refusal: string | null): AttachedEnd => ({
      code,
      signal,
      refusal,
      elapsedMs: clock.nowMs() - startMs,
    });
    let child: ChildProcess | null = null;
    // Before there is anybody to send a signal: the program may tell somebody that it runs before we know it ourselves.
    const release = handOn((signal) => void child?.kill(signal));
    try {
      const started = spawn(program, args, { cwd, env: { ...env }, stdio: 'inherit' });
      child = started;
      const ended = new Promise<AttachedEnd>((resolve) => {
        started.once('error', (error) => {
          if (started.pid === undefined) resolve(end(...refused(error)));
        });
        started.once('exit', (code, signal) => resolve(end(code ?? codeOf(signal), signal, null)));
      });
      return { ended, release };
    } catch (error) {
      release();
      // What no system call can be given, such as a zero byte in an argument, is thrown at once.
      return { ended: Promise.resolve(end(...refused(error))), release: () => undefined };
    }
  };
}

/** What somebody may send to a program on purpose: without a listener it would end us, or open Node's debugger. */
const ON_PURPOSE = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** What a terminal sends as well, by its keys. */
const BY_KEY = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Hands signals on, each as it is. What the keys of a terminal send has reached the program already, which is in the
 * group that the terminal signals: a second interrupt would tell many a program to give up at once.
 */
function handOn(handed: (signal: NodeJS.Signals) => void): () => void {
  const hasTerminal = [0, 1, 2].some((stream) => isatty(stream));
  const heard = (): void => undefined;
  for (const signal of ON_PURPOSE) process.on(signal, handed);
  for (const signal of BY_KEY) process.on(signal, hasTerminal ? heard : handed);
  return () => {
    for (const signal of ON_PURPOSE) process.off(signal, handed);
    for (const signal of BY_KEY) process.off(signal, hasTerminal ? heard : handed);
  };
}

const NO_SUCH_PROGRAM = 127;
const NOT_TO_BE_RUN = 126;
const BY_SIGNAL = 128;

/** As POSIX has it for shells (Shell Command Language, 2.8.2). */
function refused(error: unknown): [code: number, signal: null, refusal: string] {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return [NO_SUCH_PROGRAM, null, 'there is no such program'];
  if (code === 'EACCES') return [NOT_TO_BE_RUN, null, 'it may not be run'];
  return [NOT_TO_BE_RUN, null, `it cannot be run (${code === '' ? 'unknown' : code})`];
}

function codeOf(signal: NodeJS.Signals | null): number {
  return BY_SIGNAL + (signal === null ? 0 : constants.signals[signal]);
}
