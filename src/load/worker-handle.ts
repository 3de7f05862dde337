/** A worker as its pool sees it: a thread of its own, or a guest on this event loop. */

import { Worker as Thread } from 'node:worker_threads';
import { InternalError } from '../core/errors.ts';
import { type NullProtocol, startNullServer } from './calibration/null-server.ts';
import { warmUp } from './calibration/warm-up.ts';
import type { FromWorker, ToWorker, WorkerOrder } from './protocol.ts';
import { createWorker } from './worker.ts';

export interface WorkerHandle {
  send(message: ToWorker): void;
  /** Resolves when the worker is gone. */
  end(): Promise<void>;
}

/** Where a worker's messages and its unforeseen end are told. */
export interface WorkerEvents {
  readonly onMessage: (message: FromWorker) => void;
  readonly onDeath: (message: string) => void;
}

/** A null server somewhere. */
export interface NullServer {
  readonly port: number;
  close(): void;
}

/** Starts a worker in a thread of its own. @throws InternalError when the built entry file is missing */
export function threadWorker(order: WorkerOrder, events: WorkerEvents): WorkerHandle {
  const thread = new Thread(entry('./worker-main.js'), { workerData: order });
  thread.on('message', (message: FromWorker) => events.onMessage(message));
  thread.on('error', (error: Error) => events.onDeath(error.message));
  thread.on('exit', (code) => events.onDeath(`the worker thread ended with code ${code}`));
  return {
    send: (message) => thread.postMessage(message),
    end: async () => {
      await thread.terminate();
    },
  };
}

/** Starts a worker on the caller's own event loop, which must not be busy with anything else. */
export function inlineWorker(order: WorkerOrder, events: WorkerEvents): WorkerHandle {
  const worker = createWorker(order, events.onMessage, warmUp);
  return { send: (message) => worker.command(message), end: () => Promise.resolve() };
}

/** Starts the null server, in a thread of its own unless everything runs inline. */
export async function startNullThread(
  protocol: NullProtocol,
  isolation: 'thread' | 'inline',
): Promise<NullServer> {
  if (isolation === 'inline') return startNullServer(protocol);
  const thread = new Thread(entry('./calibration/null-server-main.js'), { workerData: protocol });
  const port = await new Promise<number>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
  return { port, close: () => thread.postMessage('close') };
}

/** Threads start from built files: Node 20 cannot run TypeScript. */
function entry(path: string): URL {
  if (import.meta.url.endsWith('.ts')) {
    throw new InternalError('worker threads need the built files', { hint: 'run `npm run build` first' });
  }
  return new URL(path, import.meta.url);
}
