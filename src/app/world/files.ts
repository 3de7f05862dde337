/** Files as the operating system has them. */

import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Files, by path relative to the working directory. All throw what Node throws. */
export interface Files {
  /** At most `maxBytes` bytes. @throws Error with code EFBIG when there are more */
  readonly read: (path: string, maxBytes: number) => Uint8Array;
  readonly readStdin: (maxBytes: number) => Uint8Array;
  readonly exists: (path: string) => boolean;
  /** The absolute path without symbolic links; where nothing is there, merely absolute. */
  readonly realPath: (path: string) => string;
  /**
   * Writes a temporary file beside `path` and renames it; devices and pipes are written to as they are.
   *
   * @param mode what the file has then, whatever the umask; absent: what the umask leaves
   */
  readonly write: (path: string, content: string | Uint8Array, mode?: number) => void;
  /** Throws what `write` would throw, and leaves everything as it was. */
  readonly checkWritable: (path: string) => void;
  /** Adds to the end of a file, which is made if it is not there. @param mode of a file that is made */
  readonly append: (path: string, text: string, mode?: number) => void;
  /** As `append`, and where not all of the text has room none of it is added. */
  readonly appendWhole: (path: string, text: string, mode?: number) => void;
  /** Gives a file another name, in place of whatever has it; devices and pipes keep theirs. */
  readonly rename: (from: string, to: string) => void;
  /** Makes a folder, and those above it, for the user alone. Ends at once where none can be made. */
  readonly makeFolder: (path: string) => void;
}

const CHUNK_BYTES = 65_536;

function fileError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/** Reads piece by piece: pipes and /proc files have no size to ask for, and some files never end. */
function readAll(descriptor: number, path: string, maxBytes: number): Uint8Array {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const read = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
    if (read === 0) return Buffer.concat(chunks);
    total += read;
    if (total > maxBytes) throw fileError('EFBIG', path);
    chunks.push(chunk.subarray(0, read));
  }
}

/** The file that a path leads to, so that a rename replaces that and not a symbolic link to it. */
function destination(path: string): { readonly path: string; readonly replaceable: boolean } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { path, replaceable: true };
  if (found.isDirectory()) throw fileError('EISDIR', path);
  return { path: realpathSync(path), replaceable: found.isFile() };
}

/** One after the other: Node 20's recursive `mkdir` tries for ever where a file system lets nobody make one, as /proc. */
function makeFolders(path: string): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (isElse(above)) throw fileError('ENOTDIR', path);
  if (above !== path) makeFolders(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (isFolder(path)) return;
    const isKept = error instanceof Error && 'code' in error && error.code === 'ENOENT' && isFolder(above);
    throw isKept ? fileError('EPERM', path) : error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** There is something, and no folder. */
function isElse(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}

/** Adds all of it or nothing, as far as that can be had: half a line would spoil the next one too. */
function appendWhole(path: string, text: string, mode: number): void {
  const bytes = Buffer.from(text);
  const descriptor = openSync(path, 'a', mode);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    if (written > 0) takeBack(path, bytes.subarray(0, written));
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Cuts a piece off the end of a file; leaves the file as it is where it ends otherwise, or cannot be read. */
function takeBack(path: string, piece: Uint8Array): void {
  try {
    const descriptor = openSync(path, 'r+');
    try {
      const start = fstatSync(descriptor).size - piece.length;
      const end = Buffer.alloc(piece.length);
      readSync(descriptor, end, 0, end.length, start);
      if (end.equals(piece)) ftruncateSync(descriptor, start);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // That it could not be written is told anyway.
  }
}

function openBeside(path: string, mode: number): { readonly temporary: string; readonly descriptor: number } {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomUUID().slice(0, 8)}.tmp`);
  return { temporary, descriptor: openSync(temporary, 'wx', mode) };
}

function writeAtomically(path: string, content: string | Uint8Array, mode: number | undefined): void {
  const { temporary, descriptor } = openBeside(path, mode ?? 0o666);
  try {
    if (mode !== undefined) fchmodSync(descriptor, mode);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** The files of this machine. @param cwd what paths are relative to */
export function systemFiles(cwd: string): Files {
  return {
    read: (path, maxBytes) => {
      const descriptor = openSync(resolve(cwd, path), 'r');
      try {
        if (fstatSync(descriptor).isDirectory()) throw fileError('EISDIR', path);
        return readAll(descriptor, path, maxBytes);
      } finally {
        closeSync(descriptor);
      }
    },
    readStdin: (maxBytes) => readAll(0, 'standard input', maxBytes),
    exists: (path) => existsSync(resolve(cwd, path)),
    realPath: (path) => {
      const absolute = resolve(cwd, path);
      return existsSync(absolute) ? realpathSync(absolute) : absolute;
    },
    write: (path, content, mode) => {
      const { path: target, replaceable } = destination(resolve(cwd, path));
      if (replaceable) writeAtomically(target, content, mode);
      else writeFileSync(target, content);
    },
    checkWritable: (path) => {
      const { path: target, replaceable } = destination(resolve(cwd, path));
      if (!replaceable) return;
      const { temporary, descriptor } = openBeside(target, 0o600);
      closeSync(descriptor);
      unlinkSync(temporary);
    },
    append: (path, text, mode = 0o666) => {
      appendFileSync(resolve(cwd, path), text, { mode });
    },
    appendWhole: (path, text, mode = 0o666) => {
      appendWhole(resolve(cwd, path), text, mode);
    },
    rename: (from, to) => {
      const { path, replaceable } = destination(resolve(cwd, from));
      if (replaceable) renameSync(path, resolve(cwd, to));
    },
    makeFolder: (path) => makeFolders(resolve(cwd, path)),
  };
}
