/** What a server can cost us that never comes to an end: a bound on every part of a response, and work in proportion. */

import { describe, expect, test } from 'vitest';
import { ResponseParser } from '../../../src/load/plain/response-parser.ts';
import { readResponse } from './read-response.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

/** Bytes taken before the parser refuses an endless repetition; Infinity when it takes a million. */
function takenBefore(start: string, repeated: string, pieceBytes: number): number {
  const parser = new ResponseParser({ onHead: () => undefined, onBody: () => undefined });
  parser.reset('GET');
  const first = Buffer.from(start);
  parser.execute(first, 0, first.length);
  const piece = Buffer.from(repeated.repeat(Math.ceil(pieceBytes / repeated.length)));
  for (let taken = 0; taken < 1_000_000; taken += piece.length) {
    try {
      parser.execute(piece, 0, piece.length);
    } catch {
      return taken;
    }
  }
  return Infinity;
}

const ENDLESS = [
  { name: 'reason phrase', start: 'HTTP/1.1 200 ', repeated: 'a', limit: 65_536 },
  { name: 'field name', start: OK, repeated: 'a', limit: 65_536 },
  { name: 'field value', start: `${OK}a: `, repeated: 'a', limit: 65_536 },
  { name: 'head of small fields', start: OK, repeated: 'a:\r\n', limit: 65_536 },
  { name: 'interim responses', start: '', repeated: 'HTTP/1.1 100 Continue\r\n\r\n', limit: 101 * 25 },
  { name: 'chunk size', start: CHUNKED, repeated: '0', limit: 17 },
  { name: 'chunk extension', start: `${CHUNKED}5;`, repeated: 'a', limit: 16_384 },
  { name: 'trailer', start: `${CHUNKED}0\r\na:`, repeated: 'b', limit: 65_536 },
  { name: 'trailers', start: `${CHUNKED}0\r\n`, repeated: 'a:\r\n', limit: 65_536 },
];

describe('a response without end', () => {
  test.each(ENDLESS)('is refused in good time: $name', ({ start, repeated, limit }) => {
    expect(takenBefore(start, repeated, repeated.length)).toBeLessThanOrEqual(limit);
    expect(takenBefore(start, repeated, 4096)).toBeLessThanOrEqual(limit);
  });

  test('of tiny chunks takes no memory', () => {
    const parser = new ResponseParser({ onHead: () => undefined, onBody: () => undefined });
    parser.reset('GET');
    parser.execute(Buffer.from(CHUNKED), 0, CHUNKED.length);
    const piece = Buffer.from('1;ext\r\na\r\n'.repeat(1000));
    const before = process.memoryUsage();
    for (let round = 0; round < 500; round += 1) parser.execute(piece, 0, piece.length);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(30_000_000);
    expect(parser.done).toBe(false);
  });
});

describe('a head of the greatest size', () => {
  const fields = `${'a:\r\n'.repeat(16_370)}content-length: 0\r\n`;
  const largest = `${OK}${fields}\r\n`;

  test('is read to its last byte, and refused with one more', () => {
    const filled = (bytes: number): string => `${OK}x: ${'a'.repeat(bytes - OK.length - 7)}\r\n\r\n`;
    const each = Array.from({ length: 700 }, (_, index) => index * 100);
    for (const cuts of [[], each]) {
      expect(readResponse(filled(65_536), { cuts }).kind).toBe('closed');
      expect(readResponse(filled(65_537), { cuts })).toMatchObject({
        kind: 'refused',
        error: 'a head beyond 65536 bytes',
      });
    }
  });

  test('costs little when it comes byte by byte', () => {
    expect(largest.length).toBeLessThan(65_536);
    const bytes = Buffer.from(largest);
    const parser = new ResponseParser({ onHead: () => undefined, onBody: () => undefined });
    parser.reset('GET');
    const startMs = performance.now();
    for (let at = 0; at < bytes.length; at += 1) parser.execute(bytes, at, at + 1);
    // Reading the head again for each line would take seconds.
    expect(performance.now() - startMs).toBeLessThan(500);
    expect(parser.done).toBe(true);
  });
});
