/** What a hostile server answers, and what each answer is to be called. */

import { gzipSync } from 'node:zlib';
import type { FailureCause } from '../../src/core/attempt.ts';
import { response, type ScriptedRequest } from '../support/scripted-server.ts';
import { ANY_SUCCESS, type PlanChanges } from '../support/traffic.ts';

/** The plan looks into the body. */
export const WITH_BODY_CHECK: PlanChanges = {
  target: { expect: { ...ANY_SUCCESS, body: [{ kind: 'contains', text: 'hello' }] } },
};

/** 50 MB in 50 kB: beyond the limit of a body when it is undone. */
const BOMB = gzipSync(Buffer.alloc(50_000_000));

/** One way to misbehave. */
export interface Hostile {
  readonly name: string;
  readonly cause: FailureCause;
  /** What it comes to over TLS, where undici reads the response, when that differs: `none` when undici accepts it. */
  readonly overTls?: FailureCause | 'none';
  readonly answer: (request: ScriptedRequest) => void;
  readonly changes?: PlanChanges;
}

const raw =
  (text: string | Buffer) =>
  ({ socket }: ScriptedRequest) => {
    socket.write(text);
  };

const rawThenEnd =
  (text: string) =>
  ({ socket }: ScriptedRequest) => {
    socket.end(text);
  };

/** Cases that every request of a run meets on a connection of its own. */
export const HOSTILE: readonly Hostile[] = [
  { name: 'a reset after the request', cause: 'reset', answer: ({ reset }) => reset() },
  { name: 'a close before any byte', cause: 'empty-reply', answer: ({ socket }) => socket.end() },
  {
    name: 'a reset in the middle of the head',
    cause: 'reset',
    answer: ({ socket, reset }) => socket.write('HTTP/1.1 200 OK\r\ncontent-le', () => setTimeout(reset, 5)),
  },
  {
    name: 'a reset in the middle of the body',
    cause: 'reset',
    answer: ({ socket, reset }) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc', () => setTimeout(reset, 5)),
  },
  {
    name: 'a body shorter than its content-length',
    cause: 'truncated',
    answer: rawThenEnd('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'),
  },
  {
    name: 'a chunked body without its last chunk',
    cause: 'truncated',
    answer: rawThenEnd('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'),
  },
  {
    name: 'a chunk size that is no number',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n'),
  },
  {
    name: 'a chunk size beyond 64 bits',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n'),
  },
  {
    name: 'a chunk without its line end',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n'),
  },
  {
    name: 'two different content-lengths',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!'),
  },
  {
    name: 'both transfer-encoding and content-length',
    cause: 'protocol',
    answer: raw(
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ),
  },
  {
    name: 'two content-lengths that agree',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\nhello'),
  },
  ...['+5', '5, 5', '0x5', ''].map(
    (value): Hostile => ({
      name: `content-length: ${value}`,
      cause: 'protocol',
      answer: raw(`HTTP/1.1 200 OK\r\ncontent-length: ${value}\r\n\r\nhello`),
    }),
  ),
  ...['gzip, chunked', 'chunked, chunked', 'identity', 'xchunked'].map(
    (value): Hostile => ({
      name: `transfer-encoding: ${value}`,
      cause: 'protocol',
      overTls: 'none',
      answer: rawThenEnd(`HTTP/1.1 200 OK\r\ntransfer-encoding: ${value}\r\n\r\n5\r\nhello\r\n0\r\n\r\n`),
    }),
  ),
  {
    name: 'a chunk size with a blank behind it',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n'),
  },
  {
    name: 'a folded header',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n'),
  },
  {
    name: 'a bare line feed in the head',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\nx: a\ncontent-length: 0\r\n\r\n'),
  },
  {
    name: 'a bare carriage return in the head',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\nx: a\rb\r\ncontent-length: 0\r\n\r\n'),
  },
  {
    name: 'interim responses without end',
    cause: 'protocol',
    overTls: 'headers-timeout',
    answer: raw('HTTP/1.1 102 Processing\r\n\r\n'.repeat(200)),
  },
  {
    name: 'a NUL in a header',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n'),
  },
  {
    name: 'a space before a header colon',
    cause: 'protocol',
    answer: raw('HTTP/1.1 200 OK\r\nx : a\r\ncontent-length: 0\r\n\r\n'),
  },
  { name: 'status 000', cause: 'protocol', answer: raw('HTTP/1.1 000 Zero\r\ncontent-length: 0\r\n\r\n') },
  { name: 'status 099', cause: 'protocol', answer: raw('HTTP/1.1 099 Low\r\ncontent-length: 0\r\n\r\n') },
  { name: 'status 600', cause: 'protocol', answer: raw('HTTP/1.1 600 High\r\ncontent-length: 0\r\n\r\n') },
  { name: 'status 9999', cause: 'protocol', answer: raw('HTTP/1.1 9999 Long\r\ncontent-length: 0\r\n\r\n') },
  {
    name: 'a status that is no number',
    cause: 'protocol',
    answer: raw('HTTP/1.1 abc\r\ncontent-length: 0\r\n\r\n'),
  },
  { name: 'another protocol', cause: 'protocol', answer: raw('ICY 200 OK\r\n\r\n') },
  { name: 'HTTP/0.9', cause: 'protocol', answer: rawThenEnd('<html>hello</html>') },
  {
    name: 'HTTP/3.0 on a TCP connection',
    cause: 'protocol',
    answer: raw('HTTP/3.0 200 OK\r\ncontent-length: 0\r\n\r\n'),
  },
  {
    name: 'a head without end',
    cause: 'protocol',
    answer: raw(`HTTP/1.1 200 OK\r\n${`x: ${'a'.repeat(1000)}\r\n`.repeat(200)}`),
  },
  {
    name: 'a body beyond the limit',
    cause: 'too-large',
    answer: raw(`HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n${'x'.repeat(20_000)}`),
    changes: { http: { maxBodyBytes: 10_000 } },
  },
  {
    name: 'a gzip bomb',
    cause: 'decode',
    answer: ({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${BOMB.length}\r\n\r\n`);
      socket.write(BOMB);
    },
    changes: WITH_BODY_CHECK,
  },
  {
    name: 'a truncated gzip body',
    cause: 'decode',
    answer: ({ socket }) => {
      const half = gzipSync('hello hello hello').subarray(0, 15);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${half.length}\r\n\r\n`);
      socket.write(half);
    },
    changes: WITH_BODY_CHECK,
  },
  {
    name: 'a body in another coding than it says',
    cause: 'decode',
    answer: raw(response('hello', { headers: ['content-encoding: gzip'] })),
    changes: WITH_BODY_CHECK,
  },
  {
    name: 'a long chain of codings',
    cause: 'decode',
    answer: raw(response('hello', { headers: ['content-encoding: gzip, gzip, gzip, gzip, gzip'] })),
    changes: WITH_BODY_CHECK,
  },
  {
    name: 'a body that misses its expectation',
    cause: 'mismatch',
    answer: raw(response('goodbye')),
    changes: WITH_BODY_CHECK,
  },
  { name: 'a client error', cause: 'http-4xx', answer: raw(response('no', { status: '404 Not Found' })) },
  { name: 'a server error', cause: 'http-5xx', answer: raw(response('no', { status: '503 Busy' })) },
  {
    name: 'a redirect loop',
    cause: 'redirect-limit',
    answer: raw(response('', { status: '302 Found', headers: ['location: /again'] })),
    changes: { http: { redirects: 3 } },
  },
  {
    name: 'a redirect to a file',
    cause: 'redirect-limit',
    answer: raw(response('', { status: '302 Found', headers: ['location: file:///etc/passwd'] })),
    changes: { http: { redirects: 3 } },
  },
  {
    name: 'a redirect to a URL with credentials',
    cause: 'redirect-limit',
    answer: raw(response('', { status: '302 Found', headers: ['location: http://a:b@127.0.0.1/'] })),
    changes: { http: { redirects: 3 } },
  },
  {
    name: 'an upgrade that nobody asked for',
    cause: 'protocol',
    answer: raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  },
];

