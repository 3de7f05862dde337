/** What tests of couriers share: a book, parcels, and receivers that can be slow or go away. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SinkBook } from '../../../src/app/courier/book.ts';
import type { Parcel } from '../../../src/app/courier/parcel.ts';

/** A book, and what it said. */
export function bookOf(): { readonly book: SinkBook; readonly said: string[] } {
  const said: string[] = [];
  const book = new SinkBook({
    kind: 'ssf',
    address: 'unix:///sock',
    redact: (text) => text.replaceAll('hunter2', '***'),
    say: (line) => said.push(line),
  });
  return { book, said };
}

/** A parcel of one line. */
export function lineOf(text: string): Parcel {
  const bytes = new TextEncoder().encode(`${text}\n`);
  return { count: 1, size: bytes.length, encode: () => [bytes] };
}

/** A receiver on a unix socket. */
export interface UnixReceiver {
  readonly path: string;
  readonly text: () => string;
  readonly connections: () => number;
  /** Ends its connections, and listens no more. */
  readonly stop: () => Promise<void>;
  /** Ends its connections, and goes on listening. */
  readonly hangUp: () => void;
}

/** A folder for a socket, removed by the returned function. */
export function socketPath(): { readonly path: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-sink-'));
  return { path: join(folder, 'sink.sock'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Listens there. @param reads false: it takes connections and reads nothing */
export async function unixReceiver(path: string, reads = true): Promise<UnixReceiver> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (reads) socket.on('data', (chunk) => chunks.push(chunk));
    else socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    path,
    text: () => Buffer.concat(chunks).toString('utf8'),
    connections: () => connections,
    hangUp,
    stop: () => {
      hangUp();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Waits until something holds, at most 5 s. */
export async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('it does not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
