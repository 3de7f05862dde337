/**
 * Everything outside the program, as one value: streams, files, environment, clock, signals, machine and
 * names. Tests hand in another one; nothing else in app/ sees the process or the file system.
 */

import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { cpus, homedir, hostname, networkInterfaces, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Post } from '../notify/channel.ts';
import { type Output, silentOutput, streamOutput } from './output.ts';
import { type Files, systemFiles } from './world/files.ts';
import { type Processes, systemProcesses } from './world/processes.ts';
import type { Scrape, ScrapeTrust } from './world/scrape.ts';

export type { Files } from './world/files.ts';

/** Signals that ask a run to end. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

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
  readonly processes: Processes;
  /** Requests that tell somebody, through the proxy of the environment; see `world/post.ts`. */
  readonly post: Post;
  /** Reads of what servers tell of themselves, straight to them; see `world/scrape.ts`. @param trust true: certificates are not verified */
  readonly scrape: (trust?: boolean | ScrapeTrust) => Promise<Scrape>;
  readonly clock: Clock;
  readonly machine: Machine;
  /** All addresses of a host. Rejects when it has none. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
  /** Calls `listener` for each stop signal until the returned function is called; a hang-up counts as SIGTERM. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** Rejects when code of ours failed outside every promise; never resolves. */
  readonly crashed: Promise<never>;
  /** A new random identifier. */
  readonly newId: () => string;
  /** Where load runs: worker threads need the built files. */
  readonly isolation: 'thread' | 'inline';
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
  // The terminal is gone: whoever does not wind up then leaves what it started behind.
  process.on('SIGHUP', terminate);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', terminate);
    process.off('SIGHUP', terminate);
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
  const clock = systemClock();
  return {
    version: ownVersion(files),
    nodeVersion: process.version,
    env: process.env,
    cwd,
    home: homedir(),
    files,
    processes: systemProcesses({ cwd, clock }),
    // What talks HTTP takes long to load, and few commands tell anybody.
    post: async (request) => (await import('./world/post.ts')).systemPost(process.env)(request),
    scrape: async (trust = false) =>
      (await import('./world/scrape.ts')).systemScrape(
        typeof trust === 'boolean' ? { insecure: trust } : trust,
      ),
    clock,
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