/** An answer that is unusual and right. */
export interface Harmless {
  readonly name: string;
  readonly status: number;
  readonly answer: (request: ScriptedRequest) => void;
  /** What undici takes it for, over TLS; absent when it understands it. */
  readonly overTls?: FailureCause;
}

export const HARMLESS: readonly Harmless[] = [
  { name: 'no reason phrase', status: 200, answer: raw('HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n') },
  {
    name: 'an early hint before the answer',
    status: 200,
    answer: raw(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${response()}`),
  },
  {
    name: '100 that nobody waits for',
    status: 200,
    answer: raw(`HTTP/1.1 100 Continue\r\n\r\n${response()}`),
    overTls: 'protocol',
  },
  {
    name: '304 with the length of what it does not send',
    status: 304,
    answer: raw('HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n'),
    overTls: 'truncated',
  },
  {
    name: 'chunks with extensions and trailers',
    status: 200,
    answer: raw(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n',
    ),
  },
  {
    name: 'a body that the close ends',
    status: 200,
    answer: rawThenEnd('HTTP/1.0 200 OK\r\n\r\nhello'),
  },
  {
    name: 'an answer byte by byte',
    status: 200,
    answer: ({ socket }) => {
      const bytes = Array.from(response('hi', { headers: ['x-y: z'] }));
      const drip = setInterval(() => {
        const byte = bytes.shift();
        if (byte === undefined) clearInterval(drip);
        else socket.write(byte);
      }, 1);
    },
  },
];
