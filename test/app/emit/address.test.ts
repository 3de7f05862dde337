import { describe, expect, test } from 'vitest';
import { listenPlace, placeOf, pushUrl, shownAddress } from '../../../src/app/emit/address.ts';

const SECRETS = { 'env:HOST': 'collector', 'env:URL': 'udp://10.0.0.1:8126' };

describe('a place', () => {
  test.each([
    ['udp://127.0.0.1:8126', { kind: 'udp', host: '127.0.0.1', port: 8126 }],
    ['TCP://veneur.test:8126/', { kind: 'tcp', host: 'veneur.test', port: 8126 }],
    ['udp://[::1]:8128', { kind: 'udp', host: '::1', port: 8128 }],
    ['udp://${env:HOST}:8128', { kind: 'udp', host: 'collector', port: 8128 }],
    ['${env:URL}', { kind: 'udp', host: '10.0.0.1', port: 8126 }],
    ['unix:///run/veneur/ssf.sock', { kind: 'unix', path: '/run/veneur/ssf.sock' }],
  ])('%s', (url, place) => {
    expect(placeOf(url, SECRETS)).toEqual(place);
  });

  test.each([
    'udp://host',
    'udp://host:0',
    'udp://host:70000',
    'http://host:1',
    'unix://relative',
    `unix:///${'x'.repeat(107)}`,
    'udp://a b:1',
  ])('is not %s', (url) => {
    expect(() => placeOf(url, {})).toThrow('is no address of such a sink');
  });

  test('that is none is said without its secrets', () => {
    expect(() => placeOf('udp://user:hunter2@host:1', {})).toThrow(/^(?!.*hunter2)/s);
  });
});

describe('where a page is to be', () => {
  test.each([
    ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['9464', { host: '127.0.0.1', port: 9464 }],
    [':9464', { host: '127.0.0.1', port: 9464 }],
  ])('%s', (listen, place) => {
    expect(listenPlace(listen)).toEqual(place);
  });

  test.each(['host', 'host:70000', 'http://host:1', ''])('is not "%s"', (listen) => {
    expect(() => listenPlace(listen)).toThrow('is no address of such a sink');
  });
});

describe('an address as it is shown', () => {
  test.each([
    ['https://user:hunter2@gateway.test:9091/base?key=hunter2#hunter2', 'https://gateway.test:9091/base'],
    ['https://hunter2@gateway.test/', 'https://gateway.test/'],
    ['${env:URL}', '${env:URL}'],
    ['https://${env:USER}@gateway.test/x?token=${env:T}', 'https://gateway.test/x'],
    ['unix:///run/ssf.sock', 'unix:///run/ssf.sock'],
    ['127.0.0.1:9464', '127.0.0.1:9464'],
  ])('%s', (url, shown) => {
    expect(shownAddress(url)).toBe(shown);
  });
});

describe('a URL to push to', () => {
  test('has the values of its references', () => {
    expect(pushUrl('http://${env:HOST}:4318/v1/metrics', SECRETS).href).toBe(
      'http://collector:4318/v1/metrics',
    );
  });

  test.each(['ftp://host/', '${env:NONE}', 'host:9091'])('is not %s', (url) => {
    expect(() => pushUrl(url, {})).toThrow('is no address of such a sink');
  });
});
