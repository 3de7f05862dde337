/** An HTTP/2 server over TLS that does with each stream what a test says, and counts its sessions. */

import {
  createSecureServer,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';

/** One request as it came in. */
export interface Http2Request {
  readonly stream: ServerHttp2Stream;
  readonly session: ServerHttp2Session;
  readonly headers: IncomingHttpHeaders;
  /** Number of this request on the server, from 0, and on its session. */
  readonly index: number;
  readonly indexOnSession: number;
}

export interface Http2Server {
  readonly url: string;
  readonly port: number;
  /** Sessions so far, open or closed. */
  readonly sessions: number;
  /** Most streams that were open on one session at once. */
  readonly streamsMax: number;
  /** Method and path of every request so far. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts it on a free loopback port. Streams are answered by `onRequest`; a stream's errors are its own. */
export async function startHttp2(
  options: SecureServerOptions,
  onRequest: (request: Http2Request) => void,
): Promise<Http2Server> {
  const open = new Set<ServerHttp2Session>();
  const requests: string[] = [];
  let sessions = 0;
  let streamsMax = 0;
  const server = createSecureServer(options);
  server.on('session', (session) => {
    sessions += 1;
    open.add(session);
    session.on('error', () => undefined).on('close', () => open.delete(session));
    let streams = 0;
    let indexOnSession = 0;
    session.on('stream', (stream, headers) => {
      streams += 1;
      streamsMax = Math.max(streamsMax, streams);
      stream
        .on('error', () => undefined)
        .on('close', () => {
          streams -= 1;
        });
      requests.push(`${headers[':method']} ${headers[':path']}`);
      onRequest({ stream, session, headers, index: requests.length - 1, indexOnSession });
      indexOnSession += 1;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `https://localhost:${port}/`,
    port,
    requests,
    get sessions() {
      return sessions;
    },
    get streamsMax() {
      return streamsMax;
    },
    close: () =>
      new Promise((resolve) => {
        for (const session of open) session.destroy();
        server.close(() => resolve());
      }),
  };
}
