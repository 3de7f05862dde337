import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  HeaderPairs,
  type Headers,
  HeadText,
  IncomingResponse,
} from '../../../src/load/transport/response.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

const FORMS: readonly { readonly form: string; readonly headersOf: (pairs: Pairs) => Headers }[] = [
  {
    form: 'a list',
    headersOf: (pairs) => new HeaderPairs(pairs.flat().map((text) => Buffer.from(text, 'latin1'))),
  },
  {
    form: 'text',
    headersOf: (pairs) => new HeadText(pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('')),
  },
];

describe.each(FORMS)('a response with its headers as $form', ({ headersOf }) => {
  function responseOf(status: number, pairs: Pairs, body: Buffer = Buffer.alloc(0)): IncomingResponse {
    const response = new IncomingResponse();
    response.head(status, headersOf(pairs));
    for (let at = 0; at < body.length; at += 7) response.data(body.subarray(at, at + 7), true);
    return response;
  }

  test('knows its headers whatever their case, and joins those of one name', () => {
    const response = responseOf(200, [
      ['X-One', 'a'],
      ['x-two', 'b'],
      ['x-ONE', 'c'],
      ['x-empty', ''],
    ]);
    expect(response.header('x-one')).toBe('a, c');
    expect(response.header('x-two')).toBe('b');
    expect(response.header('x-empty')).toBe('');
    expect(response.header('x-three')).toBeNull();
    expect(response.headerPairs()[0]).toEqual(['X-One', 'a']);
    expect(responseOf(204, []).headerPairs()).toEqual([]);
  });

  const CACHED: readonly (readonly [name: string, value: string, cached: boolean])[] = [
    ['age', '1', true],
    ['Age', '3600', true],
    ['age', '0', false],
    ['age', 'soon', false],
    ['age', '', false],
    ['x-cache', 'HIT', true],
    ['X-Cache', 'Hit from cloudfront', true],
    ['x-cache', 'MISS, HIT', true],
    ['x-cache', 'MISS', false],
    ['x-cache', 'WHITELISTED', false],
    ['cf-cache-status', 'HIT', true],
    ['cf-cache-status', 'DYNAMIC', false],
    ['x-cache-status', 'hit', true],
    ['x-proxy-cache', 'HIT', true],
    ['x-other', 'HIT', false],
    ['date', 'now', false],
  ];

  test.each(CACHED)('with %s: %s came from a cache: %s', (name, value, cached) => {
    expect(
      responseOf(200, [
        ['date', 'x'],
        [name, value],
        ['etag', 'y'],
      ]).cached(),
    ).toBe(cached);
  });

  const CHALLENGED: readonly (readonly [status: number, name: string, value: string, challenged: boolean])[] =
    [
      [403, 'cf-mitigated', 'challenge', true],
      [503, 'server', 'cloudflare', true],
      [403, 'Server', 'AkamaiGHost', true],
      [429, 'x-amzn-waf-action', 'captcha', true],
      [403, 'x-datadome', 'protected', true],
      [403, 'x-sucuri-block', '1', true],
      [200, 'server', 'cloudflare', false],
      [500, 'server', 'cloudflare', false],
      [403, 'server', 'nginx', false],
      [429, 'retry-after', '1', false],
    ];

  test.each(CHALLENGED)('of status %i with %s: %s is a challenge: %s', (status, name, value, challenged) => {
    expect(responseOf(status, [[name, value]]).challenged()).toBe(challenged);
  });

  const TEXT = Buffer.from('hello, hello, hello');
  const CODINGS: readonly (readonly [coding: string, body: Buffer])[] = [
    ['', TEXT],
    ['identity', TEXT],
    ['gzip', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['deflate, gzip', gzipSync(deflateSync(TEXT))],
    ['identity, gzip', gzipSync(TEXT)],
  ];

  test.each(CODINGS)('of coding "%s" is decoded', (coding, body) => {
    const response = responseOf(200, coding === '' ? [] : [['content-encoding', coding]], body);
    expect(response.decode(1000)).toBeNull();
    expect(Buffer.from(response.body ?? []).toString()).toBe(TEXT.toString());
    expect(response.bodyBytes).toBe(body.length);
  });

  const WRONG: readonly (readonly [coding: string, body: Buffer, problem: RegExp])[] = [
    ['gzip', TEXT, /^gzip: /],
    ['gzip', gzipSync(TEXT).subarray(0, 20), /^gzip: /],
    ['gzip', gzipSync(Buffer.alloc(100_000)), /^gzip: /],
    ['br', brotliCompressSync(Buffer.alloc(100_000)), /^br: /],
    ['deflate', deflateSync(Buffer.alloc(100_000)), /^deflate: /],
    ['rot13', TEXT, /unknown content coding/],
    ['gzip, gzip, gzip, gzip', TEXT, /4 layers/],
  ];

  test.each(WRONG)('of coding "%s" that cannot be undone within bounds says why', (coding, body, problem) => {
    const response = responseOf(200, [['content-encoding', coding]], body);
    expect(response.decode(1000)).toMatch(problem);
    expect(response.body).toBeNull();
  });

  test('counts what it does not keep', () => {
    const response = responseOf(200, []);
    response.data(Buffer.from('12345'), false);
    response.data(Buffer.from('678'), false);
    expect(response.bodyBytes).toBe(8);
    expect(response.decode(100)).toBeNull();
    expect(response.body?.length).toBe(0);
  });

  test('is new after a reset', () => {
    const response = responseOf(200, [['age', '5']], TEXT);
    response.decode(100);
    response.reset();
    expect(response).toMatchObject({ status: 0, bodyBytes: 0, body: null });
    expect(response.header('age')).toBeNull();
    expect(response.cached()).toBe(false);
  });
});
