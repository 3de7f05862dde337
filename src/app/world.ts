/**
 * Everything outside the program, as one value: streams, files, environment, clock, signals, machine and
 * names. Tests hand in another one; nothing else in app/ sees the process or the file system.
 */

import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { cpus, homedir, hostname, networkInterfaces, totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Clock, systemClock } from '../core/clock.ts';
import { type Output, silentOutput, streamOutput } from './output.ts';

/** Signals that ask a run to end. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Files, by path relative to the working directory. All throw what Node throws. */
export interface Files {
  /** At most `maxBytes` bytes. @throws Error with code EFBIG when there are more */
  readonly read: (path: string, maxBytes: number) => Uint8Array;
  readonly readStdin: (maxBytes: number) => Uint8Array;
  readonly exists: (path: string) => boolean;
  /** Writes a temporary file beside `path` and renames it; devices and pipes are written to as they are. */
  readonly write: (path: string, text: string, mode?: number) => void;
  /** Throws what `write` would throw, and leaves everything as it was. */
  readonly checkWritable: (path: string) => void;
  /** Makes a folder, and those above it, for the user alone. */
  readonly makeFolder: (path: string) => void;
}

/** What the operating system says about the machine. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly hostname: string;
  readonly cpuCount: number;
  readonly cpuModel: string | null;
  readonly memoryBytes: number;
  /** Addresses of this machine's own network interfaces. */
  readonly addresses: readonly string[];
}

/** Everything outside. */
export interface World {
  /** Version of headroom, and of Node with its leading v. */
  readonly version: string;
  readonly nodeVersion: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly machine: Machine;
  /** All addresses of a host. Rejects when it has none. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
  /** Calls `listener` for each stop signal until the returned function is called. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** Rejects when code of ours failed outside every promise; never resolves. */
  readonly crashed: Promise<never>;
  /** A new random identifier. */
  readonly newId: () => string;
  /** Where load runs: worker threads need the built files. */
  readonly isolation: 'thread' | 'inline';
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

function openBeside(path: string, mode: number): { readonly temporary: string; readonly descriptor: number } {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomUUID().slice(0, 8)}.tmp`);
  return { temporary, descriptor: openSync(temporary, 'wx', mode) };
}

function writeAtomically(path: string, text: string, mode: number): void {
  const { temporary, descriptor } = openBeside(path, mode);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function systemFiles(cwd: string): Files {
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
    write: (path, text, mode = 0o666) => {
      const { path: target, replaceable } = destination(resolve(cwd, path));
      if (replaceable) writeAtomically(target, text, mode);
      else writeFileSync(target, text);
    },
    checkWritable: (path) => {
      const { path: target, replaceable } = destination(resolve(cwd, path));
      if (!replaceable) return;
      const { temporary, descriptor } = openBeside(target, 0o600);
      closeSync(descriptor);
      unlinkSync(temporary);
    },
    makeFolder: (path) => {
      mkdirSync(resolve(cwd, path), { recursive: true, mode: 0o700 });
    },
  };
}

function systemMachine(): Machine {
  const processors = cpus();
  const interfaces = Object.values(networkInterfaces());
  return {
    platform: process.platform,
    arch: process.arch,
    hostname: hostname(),
    cpuCount: Math.max(1, processors.length),
    cpuModel: processors[0]?.model.trim() ?? null,
    memoryBytes: totalmem(),
    addresses: interfaces.flatMap((entries) => entries?.map(({ address }) => address) ?? []),
  };
}

function onSignal(listener: (signal: StopSignal) => void): () => void {
  const interrupt = (): void => listener('SIGINT');
  const terminate = (): void => listener('SIGTERM');
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', terminate);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', terminate);
  };
}

function crashes(): Promise<never> {
  const crashed = new Promise<never>((_, reject) => {
    process.once('uncaughtException', reject);
  });
  // Whoever does not wait for it must not be told of it twice.
  crashed.catch(() => undefined);
  return crashed;
}

/** Version of headroom, from its package.json; the built files lie as deep as the sources. */
function ownVersion(files: Files): string {
  const text = new TextDecoder().decode(files.read(join(import.meta.dirname, '../../package.json'), 65_536));
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? '0.0.0';
}

type Surroundings = Omit<World, 'stdout' | 'stderr' | 'onSignal' | 'crashed'>;

function surroundings(): Surroundings {
  const cwd = process.cwd();
  const files = systemFiles(cwd);
  return {
    version: ownVersion(files),
    nodeVersion: process.version,
    env: process.env,
    cwd,
    home: homedir(),
    files,
    clock: systemClock(),
    machine: systemMachine(),
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    newId: () => randomUUID(),
    isolation: import.meta.filename.endsWith('.ts') ? 'inline' : 'thread',
  };
}

/** The world as it is, for a program that owns its process. */
export function systemWorld(): World {
  return {
    ...surroundings(),
    stdout: streamOutput(process.stdout),
    stderr: streamOutput(process.stderr),
    onSignal,
    crashed: crashes(),
  };
}

/** The world for a guest in another program: it prints nothing and leaves the process's signals alone. */
export function guestWorld(stop?: AbortSignal): World {
  return {
    ...surroundings(),
    stdout: silentOutput(),
    stderr: silentOutput(),
    onSignal: (listener) => {
      const interrupt = (): void => listener('SIGINT');
      if (stop?.aborted === true) interrupt();
      stop?.addEventListener('abort', interrupt);
      return () => stop?.removeEventListener('abort', interrupt);
    },
    crashed: new Promise<never>(() => undefined),
  };
}
