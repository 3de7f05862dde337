/** Bytes that are no response, or could be taken for two different ones. */

import { describe, expect, test } from 'vitest';
import { readResponse } from './read-response.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

const BAD: readonly { readonly name: string; readonly bytes: string; readonly error: RegExp }[] = [
  { name: 'another protocol', bytes: 'ICY 200 OK\r\n\r\n', error: /status line/ },
  { name: 'HTTP/0.9', bytes: '<html>', error: /status line/ },
  { name: 'HTTP/2.0 in text', bytes: 'HTTP/2.0 200 OK\r\n\r\n', error: /status line/ },
  { name: 'HTTP/1.2', bytes: 'HTTP/1.2 200 OK\r\n\r\n', error: /status line/ },
  { name: 'http in small letters', bytes: 'http/1.1 200 OK\r\n\r\n', error: /status line/ },
  { name: 'an empty line before the status line', bytes: `\r\n${OK}\r\n`, error: /status line/ },
  { name: 'two blanks before the status', bytes: 'HTTP/1.1  200 OK\r\n\r\n', error: /status line/ },
  { name: 'a tab before the status', bytes: 'HTTP/1.1\t200 OK\r\n\r\n', error: /status line/ },
  { name: 'a status of two digits', bytes: 'HTTP/1.1 20 OK\r\n\r\n', error: /status line/ },
  { name: 'a status of four digits', bytes: 'HTTP/1.1 2000 OK\r\n\r\n', error: /malformed status/ },
  { name: 'a status with a sign', bytes: 'HTTP/1.1 +20 OK\r\n\r\n', error: /status line/ },
  { name: 'a tab after the status', bytes: 'HTTP/1.1 200\tOK\r\n\r\n', error: /malformed status/ },
  { name: 'status 000', bytes: 'HTTP/1.1 000 X\r\n\r\n', error: /status 000/ },
  { name: 'status 099', bytes: 'HTTP/1.1 099 X\r\n\r\n', error: /status 099/ },
  { name: 'status 600', bytes: 'HTTP/1.1 600 X\r\n\r\n', error: /status 600/ },
  { name: 'an upgrade', bytes: 'HTTP/1.1 101 Switching\r\n\r\n', error: /upgrade/ },
  {
    name: 'a bare line feed after the status line',
    bytes: 'HTTP/1.1 200 OK\ncontent-length: 0\r\n\r\n',
    error: /control character/,
  },
  {
    name: 'a bare carriage return in the status line',
    bytes: 'HTTP/1.1 200 O\rK\r\n\r\n',
    error: /carriage return/,
  },
  {
    name: 'a bare line feed after a field',
    bytes: `${OK}a: b\ncontent-length: 0\r\n\r\n`,
    error: /control character/,
  },
  { name: 'a bare carriage return in a value', bytes: `${OK}a: b\rc\r\n\r\n`, error: /carriage return/ },
  { name: 'a bare line feed for the empty line', bytes: `${OK}a: b\r\n\n`, error: /field name/ },
  { name: 'a bare carriage return for the empty line', bytes: `${OK}a: b\r\n\rx`, error: /carriage return/ },
  { name: 'NUL in a value', bytes: `${OK}a: b\0c\r\n\r\n`, error: /control character/ },
  { name: 'NUL in a name', bytes: `${OK}a\0b: c\r\n\r\n`, error: /field name/ },
  { name: 'DEL in a value', bytes: `${OK}a: b\x7f\r\n\r\n`, error: /control character/ },
  { name: 'a folded line', bytes: `${OK}a: b\r\n c\r\n\r\n`, error: /field name/ },
  { name: 'a blank before the first field', bytes: `${OK} a: b\r\n\r\n`, error: /field name/ },
  { name: 'a blank before a colon', bytes: `${OK}content-length : 5\r\n\r\nhello`, error: /field name/ },
  { name: 'a line without colon', bytes: `${OK}hello\r\n\r\n`, error: /field name/ },
  { name: 'a name of no bytes', bytes: `${OK}: x\r\n\r\n`, error: /field name/ },
  { name: 'a letter beyond ASCII in a name', bytes: `${OK}\xe9: x\r\n\r\n`, error: /field name/ },
  ...[
    '',
    '+5',
    '-5',
    '5, 5',
    '5,5',
    '5;',
    '0x5',
    '5.0',
    '1e1',
    '5 5',
    '\xa05',
    '5\xa0',
    '1'.repeat(16),
    '5a',
  ].map((value) => ({
    name: `content-length: ${JSON.stringify(value)}`,
    bytes: `${OK}content-length: ${value}\r\n\r\nhello`,
    error: /malformed content-length/,
  })),
  {
    name: 'two content-lengths that differ',
    bytes: `${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!`,
    error: /two content-lengths/,
  },
  {
    name: 'two content-lengths that agree',
    bytes: `${OK}content-length: 5\r\nContent-Length: 5\r\n\r\nhello`,
    error: /two content-lengths/,
  },
  ...[
    '',
    'identity',
    'gzip',
    'gzip, chunked',
    'chunked, gzip',
    'chunked, chunked',
    'chunked,',
    'xchunked',
    'chunked;q=1',
    '\xa0chunked',
    'chunked\xa0',
  ].map((value) => ({
    name: `transfer-encoding: ${JSON.stringify(value)}`,
    bytes: `${OK}transfer-encoding: ${value}\r\n\r\n0\r\n\r\n`,
    error: /transfer-encoding other than chunked/,
  })),
  {
    name: 'two transfer-encodings',
    bytes: `${OK}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    error: /two transfer-encodings/,
  },
  {
    name: 'a length and then chunks',
    bytes: `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    error: /both/,
  },
  {
    name: 'chunks and then a length',
    bytes: `${OK}transfer-encoding: chunked\r\ncontent-length: 0\r\n\r\n0\r\n\r\n`,
    error: /both/,
  },
  {
    name: 'an interim response with a length',
    bytes: `HTTP/1.1 100 Go\r\ncontent-length: 5\r\n\r\nhello${OK}\r\n`,
    error: /interim response with a body/,
  },
  {
    name: 'an interim response after which the connection closes',
    bytes: `HTTP/1.1 100 Go\r\nconnection: close\r\n\r\n${OK}\r\n`,
    error: /interim response that is the last/,
  },
  {
    name: 'an interim response in chunks',
    bytes: `HTTP/1.1 100 Go\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${OK}\r\n`,
    error: /interim response with a body/,
  },
  ...['', 'x', '-5', '+5', '0x5', ' 5', '5 ', '5 ;a', '5\t', '5,', 'g', '5\n', '\xb2'].map((size) => ({
    name: `chunk size ${JSON.stringify(size)}`,
    bytes: `${CHUNKED}${size}\r\nhello\r\n0\r\n\r\n`,
    error: /malformed chunk size/,
  })),
  {
    name: 'a chunk size beyond 2^53',
    bytes: `${CHUNKED}20000000000000\r\nhello`,
    error: /beyond all bounds/,
  },
  {
    name: 'a chunk size that wraps around 2^64',
    bytes: `${CHUNKED}10000000000000005\r\nhello\r\n0\r\n\r\n`,
    error: /beyond all bounds/,
  },
  {
    name: 'a chunk size of 17 zeros',
    bytes: `${CHUNKED}${'0'.repeat(17)}\r\n\r\n`,
    error: /beyond all bounds/,
  },
  {
    name: 'a bare line feed after a chunk size',
    bytes: `${CHUNKED}5\nhello\r\n0\r\n\r\n`,
    error: /malformed chunk size/,
  },
  {
    name: 'a bare carriage return after a chunk size',
    bytes: `${CHUNKED}5\rhello\r\n0\r\n\r\n`,
    error: /line end/,
  },
  {
    name: 'a bare line feed in an extension',
    bytes: `${CHUNKED}5;a\nhello\r\n0\r\n\r\n`,
    error: /control character in a chunk extension/,
  },
  {
    name: 'a bare carriage return in an extension',
    bytes: `${CHUNKED}5;a\rb\r\nhello\r\n0\r\n\r\n`,
    error: /line end/,
  },
  {
    name: 'NUL in an extension',
    bytes: `${CHUNKED}5;\0\r\nhello\r\n0\r\n\r\n`,
    error: /control character in a chunk extension/,
  },
  { name: 'a chunk longer than its size', bytes: `${CHUNKED}4\r\nhello\r\n0\r\n\r\n`, error: /line end/ },
  { name: 'a chunk that a line feed ends', bytes: `${CHUNKED}5\r\nhello\n0\r\n\r\n`, error: /line end/ },
  {
    name: 'a trailer that a line feed ends',
    bytes: `${CHUNKED}0\r\na: b\n\r\n`,
    error: /control character in a trailer/,
  },
  {
    name: 'a line feed for the empty line behind trailers',
    bytes: `${CHUNKED}0\r\n\n`,
    error: /malformed trailer/,
  },
  {
    name: 'a carriage return for the empty line behind trailers',
    bytes: `${CHUNKED}0\r\n\rx`,
    error: /line end/,
  },
  { name: 'a trailer without colon', bytes: `${CHUNKED}0\r\nhello\r\n\r\n`, error: /malformed trailer/ },
  { name: 'a folded trailer', bytes: `${CHUNKED}0\r\na: b\r\n c\r\n\r\n`, error: /malformed trailer/ },
];

describe('a response', () => {
  test.each(BAD)('is refused: $name', ({ bytes, error }) => {
    const reading = readResponse(bytes);
    expect(reading.kind).toBe('refused');
    expect(reading.error).toMatch(error);
  });
});
