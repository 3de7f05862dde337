import { describe, expect, test } from 'vitest';
import { type NextHop, nextHop } from '../../../src/load/transport/redirect.ts';
import { exchangeTo } from '../../support/exchanges.ts';
import type { PlanChanges } from '../../support/traffic.ts';

function hopFrom(url: string, status: number, location: string | null, changes: PlanChanges = {}): NextHop {
  const exchange = exchangeTo(url, changes);
  exchange.attempt.status = status;
  return nextHop(exchange, location, 1);
}

const pathAfter = (url: string, location: string): string => {
  const hop = hopFrom(url, 302, location);
  return hop.kind === 'follow' ? `${hop.origin}${hop.request.path}` : hop.kind;
};

describe('the next hop', () => {
  test.each([200, 204, 300, 304, 305, 306, 399, 400, 500])('is none after %i', (status) => {
    expect(hopFrom('http://a.test/', status, '/next')).toEqual({ kind: 'none' });
  });

  test.each([301, 302, 303, 307, 308])('follows after %i', (status) => {
    expect(hopFrom('http://a.test/', status, '/next')).toMatchObject({
      kind: 'follow',
      origin: 'http://a.test',
    });
  });

  test('is none without a location', () => {
    expect(hopFrom('http://a.test/', 302, null)).toEqual({ kind: 'none' });
  });

  test('is refused when no more are allowed', () => {
    const exchange = exchangeTo('http://a.test/');
    exchange.attempt.status = 302;
    expect(nextHop(exchange, '/next', 0)).toMatchObject({
      kind: 'refuse',
      detail: 'more redirects than allowed',
    });
  });

  test.each([
    ['http://a.test/x/y?z=1', '/next', 'http://a.test/next'],
    ['http://a.test/x/y?z=1', 'next', 'http://a.test/x/next'],
    ['http://a.test/x/y?z=1', '../next', 'http://a.test/next'],
    ['http://a.test/x/y?z=1', '?q=2', 'http://a.test/x/y?q=2'],
    ['http://a.test/x/y?z=1', '', 'http://a.test/x/y?z=1'],
    ['http://a.test/x', '//b.test/next', 'http://b.test/next'],
    ['http://a.test/x', 'http://b.test', 'http://b.test/'],
    ['http://a.test/x', 'HTTP://B.test:80/Next#part', 'http://b.test/Next'],
    ['http://a.test/x', 'https://a.test/', 'https://a.test/'],
    ['http://a.test/x', '/a b', 'http://a.test/a%20b'],
    ['http://a.test/x', 'http://bücher.test/', 'http://xn--bcher-kva.test/'],
  ])('from %s by "%s" is %s', (url, location, next) => {
    expect(pathAfter(url, location)).toBe(next);
  });

  test('keeps the tail of a very long location out of the detail', () => {
    const hop = hopFrom('http://a.test/', 302, `http://[${'x'.repeat(10_000)}`);
    expect(hop.kind).toBe('refuse');
    expect(JSON.stringify(hop).length).toBeLessThan(200);
  });

  test('keeps a body of bytes as it is after 307', () => {
    const body = Uint8Array.of(1, 2, 3);
    const hop = hopFrom('http://a.test/', 307, '/next', { target: { method: 'POST', body } });
    expect(hop).toMatchObject({ kind: 'follow', method: 'POST', request: { body } });
  });

  test('drops what described the body together with it', () => {
    const target = {
      method: 'POST',
      body: 'x',
      headers: [
        ['content-type', 'text/plain'],
        ['content-language', 'de'],
        ['x-own', '1'],
      ] as const,
    };
    const hop = hopFrom('http://a.test/', 303, '/next', { target });
    const names = hop.kind === 'follow' ? hop.request.headers.filter((_, index) => index % 2 === 0) : [];
    expect(names).toEqual(['x-own', 'user-agent', 'x-headroom-run']);
  });

  test.each(['http://a.test:8080/', 'https://a.test/', 'http://b.test/', 'http://sub.a.test/'])(
    'leaves credentials behind on the way to %s',
    (location) => {
      const target = {
        headers: [
          ['authorization', 'Bearer x'],
          ['accept', '*/*'],
        ] as const,
      };
      const hop = hopFrom('http://a.test/', 307, location, { target });
      const names = hop.kind === 'follow' ? hop.request.headers.filter((_, index) => index % 2 === 0) : [];
      expect(names).toEqual(['accept', 'user-agent', 'x-headroom-run']);
    },
  );
});
