/** What reading a plan needs from the world, and how its refusals are worded. */
import { UsageError } from '../../core/errors.ts';

/** Effects of reading a plan. Paths are relative to the folder of `relativeTo`, or to the working directory if null. */
export interface PlanReads {
  readonly readText: (path: string, relativeTo: string | null) => string;
  readonly readBytes: (path: string, relativeTo: string | null) => Uint8Array;
  readonly readStdin: () => Uint8Array;
  readonly env: (name: string) => string | undefined;
  readonly drawSeed: () => number;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'there is no permission to read it',
  EPERM: 'there is no permission to read it',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory',
  ENAMETOOLONG: 'its name is too long',
  EFBIG: 'it is larger than can be read',
  ERR_INVALID_ARG_VALUE: 'its name holds a NUL character',
};

/** What was read, or why it could not be. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly hint: string };

const HINT = 'check the path: it is relative to the plan file, or for a flag to the working directory';

/** Runs one read and turns its error into words. A bug is thrown on. */
export function attemptRead<T>(read: () => T): Reading<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof UsageError) return { ok: false, reason: error.message, hint: error.hint ?? HINT };
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null) throw error;
    return { ok: false, reason: REASONS[code] ?? `it cannot be read (${code})`, hint: HINT };
  }
}
