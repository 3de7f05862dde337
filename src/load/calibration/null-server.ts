/**
 * The fastest server that we can make: fixed bytes for every request, over the plan's own protocol. What our
 * code reaches against it is the generator's ceiling; what it adds to a request is the floor.
 */

import { createSecureServer } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** Which protocol the null server speaks: that of the plan's first target. */
export type NullProtocol = 'http' | 'https' | 'h2';

/** Longest head of a request: no plan makes one, and whoever else found the port gets no further. */
const MAX_HEAD_BYTES = 1_048_576;

const HEAD_RESPONSE = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 12\r\n\r\n',
);
const RESPONSE = Buffer.concat([HEAD_RESPONSE, Buffer.from('hello world\n')]);

/** First letter of HEAD and of no other method: an answer to it has no body. */
const H = 72;

/**
 * A pre-shared key instead of a certificate: the record layer costs the same, and no key pair has to be kept.
 * It guards nothing but fixed bytes on loopback.
 */
export const NULL_IDENTITY = 'headroom-null-server';
/** The key itself, 32 bytes. */
export const NULL_KEY: Buffer = Buffer.alloc(32, 7);
/** The one cipher suite that both sides offer. */
export const NULL_CIPHERS = 'PSK-AES128-GCM-SHA256';

const TLS: TlsOptions = {
  ciphers: NULL_CIPHERS,
  maxVersion: 'TLSv1.2',
  pskCallback: () => NULL_KEY,
  ALPNProtocols: ['http/1.1'],
};

/** Starts a null server on a free loopback port. @returns the port, and what stops it */
export async function startNullServer(protocol: NullProtocol): Promise<{ port: number; close: () => void }> {
  const server = createFor(protocol);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the null server has no port');
  return {
    port: address.port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function createFor(protocol: NullProtocol): Server {
  if (protocol === 'http') return createServer({ noDelay: true }, answer);
  if (protocol === 'https') return createTlsServer(TLS, answer);
  return createSecureServer({ ...TLS, ALPNProtocols: ['h2'] }, (_request, response) => {
    response.end('hello world\n');
  });
}

/** Answers every request on a connection: a head, and as many body bytes as its content-length says. */
function answer(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  let bodyLeft = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const skipped = Math.min(bodyLeft, data.length);
      bodyLeft -= skipped;
      data = data.subarray(skipped);
      const end = bodyLeft > 0 ? -1 : data.indexOf('\r\n\r\n');
      if (end === -1) break;
      bodyLeft = contentLength(data.subarray(0, end));
      socket.write(data[0] === H ? HEAD_RESPONSE : RESPONSE);
      data = data.subarray(end + 4);
    }
    rest = data;
    if (rest.length > MAX_HEAD_BYTES) socket.destroy();
  });
}

function contentLength(head: Buffer): number {
  const at = head.indexOf('content-length: ');
  return at === -1 ? 0 : Number.parseInt(head.toString('latin1', at + 16, at + 32), 10) || 0;
}
