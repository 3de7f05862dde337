/** Receivers of a run's measurements, good ones and bad ones, and a target that fails now and then. */

import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createStream,
  type Socket,
  type Server as StreamServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSpan, FrameReader, type ReceivedSpan } from './ssf.ts';

/** Something that listens until it is stopped. */
interface Listening {
  readonly stop: () => Promise<void>;
}

/** A server of HTTP on loopback. */
export interface HttpPlace extends Listening {
  readonly url: string;
  readonly port: number;
}

/** Serves on a free port of loopback. */
export async function serve(answer: RequestListener): Promise<HttpPlace> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A target, every nth request to which fails. */
export interface Target extends HttpPlace {
  readonly seen: () => { readonly requests: number; readonly errors: number };
}

export async function failingTarget(everyNth: number): Promise<Target> {
  let requests = 0;
  let errors = 0;
  const place = await serve((_, response) => {
    requests += 1;
    if (requests % everyNth === 0) {
      errors += 1;
      response.statusCode = 503;
    }
    response.end('hello');
  });
  return { ...place, seen: () => ({ requests, errors }) };
}

/** What was pushed to a path, newest last. */
export interface PushReceiver extends HttpPlace {
  readonly pushed: (path: string) => readonly Buffer[];
}

/** Takes every push. */
export async function pushReceiver(): Promise<PushReceiver> {
  const bodies = new Map<string, Buffer[]>();
  const place = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      bodies.set(path, [...(bodies.get(path) ?? []), Buffer.concat(chunks)]);
      response.end('{}');
    });
  });
  return { ...place, pushed: (path) => bodies.get(path) ?? [] };
}

/** A receiver of datagrams. */
export interface UdpReceiver extends Listening {
  readonly port: number;
  readonly datagrams: readonly Buffer[];
}

export async function udpReceiver(): Promise<UdpReceiver> {
  const socket: DatagramSocket = createSocket({ type: 'udp4', recvBufferSize: 1_000_000 });
  const datagrams: Buffer[] = [];
  socket.on('message', (bytes) => datagrams.push(bytes));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const stop = (): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));
  return { port: socket.address().port, datagrams, stop };
}

/** Does what it will with a connection. @returns where it listens */
export async function unixReceiver(
  onConnection: (socket: Socket) => void,
): Promise<Listening & { readonly url: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-sinks-'));
  const path = join(folder, 'ssf.sock');
  const sockets = new Set<Socket>();
  const server: StreamServer = createStream((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `unix://${path}`, stop };
}

/** Reads the spans that come framed. */
export async function spanReceiver(): Promise<
  Listening & { readonly url: string; readonly spans: readonly ReceivedSpan[] }
> {
  const spans: ReceivedSpan[] = [];
  const place = await unixReceiver((socket) => {
    const reader = new FrameReader();
    socket.on('data', (chunk) => spans.push(...reader.push(chunk).map(decodeSpan)));
  });
  return { ...place, spans };
}
