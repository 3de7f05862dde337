/**
 * A process of the example system, seen from the one that starts it: start, wait until it listens, tell it
 * things, end it. Both kinds run child-main.ts.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Order, Ports, Report, Role } from './child-protocol.ts';
import type { FaultEffect } from './faults.ts';

/** How long a child may take to listen, and to end when told, ms; then it is killed. */
const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 4_000;

/** How long to wait for a child to carry out an order, ms; it does not answer while it is stopped. */
const OBEY_LIMIT_MS = 4_000;

/** A child process that is told what to be, and ends with its parent. */
export class Child {
  readonly pid: number;
  readonly ports: Ports;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  #lastOrder = 0;
  #frozen = false;

  private constructor(process: ChildProcess, ports: Ports) {
    this.#process = process;
    this.pid = process.pid ?? 0;
    this.ports = ports;
    this.ended = ended(process);
  }

  /** Starts a child. @throws Error when it cannot listen or does not within 15 s; it is gone then */
  static async start(role: Role): Promise<Child> {
    // The caller's own flags and environment (loaders, inspectors, credentials) are not for the children.
    const process = fork(entryPath(), [JSON.stringify(role)], { execArgv: [], env: {}, stdio: 'inherit' });
    try {
      return new Child(process, await listening(process));
    } catch (error) {
      process.kill('SIGKILL');
      throw error;
    }
  }

  get alive(): boolean {
    return isAlive(this.#process);
  }

  /**
   * Puts these faults, and only these, in force. Settles when they bite; at once when it is not alive.
   *
   * @throws Error when the child could not, or did not say so within 4 s
   */
  async enforce(effects: readonly FaultEffect[]): Promise<void> {
    if (!this.alive) return;
    this.#lastOrder += 1;
    const id = this.#lastOrder;
    const done = carriedOut(this.#process, id);
    this.#tell({ kind: 'faults', id, effects });
    await done;
  }

  /** Stops it where it is (SIGSTOP), until {@link Child.resume}. It still is alive. */
  freeze(): void {
    this.#frozen = this.#process.kill('SIGSTOP');
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Lets it run again, where it was frozen. */
  resume(): void {
    if (this.#frozen) this.#process.kill('SIGCONT');
    this.#frozen = false;
  }

  #tell(order: Order): void {
    if (this.alive && this.#process.connected) this.#process.send(order, () => undefined);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** Has it close up and end; kills it when it takes too long. */
  async stop(): Promise<void> {
    this.#tell({ kind: 'stop' });
    this.resume();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.ended;
    clearTimeout(timer);
  }
}

/**
 * The built entry: Node 20 does not run TypeScript, so that sources under test use the build too.
 *
 * @throws Error when there is no build
 */
function entryPath(): string {
  const entry = import.meta.url.endsWith('.ts') ? '../../dist/demo/child-main.js' : './child-main.js';
  const path = fileURLToPath(new URL(entry, import.meta.url));
  if (!existsSync(path))
    throw new Error(`the example system is not built: ${path} is missing (npm run build)`);
  return path;
}

function isAlive(process: ChildProcess): boolean {
  return process.exitCode === null && process.signalCode === null;
}

function ended(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (isAlive(process)) process.once('exit', () => resolve());
    else resolve();
  });
}

function listening(process: ChildProcess): Promise<Ports> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('a process of the example system did not start')),
      START_LIMIT_MS,
    );
    process.once('message', (message) => {
      clearTimeout(timer);
      const report = decodeReport(message);
      if (report.kind === 'ready') resolve(report.ports);
      else if (report.kind === 'failed') reject(new Error(report.message));
    });
    process.once('error', reject);
    process.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(
        new Error(`a process of the example system ended at its start (${signal ?? `exit code ${code}`})`),
      );
    });
  });
}

function carriedOut(process: ChildProcess, id: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (problem: string | null): void => {
      clearTimeout(timer);
      process.off('message', listen);
      process.off('exit', left);
      if (problem === null) resolve();
      else reject(new Error(problem));
    };
    const timer = setTimeout(() => settle('a process of the example system does not obey'), OBEY_LIMIT_MS);
    const left = (): void => settle(null);
    const listen = (message: unknown): void => {
      const report = decodeReport(message);
      if (report.kind === 'done' && report.id === id) settle(report.problem);
    };
    process.on('message', listen);
    process.once('exit', left);
  });
}

/** The one decoder of what a child says: it is this very program at the other end. */
function decodeReport(message: unknown): Report {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the decoder of this wire format
  return message as Report;
}
