import { describe, expect, test } from 'vitest';
import { routeTo } from '../../../src/load/dial/route.ts';
import { RequestBytes } from '../../../src/load/plain/request-bytes.ts';
import type { Exchange } from '../../../src/load/transport/transport.ts';
import { exchangeTo } from '../../support/exchanges.ts';
import { type PlanChanges, planFor } from '../../support/traffic.ts';

const URL_8080 = 'http://127.0.0.1:8080/a?b=c';
const OWN = 'user-agent: tester\r\nx-headroom-run: test\r\n';

function textOf(changes: PlanChanges = {}, options: { url?: string; keepAlive?: boolean } = {}): string {
  const bytes = new RequestBytes(options.keepAlive ?? true);
  return bytes.of(exchangeTo(options.url ?? URL_8080, changes)).toString('latin1');
}

const CASES: readonly {
  readonly name: string;
  readonly changes?: PlanChanges;
  readonly url?: string;
  readonly wanted: string;
}[] = [
  {
    name: 'GET',
    wanted: `GET /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\n${OWN}\r\n`,
  },
  {
    name: 'the root when the URL has no path',
    url: 'http://example.test',
    wanted: `GET / HTTP/1.1\r\nhost: example.test\r\nconnection: keep-alive\r\n${OWN}\r\n`,
  },
  {
    name: 'an IPv6 host with a port',
    url: 'http://[::1]:81/',
    wanted: `GET / HTTP/1.1\r\nhost: [::1]:81\r\nconnection: keep-alive\r\n${OWN}\r\n`,
  },
  {
    name: 'headers as given, in order',
    changes: {
      target: {
        headers: [
          ['accept', '*/*'],
          ['x-b', '1'],
          ['x-a', '\xe9'],
        ],
      },
    },
    wanted: `GET /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\naccept: */*\r\nx-b: 1\r\nx-a: \xe9\r\n${OWN}\r\n`,
  },
  {
    name: "the target's own host",
    changes: { target: { headers: [['Host', 'shop.example']] } },
    wanted: `GET /a?b=c HTTP/1.1\r\nconnection: keep-alive\r\nHost: shop.example\r\n${OWN}\r\n`,
  },
  {
    name: 'a text body, its length in bytes',
    changes: { target: { method: 'POST', body: 'h\u00e9llo \u20ac' } },
    wanted: `POST /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\n${OWN}content-length: 10\r\n\r\nh\xc3\xa9llo \xe2\x82\xac`,
  },
  {
    name: 'a body of any bytes',
    changes: { target: { method: 'PUT', body: Uint8Array.of(0, 13, 10, 255) } },
    wanted: `PUT /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\n${OWN}content-length: 4\r\n\r\n\0\r\n\xff`,
  },
  {
    name: 'an empty body',
    changes: { target: { method: 'DELETE', body: '' } },
    wanted: `DELETE /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\n${OWN}content-length: 0\r\n\r\n`,
  },
  ...['POST', 'PUT', 'PATCH'].map((method) => ({
    name: `${method} without body says so`,
    changes: { target: { method } },
    wanted: `${method} /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\n${OWN}content-length: 0\r\n\r\n`,
  })),
  ...['HEAD', 'DELETE', 'OPTIONS'].map((method) => ({
    name: `${method} without body says nothing`,
    changes: { target: { method } },
    wanted: `${method} /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\n${OWN}\r\n`,
  })),
];

/** The exchange over a forward proxy. */
function proxied(proxyUrl: string): Exchange {
  const exchange = exchangeTo(URL_8080);
  exchange.route = routeTo('http://127.0.0.1:8080', planFor(URL_8080).http, proxyUrl);
  return exchange;
}

describe('the bytes of a request', () => {
  test.each(CASES)('are those of $name', ({ changes, url, wanted }) => {
    expect(textOf(changes, { url: url ?? URL_8080 })).toBe(wanted);
  });

  test('say that the connection closes when none is kept', () => {
    expect(textOf({}, { keepAlive: false })).toContain('\r\nconnection: close\r\n');
  });

  test('name the whole URL to a proxy, with its credentials', () => {
    const text = new RequestBytes(true).of(proxied('http://me:secret@127.0.0.1:3128')).toString('latin1');
    expect(text).toMatch(/^GET http:\/\/127\.0\.0\.1:8080\/a\?b=c HTTP\/1\.1\r\nhost: 127\.0\.0\.1:8080\r\n/);
    expect(text).toContain(
      `\r\nproxy-authorization: Basic ${Buffer.from('me:secret').toString('base64')}\r\n`,
    );
  });

  test('have no credentials for a proxy that wants none', () => {
    const text = new RequestBytes(true).of(proxied('http://127.0.0.1:3128')).toString('latin1');
    expect(text).not.toContain('proxy-authorization');
  });
});

describe('the bytes of many requests', () => {
  test('are made once when they do not vary', () => {
    const bytes = new RequestBytes(true);
    const exchange = exchangeTo(URL_8080);
    const first = bytes.of(exchange);
    exchange.request = exchange.job.template.render(1);
    expect(bytes.of(exchange)).toBe(first);
  });

  test('are made anew for each arrival when they vary', () => {
    const bytes = new RequestBytes(true);
    const exchange = exchangeTo(URL_8080, { target: { headers: [['x-number', '${seq}']] } });
    const numbers = [3, 4].map((index) => {
      exchange.request = exchange.job.template.render(index);
      return /x-number: (\d+)/.exec(bytes.of(exchange).toString('latin1'))?.[1];
    });
    expect(numbers).toEqual(['3', '4']);
  });

  test('are those of the next hop after a redirect, not those of the target', () => {
    const bytes = new RequestBytes(true);
    const exchange = exchangeTo(URL_8080, { target: { method: 'POST', body: 'x' } });
    bytes.of(exchange);
    exchange.method = 'GET';
    exchange.request = { path: '/next', headers: ['accept', '*/*'], body: null };
    expect(bytes.of(exchange).toString('latin1')).toBe(
      'GET /next HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\naccept: */*\r\n\r\n',
    );
  });
});
