import { describe, expect, test } from 'vitest';
import { type Route, routeTo } from '../../../src/load/dial/route.ts';
import type { HttpSettings } from '../../../src/plan/plan.ts';
import { planFor } from '../../support/traffic.ts';

const plain = planFor('http://127.0.0.1/').http;

function route(origin: string, changes: Partial<HttpSettings> = {}, proxy: string | null = null): Route {
  return routeTo(origin, { ...plain, ...changes }, proxy);
}

describe('a route', () => {
  test.each([
    { origin: 'http://shop.test', secure: false, host: 'shop.test', port: 80 },
    { origin: 'https://shop.test', secure: true, host: 'shop.test', port: 443 },
    { origin: 'http://shop.test:8080', secure: false, host: 'shop.test', port: 8080 },
    { origin: 'https://[::1]:8443', secure: true, host: '::1', port: 8443 },
    { origin: 'http://bücher.test', secure: false, host: 'xn--bcher-kva.test', port: 80 },
  ])('leads straight to $origin', ({ origin, secure, host, port }) => {
    const found = route(origin);
    expect(found).toMatchObject({ secure, host, port, dialHost: host, dialPort: port });
    expect(found).toMatchObject({ fixedAddresses: null, socketPath: null, proxy: null });
  });

  test('follows the first rule that matches host and port', () => {
    const connectTo = [
      { host: 'shop.test', port: 443, toHost: 'a.test', toPort: 1 },
      { host: 'shop.test', port: null, toHost: 'b.test', toPort: 2 },
      { host: '', port: 80, toHost: 'c.test', toPort: 3 },
      { host: '', port: null, toHost: '', toPort: 4 },
    ];
    const to = (origin: string): string => {
      const { dialHost, dialPort } = route(origin, { connectTo });
      return `${dialHost}:${dialPort}`;
    };
    expect(to('https://shop.test')).toBe('a.test:1');
    expect(to('http://shop.test')).toBe('b.test:2');
    expect(to('http://other.test')).toBe('c.test:3');
    expect(to('https://other.test')).toBe('other.test:4');
  });

  test("keeps the URL's name when it is moved", () => {
    const connectTo = [{ host: '', port: null, toHost: '10.0.0.1', toPort: null }];
    expect(route('https://shop.test', { connectTo })).toMatchObject({
      host: 'shop.test',
      port: 443,
      dialHost: '10.0.0.1',
      dialPort: 443,
    });
  });

  test('knows the fixed addresses of where it leads', () => {
    const resolve = [{ host: 'shop.test', port: 443, addresses: ['10.0.0.1', '10.0.0.2'] }];
    expect(route('https://shop.test', { resolve }).fixedAddresses).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(route('http://shop.test', { resolve }).fixedAddresses).toBeNull();
    expect(route('https://other.test', { resolve }).fixedAddresses).toBeNull();
  });

  test('through a proxy leads to the proxy, with its credentials decoded', () => {
    const found = route('https://shop.test', {}, 'http://joe:p%40ss%3Aword@[::1]:3128');
    expect(found).toMatchObject({ host: 'shop.test', port: 443, dialHost: '::1', dialPort: 3128 });
    expect(found.proxy).toEqual({
      host: '::1',
      port: 3128,
      authorization: `Basic ${Buffer.from('joe:p@ss:word').toString('base64')}`,
    });
  });

  test('through a proxy without credentials sends none', () => {
    expect(route('http://shop.test', {}, 'http://127.0.0.1').proxy).toEqual({
      host: '127.0.0.1',
      port: 80,
      authorization: null,
    });
  });
});
