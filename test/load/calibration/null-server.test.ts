import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import {
  NULL_CIPHERS,
  NULL_IDENTITY,
  NULL_KEY,
  type NullProtocol,
  startNullServer,
} from '../../../src/load/calibration/null-server.ts';
import { useClosing } from '../../support/closing.ts';

const closing = useClosing();

const ANSWER = /^HTTP\/1\.1 200 OK\r\n(?:[a-z-]+: [^\r\n]+\r\n)+\r\nhello world\n$/;

const PSK: ConnectionOptions = {
  ciphers: NULL_CIPHERS,
  maxVersion: 'TLSv1.2',
  checkServerIdentity: () => undefined,
  pskCallback: () => ({ psk: NULL_KEY, identity: NULL_IDENTITY }),
};

/** Writes pieces, 5 ms apart, and collects what comes back until it has been quiet for a while. */
async function say(socket: Socket, pieces: readonly (string | Buffer)[]): Promise<string> {
  let text = '';
  socket
    .on('error', () => undefined)
    .on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
  for (const piece of pieces) {
    socket.write(piece);
    await sleep(5);
  }
  await sleep(50);
  socket.destroy();
  return text;
}

async function plainSocket(): Promise<{ port: number; open: () => Socket }> {
  const { port } = closing(await startNullServer('http'));
  return { port, open: () => connect(port, '127.0.0.1') };
}

/** A connection of the server's own protocol. */
async function opened(protocol: NullProtocol, port: number): Promise<Socket> {
  if (protocol === 'http') return connect(port, '127.0.0.1');
  const ALPNProtocols = [protocol === 'h2' ? 'h2' : 'http/1.1'];
  const socket = connectTls({ ...PSK, port, host: '127.0.0.1', ALPNProtocols });
  await once(socket, 'secureConnect');
  return socket;
}

const answersIn = (text: string): number => text.split('HTTP/1.1 200 OK').length - 1;

describe('the null server', () => {
  test('answers a request with fixed bytes', async () => {
    const { open } = await plainSocket();
    expect(await say(open(), ['GET / HTTP/1.1\r\nhost: x\r\n\r\n'])).toMatch(ANSWER);
  });

  test('answers HEAD without the body', async () => {
    const { open } = await plainSocket();
    const text = await say(open(), ['HEAD / HTTP/1.1\r\n\r\n']);
    expect(text).toMatch(/content-length: 12\r\n\r\n$/);
  });

  test.each([
    {
      name: 'two requests in one piece',
      pieces: ['GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n'],
      answers: 2,
    },
    { name: 'a request in pieces', pieces: ['GET / HT', 'TP/1.1\r\nhost: x\r', '\n\r', '\n'], answers: 1 },
    { name: 'half a request', pieces: ['GET / HTTP/1.1\r\nhost: x\r\n'], answers: 0 },
    {
      name: 'a request with a body, and another',
      pieces: ['POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\n01234', '56789GET / HTTP/1.1\r\n\r\n'],
      answers: 2,
    },
    {
      name: 'a body that looks like requests',
      pieces: [`POST / HTTP/1.1\r\ncontent-length: 36\r\n\r\n${'GET / HTTP/1.1\r\n\r\n'.repeat(2)}`],
      answers: 1,
    },
    {
      name: 'a length that is no number',
      pieces: ['POST / HTTP/1.1\r\ncontent-length: many\r\n\r\nGET / HTTP/1.1\r\n\r\n'],
      answers: 2,
    },
  ])('understands $name', async ({ pieces, answers }) => {
    const { open } = await plainSocket();
    expect(answersIn(await say(open(), pieces))).toBe(answers);
  });

  test('is closed with all its connections', async () => {
    const server = await startNullServer('http');
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    await sleep(20);
    server.close();
    await once(socket, 'close');
    const late = connect(server.port, '127.0.0.1');
    const [error] = await once(late, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('speaks TLS with a key that both sides know', async () => {
    const { port } = closing(await startNullServer('https'));
    const socket = connectTls({ ...PSK, port, host: '127.0.0.1', ALPNProtocols: ['h2', 'http/1.1'] });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).toBe('http/1.1');
    expect(await say(socket, ['GET / HTTP/1.1\r\n\r\n'])).toMatch(ANSWER);
  });

  test('speaks HTTP/2 when asked to', async () => {
    const { port } = closing(await startNullServer('h2'));
    const session: ClientHttp2Session = connectHttp2(`https://127.0.0.1:${port}`, PSK);
    const stream = session.request({ ':path': '/' });
    const [headers] = await once(stream, 'response');
    let body = '';
    for await (const chunk of stream) body += String(chunk);
    session.destroy();
    expect(headers).toMatchObject({ ':status': 200 });
    expect(body).toBe('hello world\n');
  });
});

describe.each(['http', 'https', 'h2'] as const)('garbage at the null server: %s', (protocol) => {
  const GARBAGE: readonly { readonly name: string; readonly pieces: readonly (string | Buffer)[] }[] = [
    { name: 'zeros', pieces: [Buffer.alloc(100_000)] },
    { name: 'a TLS hello cut short', pieces: [Buffer.from('16030100ff0100', 'hex')] },
    {
      name: 'an HTTP/2 preface in the clear',
      pieces: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Buffer.alloc(64, 0xff)],
    },
    {
      name: 'three megabytes without a line end',
      pieces: Array<Buffer>(3).fill(Buffer.alloc(1_000_000, 'x')),
    },
  ];

  test('does it no harm', async () => {
    const { port } = closing(await startNullServer(protocol));
    for (const { pieces } of GARBAGE) await say(connect(port, '127.0.0.1'), pieces);
    const socket = await opened(protocol, port);
    const text = await say(socket, protocol === 'h2' ? [] : ['GET / HTTP/1.1\r\n\r\n']);
    // An HTTP/2 server begins with its settings, a frame of type 4: RFC 9113 section 3.4.
    const isFine = protocol === 'h2' ? text.charCodeAt(3) === 4 : ANSWER.test(text);
    expect(isFine).toBe(true);
  });

  test('is not kept without end', async () => {
    const { port } = closing(await startNullServer(protocol));
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    const closed = new Promise((resolve) => {
      socket.on('close', resolve);
    });
    await once(socket, 'connect');
    socket.resume();
    for (let piece = 0; piece < 3; piece += 1) socket.write(Buffer.alloc(1_000_000, 'x'));
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});
