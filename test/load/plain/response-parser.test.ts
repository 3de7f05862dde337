import { describe, expect, test } from 'vitest';
import { type Reading, ReusedParser, readResponse } from './read-response.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

interface Good {
  readonly name: string;
  readonly bytes: string;
  readonly method?: string;
  readonly wanted: Partial<Reading>;
}

const GOOD: readonly Good[] = [
  {
    name: 'a body of known length',
    bytes: `${OK}Content-Length: 5\r\n\r\nhello`,
    wanted: { kind: 'whole', status: 200, body: 'hello', keepAlive: true },
  },
  { name: 'an empty body', bytes: `${OK}content-length: 0\r\n\r\n`, wanted: { kind: 'whole', body: '' } },
  {
    name: 'blanks around a length',
    bytes: `${OK}content-length:\t 5 \t\r\n\r\nhello`,
    wanted: { kind: 'whole', body: 'hello' },
  },
  {
    name: 'no blank before a length',
    bytes: `${OK}CONTENT-LENGTH:5\r\n\r\nhello`,
    wanted: { kind: 'whole', body: 'hello' },
  },
  {
    name: 'a length with leading zeros',
    bytes: `${OK}content-length: 005\r\n\r\nhello`,
    wanted: { kind: 'whole', body: 'hello' },
  },
  {
    name: 'a body that the close ends',
    bytes: `${OK}\r\nhello`,
    wanted: { kind: 'closed', body: 'hello', keepAlive: false },
  },
  { name: 'no body and a close', bytes: `${OK}\r\n`, wanted: { kind: 'closed', body: '' } },
  {
    name: 'no reason phrase',
    bytes: 'HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n',
    wanted: { kind: 'whole', status: 200 },
  },
  {
    name: 'no blank after the status',
    bytes: 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n',
    wanted: { kind: 'whole', status: 200 },
  },
  {
    name: 'a reason in another alphabet',
    bytes: 'HTTP/1.1 404 N\xe3o\tfoi\r\ncontent-length: 0\r\n\r\n',
    wanted: { kind: 'whole', status: 404 },
  },
  {
    name: 'the greatest status',
    bytes: 'HTTP/1.1 599 X\r\ncontent-length: 0\r\n\r\n',
    wanted: { kind: 'whole', status: 599 },
  },
  {
    name: 'every byte that a name may have',
    bytes: `${OK}!#$%&'*+-.^_\`|~09azAZ: x\r\ncontent-length: 0\r\n\r\n`,
    wanted: { kind: 'whole' },
  },
  {
    name: 'a field without value',
    bytes: `${OK}x:\r\ncontent-length: 0\r\n\r\n`,
    wanted: { kind: 'whole', head: 'x:\r\ncontent-length: 0\r\n' },
  },
  {
    name: 'chunks',
    bytes: `${CHUNKED}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`,
    wanted: { kind: 'whole', body: 'hello world' },
  },
  {
    name: 'chunk sizes in capitals with leading zeros',
    bytes: `${CHUNKED}000A\r\n0123456789\r\n0\r\n\r\n`,
    wanted: { kind: 'whole', body: '0123456789' },
  },
  {
    name: 'a chunk extension',
    bytes: `${CHUNKED}5;a=b;c="d;e"\r\nhello\r\n0;last\r\n\r\n`,
    wanted: { kind: 'whole', body: 'hello' },
  },
  {
    name: 'trailers',
    bytes: `${CHUNKED}5\r\nhello\r\n0\r\nx-sum: 1\r\ny:\r\n\r\n`,
    wanted: { kind: 'whole', body: 'hello' },
  },
  {
    name: 'a length in a trailer, which frames nothing',
    bytes: `${CHUNKED}1\r\na\r\n0\r\ncontent-length: 9\r\n\r\n`,
    wanted: { kind: 'whole', body: 'a' },
  },
  {
    name: 'a chunked coding in capitals',
    bytes: `${OK}Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n`,
    wanted: { kind: 'whole', body: '' },
  },
  {
    name: 'an interim response',
    bytes: `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}content-length: 1\r\n\r\na`,
    wanted: { kind: 'whole', status: 200, head: 'content-length: 1\r\n', body: 'a' },
  },
  {
    name: 'two interim responses',
    bytes: `HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 102 Wait\r\nconnection: keep-alive\r\n\r\n${OK}content-length: 0\r\n\r\n`,
    wanted: { kind: 'whole', status: 200, keepAlive: true },
  },
  {
    name: 'HEAD with a length',
    method: 'HEAD',
    bytes: `${OK}content-length: 500\r\n\r\n`,
    wanted: { kind: 'whole', body: '', keepAlive: true },
  },
  {
    name: 'HEAD with chunks promised',
    method: 'HEAD',
    bytes: CHUNKED,
    wanted: { kind: 'whole', body: '', keepAlive: true },
  },
  {
    name: 'HEAD without length',
    method: 'HEAD',
    bytes: `${OK}\r\n`,
    wanted: { kind: 'whole', keepAlive: true },
  },
  {
    name: '304 with the length of what was not sent',
    bytes: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 500\r\n\r\n',
    wanted: { kind: 'whole', body: '', keepAlive: true },
  },
  {
    name: '204',
    bytes: 'HTTP/1.1 204 No Content\r\n\r\n',
    wanted: { kind: 'whole', body: '', keepAlive: true },
  },
];

