import { describe, expect, test } from 'vitest';
import { type LocatedIssue, nearest, suggestion, usageErrorOf } from '../../src/plan/position.ts';

function issue(text: string, column: number, length: number): LocatedIssue {
  const place = { line: 7, column, length };
  return {
    where: `p.yaml:7:${column}`,
    message: 'wrong',
    hint: 'right it',
    excerpt: { text, place, numbered: true },
    at: { file: 'p.yaml', line: 7, column },
  };
}

function excerpt(text: string, column: number, length = 1): string {
  return usageErrorOf([issue(text, column, length)])
    .message.split('\n')
    .slice(1)
    .join('\n');
}

describe('an error', () => {
  test('shows where, what and the line, and has its remedy as hint', () => {
    const error = usageErrorOf([issue('  - { get: /x, wieght: 9 }', 16, 6)]);
    expect(error.message).toBe(
      ['p.yaml:7:16: wrong', '   7 |   - { get: /x, wieght: 9 }', '     |                ^^^^^^'].join('\n'),
    );
    expect(error.hint).toBe('right it');
  });

  test('of several issues gives each its remedy', () => {
    const error = usageErrorOf([issue('a', 1, 1), issue('b', 1, 1)]);
    expect(error.message.split('\n').filter((line) => line === '  hint: right it')).toHaveLength(2);
    expect(error.hint).toBeNull();
  });

  test('shows a long line around the caret', () => {
    const [line = '', caret = ''] = excerpt(`${'a'.repeat(500)}X${'b'.repeat(500)}`, 501).split('\n');
    expect(line.length).toBeLessThan(110);
    expect(line[caret.indexOf('^')]).toBe('X');
  });

  test('makes control characters harmless and keeps the column', () => {
    expect(excerpt('a\u001b[31m\tb: X', 10)).toBe('   7 | a [31m b: X\n     |          ^');
  });

  test.each([
    ['headers: { authorization: Bearer sesame, x: 1 }', 'headers: { authorization: *************, x: 1 }'],
    ['  x-api-key: "sesame, open"', '  x-api-key: "************"'],
    ["password: 'sesame'", "password: '******'"],
    ['cookie: a=b; c=d', 'cookie: ********'],
    ['get: http://ali:sesame@host/?token=abc&x=1', 'get: http://**********@host/?token=***&x=1'],
    ['base: ali:sesame@host:80', 'base: **********@host:80'],
    ['targets: [{ get: "ali:sesame@host" }]', 'targets: [{ get: "**********@host" }]'],
    ['authorization: "Bearer ${env:T}"', 'authorization: "*******${env:T}"'],
    ['headers: { x-token: a, accept: b }', 'headers: { x-token: *, accept: b }'],
    ['{"password":"a\\"b","x":1}', '{"password":"****","x":1}'],
    ['headers:', 'headers:'],
  ])('hides the secrets of %s', (line, shown) => {
    expect(excerpt(line, 1).split('\n')[0]).toBe(`   7 | ${shown}`);
  });
});

test.each([
  ['wieght', 'weight'],
  ['fro', 'for'],
  ['Weight', 'weight'],
  ['launch', null],
  ['x', null],
])('"%s" was probably meant to be %s', (written, meant) => {
  expect(nearest(written, ['weight', 'for', 'get'])).toBe(meant);
});

test('a suggestion falls back on what is known', () => {
  expect(suggestion('gte', ['get'], 'known: get')).toBe('did you mean "get"?');
  expect(suggestion('zzz', ['get'], 'known: get')).toBe('known: get');
});
