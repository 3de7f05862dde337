/** A program of one's own, which is handed an event as JSON. */

import type { PageEvent, Severity } from '../verdict/canary/event.ts';
import { ATTEMPT_MS, type Means, shown } from './answer.ts';
import type { Attempted, Channel } from './channel.ts';
import { eventText } from './webhook.ts';

/** A program and its arguments; no shell reads them. */
export interface ExecSettings {
  readonly name: string;
  readonly least: Severity;
  readonly command: readonly [string, ...string[]];
  readonly timeoutMs: number;
}

/** How a program ended that was handed something. */
export interface FedEnd {
  /** `failed`: it could not be started; `late`: it took too long, and was ended with all that it started. */
  readonly kind: 'ended' | 'failed' | 'late';
  /** Its exit code; null unless it ended by itself. */
  readonly code: number | null;
  /** Why not, in the system's word: `ENOENT` where it could not be started, `SIGSEGV` where it was killed; null unless known. */
  readonly cause: string | null;
  /** What it printed, both streams, as far as it was read. */
  readonly output: string;
  /** It printed more. */
  readonly isCut: boolean;
}

/** Runs a program with `input` as its standard input. Never rejects. */
export type Feed = (
  argv: readonly [string, ...string[]],
  bounds: { readonly input: string; readonly timeoutMs: number; readonly maxBytes: number },
) => Promise<FedEnd>;

const MAX_OUTPUT_BYTES = 65_536;

/** Why a program does not start, in words. */
const START_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file, or what its first line names is not there',
  EACCES: 'it may not be executed',
};

/** EX_DATAERR of sysexits.h: the program says that it will never take this. */
const NEVER = 65;

/**
 * A channel that runs a program with `headroom.event/1` on its standard input. Exit code 0: accepted; 65: refused for good;
 * any other, a program that cannot be started and one that takes too long: later.
 */
export function exec(
  settings: ExecSettings,
  means: Pick<Means, 'redact'> & { readonly feed: Feed },
): Channel {
  const { name, least, command, timeoutMs } = settings;
  const tell = async (event: PageEvent, withinMs = ATTEMPT_MS): Promise<Attempted> => {
    const bounds = {
      input: `${eventText(event)}\n`,
      timeoutMs: Math.max(1, Math.min(timeoutMs, withinMs)),
      maxBytes: MAX_OUTPUT_BYTES,
    };
    return attemptedBy(await means.feed(command, bounds), means);
  };
  return { name, kind: 'exec', least, tell, renew: null, beat: null };
}

function attemptedBy(end: FedEnd, means: Pick<Means, 'redact'>): Attempted {
  const { kind, code, cause } = end;
  if (kind === 'failed') {
    const why = cause === null ? '' : `: ${START_WORDS[cause] ?? cause}`;
    return { status: 'later', text: `the program could not be started${why}`, afterMs: null };
  }
  if (kind === 'late')
    return { status: 'later', text: 'the program took too long and was ended', afterMs: null };
  if (code === null) {
    const by = cause === null ? '' : ` by ${cause}`;
    return { status: 'later', text: `the program was killed${by}`, afterMs: null };
  }
  const text = `the program ended with ${code}${outputWords(end, means)}`;
  if (code === 0) return { status: 'accepted', text };
  return code === NEVER ? { status: 'refused', text } : { status: 'later', text, afterMs: null };
}

function outputWords({ output, isCut }: FedEnd, { redact }: Pick<Means, 'redact'>): string {
  // What is cut may end within a secret, which then looks like none.
  if (isCut) return ' and printed more than is read';
  const words = shown(redact(output));
  return words === '' ? '' : `: ${words}`;
}
