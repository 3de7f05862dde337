import { describe, expect, test } from 'vitest';
import { UnitError } from '../../../src/core/units.ts';
import { parseConnectTo, parseHeaderLine, parseResolve } from '../../../src/plan/section/curl-forms.ts';

describe('--connect-to', () => {
  test.each([
    ['a:80:b:8080', { host: 'a', port: 80, toHost: 'b', toPort: 8080 }],
    ['A.example:443::', { host: 'a.example', port: 443, toHost: '', toPort: null }],
    ['::127.0.0.1:', { host: '', port: null, toHost: '127.0.0.1', toPort: null }],
    ['[::1]:80:[fe80::1%eth0]:81', { host: '[::1]', port: 80, toHost: '[fe80::1%eth0]', toPort: 81 }],
  ])('%s', (text, value) => {
    expect(parseConnectTo(text)).toEqual(value);
  });

  test.each([
    '',
    'a:80:b',
    'a:80:b:8080:c',
    'a:0:b:1',
    'a:65536:b:1',
    'a b:80:c:1',
    '[zz]:80:c:1',
    'a:8o:b:1',
  ])('refuses %j', (text) => {
    expect(() => parseConnectTo(text)).toThrow(UnitError);
  });
});

describe('--resolve', () => {
  test.each([
    ['a:80:127.0.0.1', { host: 'a', port: 80, addresses: ['127.0.0.1'] }],
    ['a:443:127.0.0.1,[::1]', { host: 'a', port: 443, addresses: ['127.0.0.1', '::1'] }],
    ['+a:443:::1', { host: 'a', port: 443, addresses: ['::1'] }],
    ['[::1]:80:10.0.0.255', { host: '[::1]', port: 80, addresses: ['10.0.0.255'] }],
  ])('%s', (text, value) => {
    expect(parseResolve(text)).toEqual(value);
  });

  test.each([
    '',
    'a:80',
    ':80:127.0.0.1',
    'a::127.0.0.1',
    'a:80:256.0.0.1',
    'a:80:1.2.3',
    'a:80:localhost',
    'a:80:1.2.3.4.',
  ])('refuses %j', (text) => {
    expect(() => parseResolve(text)).toThrow(UnitError);
  });
});

test.each([
  ['a: b', ['a', 'b']],
  ['A:b:c', ['A', 'b:c']],
  ['a:\t b \t', ['a', 'b']],
  ['a;', ['a', '']],
])('the header line %j is %j', (line, pair) => {
  expect(parseHeaderLine(line)).toEqual(pair);
});

test.each(['', ':b', 'a', 'a:', 'a: '])('the header line %j is refused, without its value', (line) => {
  expect(() => parseHeaderLine(line)).toThrow(UnitError);
});