/** Accepted, but nothing may follow on the connection: who knows where the next response would begin. */
const LAST: readonly Good[] = [
  { name: 'connection: close', bytes: `${OK}connection: close\r\ncontent-length: 0\r\n\r\n`, wanted: {} },
  {
    name: 'close among other options',
    bytes: `${OK}connection: x, Close ,y\r\ncontent-length: 0\r\n\r\n`,
    wanted: {},
  },
  {
    name: 'close and then keep-alive',
    bytes: `${OK}connection: close\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n`,
    wanted: {},
  },
  {
    name: 'keep-alive and then close',
    bytes: `${OK}connection: keep-alive\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    wanted: {},
  },
  { name: 'HTTP/1.0', bytes: 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', wanted: {} },
  {
    name: 'HTTP/1.0 with an option that only looks alike',
    bytes: 'HTTP/1.0 200 OK\r\nconnection: not-keep-alive\r\ncontent-length: 0\r\n\r\n',
    wanted: {},
  },
  {
    name: 'chunks from HTTP/1.0',
    bytes: 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    wanted: {},
  },
  {
    name: '204 that promises a body',
    bytes: 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n',
    wanted: { body: '' },
  },
  {
    name: '204 that promises chunks',
    bytes: 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n',
    wanted: { body: '' },
  },
];

const SHORT: readonly { readonly name: string; readonly bytes: string }[] = [
  { name: 'within the status line', bytes: 'HTTP/1.1 2' },
  { name: 'within a field', bytes: `${OK}content-le` },
  { name: 'before the empty line', bytes: `${OK}content-length: 0\r\n` },
  { name: 'within the empty line', bytes: `${OK}content-length: 0\r\n\r` },
  { name: 'behind an interim response', bytes: 'HTTP/1.1 100 Continue\r\n\r\n' },
  { name: 'before a body of known length', bytes: `${OK}content-length: 5\r\n\r\n` },
  { name: 'within a body of known length', bytes: `${OK}content-length: 5\r\n\r\nhell` },
  { name: 'within a chunk size', bytes: `${CHUNKED}5` },
  { name: 'within a chunk', bytes: `${CHUNKED}5\r\nhel` },
  { name: 'before the last chunk', bytes: `${CHUNKED}5\r\nhello\r\n` },
  { name: 'before the empty line behind the last chunk', bytes: `${CHUNKED}0\r\n` },
  { name: 'within a trailer', bytes: `${CHUNKED}0\r\na: b\r\n` },
];

describe('a response', () => {
  test.each(GOOD)('is read: $name', ({ bytes, method, wanted }) => {
    expect(readResponse(bytes, { method: method ?? 'GET' })).toMatchObject({
      error: null,
      surplus: 0,
      ...wanted,
    });
  });

  test.each(LAST)('is read, and is the last on its connection: $name', ({ bytes, wanted }) => {
    expect(readResponse(bytes)).toMatchObject({ kind: 'whole', keepAlive: false, ...wanted });
  });

  test.each(SHORT)('is not whole when the server closes $name', ({ bytes }) => {
    expect(readResponse(bytes).kind).toBe('short');
  });

  test('from HTTP/1.0 may be followed by another when it says so', () => {
    const bytes = 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\ncontent-length: 0\r\n\r\n';
    expect(readResponse(bytes).keepAlive).toBe(true);
  });

  test.each([
    { field: 'keep-alive: timeout=5', seconds: 5 },
    { field: 'Keep-Alive: max=100, Timeout=15', seconds: 15 },
    { field: 'keep-alive: timeout=0', seconds: 0 },
    { field: 'keep-alive: xtimeout=5', seconds: Infinity },
    { field: 'keep-alive: timeout=soon', seconds: Infinity },
    { field: 'x-keep-a-b: timeout=5', seconds: Infinity },
  ])('says how long an idle connection lasts: $field', ({ field, seconds }) => {
    expect(readResponse(`${OK}${field}\r\ncontent-length: 0\r\n\r\n`).keepAliveSeconds).toBe(seconds);
  });
});

describe('bytes behind a response', () => {
  test.each([
    { name: 'of known length', bytes: `${OK}content-length: 5\r\n\r\nhello` },
    { name: 'without body', bytes: `${OK}content-length: 0\r\n\r\n` },
    { name: 'in chunks', bytes: `${CHUNKED}1\r\na\r\n0\r\n\r\n` },
    { name: 'with status 304', bytes: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n' },
  ])('are left alone: $name', ({ bytes }) => {
    expect(readResponse(`${bytes}HTTP/1.1 500 Smuggled\r\n\r\n`)).toMatchObject({
      kind: 'whole',
      surplus: 25,
    });
  });
});

describe('a parser that is used again', () => {
  const first = `${OK}connection: close\r\nkeep-alive: timeout=3\r\ncontent-length: 3\r\n\r\nabc`;

  test.each([
    { name: 'the same response', next: first },
    { name: 'another body with the same head', next: first.replace('abc', 'xyz') },
    {
      name: 'a head that begins the same',
      next: first.replace('length: 3', 'length: 30').replace('abc', 'a'.repeat(30)),
    },
    { name: 'a shorter head', next: `${OK}content-length: 1\r\n\r\na` },
    { name: 'chunks', next: `${CHUNKED}1\r\na\r\n0\r\n\r\n` },
    { name: 'an interim response', next: `HTTP/1.1 100 Continue\r\n\r\n${first}` },
    { name: 'a bad response', next: `${OK}content-length: 3\n\r\nabc` },
    { name: 'half a response', next: first.slice(0, -10) },
  ])('remembers nothing that matters: $name', ({ next }) => {
    const parser = new ReusedParser();
    readResponse(first, { parser });
    readResponse(first, { parser });
    expect(readResponse(next, { parser })).toEqual(readResponse(next));
    parser.parser.reset('GET');
    expect(readResponse(first, { parser })).toEqual(readResponse(first));
  });

  test('counts interim responses for each response anew', () => {
    const parser = new ReusedParser();
    const hinted = `${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(60)}${first}`;
    for (let round = 0; round < 3; round += 1) {
      expect(readResponse(hinted, { parser })).toMatchObject({ kind: 'whole', status: 200 });
    }
  });

  test('forgets half a head', () => {
    const parser = new ReusedParser();
    readResponse(`${OK}content-le`, { parser });
    expect(readResponse(first, { parser })).toEqual(readResponse(first));
  });
});
