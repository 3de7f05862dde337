/** A raw server that does exactly what a test says, byte by byte: what no HTTP library would let it do. */

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** One request as it came in, and the socket to answer on. */
export interface ScriptedRequest {
  readonly socket: Socket;
  /** Head of the request, without the empty line. */
  readonly head: string;
  /** Number of this request on the server, from 0, and on its connection. */
  readonly index: number;
  readonly indexOnConnection: number;
  /** Resets the TCP connection, below any TLS. */
  readonly reset: () => void;
}

export interface ScriptedServer {
  readonly url: string;
  readonly port: number;
  /** Heads of all requests so far. */
  readonly heads: string[];
  readonly connections: number;
  close(): Promise<void>;
}

/** What a scripted server does; both may be left out. */
export interface Script {
  readonly onRequest?: (request: ScriptedRequest) => void;
  readonly onConnection?: (socket: Socket) => void;
  readonly tls?: TlsOptions;
  /** Path of a unix socket to listen on instead of a port. */
  readonly path?: string;
}

/** A whole response with the right length. */
export function response(
  body = 'hello',
  options: { status?: string; headers?: readonly string[] } = {},
): string {
  const headers = [...(options.headers ?? []), `content-length: ${Buffer.byteLength(body)}`];
  return `HTTP/1.1 ${options.status ?? '200 OK'}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
}

/** Starts it on a free loopback port. Requests are taken to have no body, or one with a content-length. */
export async function startScripted(script: Script): Promise<ScriptedServer> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const tcpSockets = new Map<string, Socket>();
  let connections = 0;
  const accept = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    script.onConnection?.(socket);
    const reset = (): void => {
      (tcpSockets.get(peerOf(socket)) ?? socket).resetAndDestroy();
    };
    if (script.onRequest !== undefined) readRequests(socket, heads, { reset, onRequest: script.onRequest });
  };
  const server: Server =
    script.tls === undefined ? createServer(accept) : createTlsServer(script.tls, accept);
  server.on('tlsClientError', () => undefined);
  server.on('connection', (tcp: Socket) => {
    const peer = peerOf(tcp);
    tcpSockets.set(
      peer,
      tcp.on('error', () => undefined).on('close', () => tcpSockets.delete(peer)),
    );
  });
  await new Promise<void>((resolve) => {
    if (script.path === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(script.path, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const host = script.tls === undefined ? '127.0.0.1' : 'localhost';
  return {
    url: `${script.tls === undefined ? 'http' : 'https'}://${host}:${port}/`,
    port,
    heads,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The same for a TLS socket and the TCP socket below it. */
function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

function readRequests(
  socket: Socket,
  heads: string[],
  { reset, onRequest }: Pick<ScriptedRequest, 'reset'> & Required<Pick<Script, 'onRequest'>>,
): void {
  let text = '';
  let indexOnConnection = 0;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(0, end);
      const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      text = text.slice(end + 4 + length);
      heads.push(head);
      onRequest({ socket, head, index: heads.length - 1, indexOnConnection, reset });
      indexOnConnection += 1;
    }
  });
}
