/** A program that is handed something on its standard input. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Clock } from '../../core/clock.ts';
import type { FedEnd, Feed } from '../../notify/exec.ts';
import { endGroup } from './group.ts';

/** Where programs run. */
export interface Place {
  readonly cwd: string;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** How long a program that took too long may wind up, ms. */
const GRACE_MS = 500;

/** How long after its end a program's last output may take to come, ms. */
const LAST_WORDS_MS = 100;

/**
 * Runs programs without a shell, each in a process group of its own. One that takes longer than `timeoutMs` is ended with
 * all that it started; at most `maxBytes` of what it prints is kept, and the rest is read and forgotten.
 */
export function systemFeed({ cwd, clock }: Place): Feed {
  return async ([program, ...args], bounds) => {
    try {
      return await fed(spawn(program, args, { cwd, detached: true, windowsHide: true }), bounds, clock);
    } catch {
      // Arguments that no program can have, such as one with a NUL in it.
      return { kind: 'failed', code: null, cause: null, output: '', isCut: false };
    }
  };
}

async function fed(
  child: ChildProcessWithoutNullStreams,
  { input, timeoutMs, maxBytes }: Parameters<Feed>[1],
  clock: Place['clock'],
): Promise<FedEnd> {
  const printed = collect(child, maxBytes);
  const ended = endOf(child);
  // A program need not read what it is handed.
  child.stdin.on('error', () => undefined).end(input);
  const over = new AbortController();
  const late = clock.sleep(timeoutMs, over.signal).then((): Ended => ({ kind: 'late', cause: null }));
  const { kind, cause } = await Promise.race([ended, late]);
  over.abort();
  if (kind === 'late') await endGroup({ child, graceMs: GRACE_MS, clock });
  await lastWords(child, clock);
  return { kind, code: kind === 'ended' ? child.exitCode : null, cause, ...printed() };
}

type Ended = Pick<FedEnd, 'kind' | 'cause'>;

function endOf(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  return new Promise((resolve) => {
    child.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve({ kind: 'failed', cause: code ?? null }),
    );
    child.once('exit', (_, signal) => resolve({ kind: 'ended', cause: signal }));
  });
}

/** What it started may hold the streams open for longer than it lives. */
async function lastWords(child: ChildProcessWithoutNullStreams, clock: Place['clock']): Promise<void> {
  const over = new AbortController();
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  if (!child.stdout.closed || !child.stderr.closed) {
    await Promise.race([closed, clock.sleep(LAST_WORDS_MS, over.signal)]);
  }
  over.abort();
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  // What not even SIGKILL ends must not keep us.
  child.unref();
}

function collect(
  { stdout, stderr }: ChildProcessWithoutNullStreams,
  maxBytes: number,
): () => Pick<FedEnd, 'output' | 'isCut'> {
  const chunks: Buffer[] = [];
  let total = 0;
  const take = (chunk: Buffer): void => {
    if (total < maxBytes) chunks.push(chunk.subarray(0, maxBytes - total));
    total += chunk.length;
  };
  stdout.on('data', take);
  stderr.on('data', take);
  return () => ({ output: new TextDecoder().decode(Buffer.concat(chunks)), isCut: total > maxBytes });
}
