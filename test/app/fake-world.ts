/** A World that lives in memory: what a test writes into it is all there is. */

import type { Delivery, Output } from '../../src/app/output.ts';
import type { Processes } from '../../src/app/world/processes.ts';
import type { Scrape } from '../../src/app/world/scrape.ts';
import type { Files, StopSignal, World } from '../../src/app/world.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Post } from '../../src/notify/channel.ts';

export interface FakeOutput extends Output {
  readonly text: () => string;
}

export function fakeOutput(delivery: Delivery = { kind: 'delivered' }): FakeOutput {
  let text = '';
  return {
    isTTY: false,
    columns: null,
    write: (more) => {
      text += more;
    },
    settled: () => Promise.resolve(delivery),
    text: () => text,
  };
}

function missing(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** Files by path; a value that is an error code is thrown. */
export interface FakeFiles extends Files {
  readonly contents: Map<string, string>;
  readonly modes: Map<string, number>;
}

export function fakeFiles(contents: Readonly<Record<string, string>> = {}): FakeFiles {
  const held = new Map(Object.entries(contents));
  const modes = new Map<string, number>();
  return {
    contents: held,
    modes,
    read: (path, maxBytes) => {
      const text = held.get(path);
      if (text === undefined) throw missing('ENOENT', path);
      const bytes = new TextEncoder().encode(text);
      if (bytes.length > maxBytes) throw missing('EFBIG', path);
      return bytes;
    },
    readStdin: () => new TextEncoder().encode(held.get('-') ?? ''),
    exists: (path) => held.has(path),
    realPath: (path) => path,
    write: (path, content, mode = 0o666) => {
      if (path.startsWith('/readonly/')) throw missing('EROFS', path);
      held.set(path, typeof content === 'string' ? content : new TextDecoder().decode(content));
      modes.set(path, mode);
    },
    checkWritable: (path) => {
      if (path.startsWith('/readonly/')) throw missing('EROFS', path);
    },
    append: (path, text) => {
      if (path.startsWith('/readonly/')) throw missing('EROFS', path);
      held.set(path, (held.get(path) ?? '') + text);
    },
    appendWhole: (path, text) => {
      if (path.startsWith('/readonly/')) throw missing('EROFS', path);
      held.set(path, (held.get(path) ?? '') + text);
    },
    rename: (from, to) => {
      const text = held.get(from);
      if (text === undefined) throw missing('ENOENT', from);
      held.delete(from);
      held.set(to, text);
    },
    makeFolder: (path) => {
      if (path.startsWith('/readonly')) throw missing('EROFS', path);
    },
  };
}

/** A clock that stands still until it is moved; sleepers wake as it passes them. */
export interface FakeClock extends Clock {
  readonly advance: (ms: number) => Promise<void>;
}

export function fakeClock(startWallMs: number = Date.UTC(2026, 10, 22, 10)): FakeClock {
  let nowMs = 0;
  let sleepers: { atMs: number; wake: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    wallMs: () => startWallMs + nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        signal?.addEventListener('abort', () => resolve());
        sleepers.push({ atMs: nowMs + ms, wake: resolve });
      }),
    advance: async (ms) => {
      nowMs += ms;
      const due = sleepers.filter(({ atMs }) => atMs <= nowMs);
      sleepers = sleepers.filter(({ atMs }) => atMs > nowMs);
      for (const { wake } of due) wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

export interface FakeWorld extends World {
  readonly stdout: FakeOutput;
  readonly stderr: FakeOutput;
  readonly files: FakeFiles;
  readonly send: (signal: StopSignal) => void;
  readonly listeners: () => number;
}

/** No program is there to be run. */
const noProcesses: Processes = {
  run: () => Promise.resolve({ code: null, output: '' }),
  feed: () => Promise.resolve({ kind: 'failed', code: null, cause: null, output: '', isCut: false }),
  start: () => ({
    ended: Promise.resolve({ code: 127, signal: null }),
    stop: () => Promise.resolve(),
  }),
  attach: () => ({
    ended: Promise.resolve({ code: 127, signal: null, refusal: 'there is no such program', elapsedMs: 0 }),
    release: () => undefined,
  }),
};

export interface FakeParts {
  readonly files?: FakeFiles;
  readonly clock?: Clock;
  readonly processes?: Processes;
  readonly post?: Post;
  readonly scrape?: Scrape;
  readonly env?: Readonly<Record<string, string>>;
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly stdout?: FakeOutput;
  readonly crashed?: Promise<never>;
}

export function fakeWorld(parts: FakeParts = {}): FakeWorld {
  const listeners = new Set<(signal: StopSignal) => void>();
  let ids = 0;
  return {
    version: '0.1.0',
    nodeVersion: 'v20.20.2',
    stdout: parts.stdout ?? fakeOutput(),
    stderr: fakeOutput(),
    env: parts.env ?? {},
    cwd: '/work-place',
    home: '/home/someone',
    files: parts.files ?? fakeFiles(),
    processes: parts.processes ?? noProcesses,
    post: parts.post ?? (() => Promise.reject(new Error('nobody listens'))),
    scrape: () => Promise.resolve(parts.scrape ?? (() => Promise.reject(new Error('nobody listens')))),
    clock: parts.clock ?? fakeClock(),
    machine: {
      platform: 'linux',
      arch: 'x64',
      hostname: 'tester',
      cpuCount: 4,
      cpuModel: 'Example CPU',
      memoryBytes: 8e9,
      addresses: ['127.0.0.1', '10.1.2.3', 'fd00::5'],
    },
    lookup: (host) => {
      const found = parts.names?.[host];
      return found === undefined ? Promise.reject(missing('ENOTFOUND', host)) : Promise.resolve(found);
    },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    crashed: parts.crashed ?? new Promise<never>(() => undefined),
    newId: () => `id-${(ids += 1)}`,
    isolation: 'inline',
    send: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    listeners: () => listeners.size,
  };
}
