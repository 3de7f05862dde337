import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../src/plan/source/document.ts';

function read(text: string): ReturnType<typeof readDocument> {
  return readDocument({ file: 'p.yaml', text });
}

function place(
  text: string,
  path: (string | number)[],
  extra: { onKey?: boolean; offset?: number } = {},
): string {
  const { line, column, length } = read(text).positionOf({ path, ...extra });
  return `${line}:${column}+${length}`;
}

describe('values', () => {
  test.each<[string, unknown]>([
    ['a: yes', { a: 'yes' }],
    ['a: on', { a: 'on' }],
    ['a: 2026-11-22', { a: '2026-11-22' }],
    ['a: 0x10', { a: 16 }],
    ['a: ~', { a: null }],
    ['a:', { a: null }],
    ['12: x', { '12': 'x' }],
    ['<<: { a: 1 }', { '<<': { a: 1 } }],
    ['{"a": [1, "b", true]}', { a: [1, 'b', true] }],
    ['a: &x { b: 1 }\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['\ufeffa: 1', { a: 1 }],
    ['a: |\n  one\n  two\n', { a: 'one\ntwo\n' }],
    ['a: 10:30', { a: '10:30' }],
  ])('of %j are %j', (text, tree) => {
    expect(read(text)).toMatchObject({ tree, refused: [] });
  });

  test.each([
    ['a: .inf', 'p.yaml:1:4: the number .inf is not finite'],
    ['a: .nan', 'p.yaml:1:4: the number .nan is not finite'],
    ['a: 007', 'p.yaml:1:4: the number 007 begins with a zero'],
    ['a: 9007199254740993', 'p.yaml:1:4: the number 9007199254740993 is too large to be kept exactly'],
    ['__proto__: 1', 'p.yaml:1:1: the key "__proto__" is not allowed'],
    ['a: !!binary AA==', 'p.yaml:1:13: there is a YAML tag'],
    ['!x a: 1', 'p.yaml:1:4: there is a YAML tag'],
    ['~: 1', 'p.yaml:1:1: a key must be a word'],
    ['a: \u0085', 'p.yaml:1:4: there is a control character, U+0085'],
    ['a: "x\u001b[31m"', 'p.yaml:1:6: there is a control character, U+001B'],
    [`a: ${'x'.repeat(1_000_001)}`, 'p.yaml:1:1: the plan is larger than 1 MB'],
  ])('of %j are refused', (text, message) => {
    expect(read(text).refused.map(({ where, message: why }) => `${where}: ${why}`)).toEqual([message]);
  });

  test('cannot pollute the prototype of anything', () => {
    read('__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }');
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });
});

describe('deep nesting', () => {
  test.each([
    ['brackets', '['.repeat(400_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['question marks', '? '.repeat(100_000)],
    ['indentation', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['brackets that close', `${'['.repeat(1000)}${']'.repeat(1000)}`],
  ])('of %s is refused before it is parsed', (_what, text) => {
    expect(read(text).refused.map(({ message }) => message)).toEqual(['nesting is deeper than 64 levels']);
  });

  test('in a text is no nesting', () => {
    expect(read(`a: "${'['.repeat(500)}"\nb: |\n  ${'- '.repeat(500)}\n`).refused).toEqual([]);
  });

  test('is allowed as far as a plan may need', () => {
    expect(read(`${'['.repeat(40)}${']'.repeat(40)}`).refused).toEqual([]);
  });
});

test('an alias bomb is refused in no time', () => {
  const levels = 'abcdefghijklmnopqrstuvwxyz'.split('');
  const lines = levels.map(
    (name, i) =>
      `${name}: &${name} [${i === 0 ? '1' : Array.from({ length: 9 }, () => `*${levels[i - 1]}`).join(', ')}]`,
  );
  expect(read(lines.join('\n')).refused.map(({ message }) => message)).toEqual([
    'the aliases expand to too much',
  ]);
});

test('a hundred thousand aliases are refused in no time, where there are too many', () => {
  const text = `a: &a 1\nb: [${Array.from({ length: 100_000 }, () => '*a').join(',')}]\nnotify: [*a]\n`;
  const [refused, ...more] = read(text).refused;
  expect(refused).toMatchObject({ message: 'the aliases expand to too much', hint: 'write the values out' });
  expect(refused?.where).toMatch(/:2:\d+$/);
  expect(more).toEqual([]);
});

test('each key is held against all before it in no time', () => {
  const keys = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1\n`).join('');
  const twins = read(`${keys}k7: 2\n"k9": 3\nin: { a: 1, a: 2 }\n`).refused;
  expect(twins.map(({ message }) => message)).toEqual([
    'the key "k7" is there twice',
    'the key "k9" is there twice',
    'the key "a" is there twice',
  ]);
  expect(twins[2]?.where).toMatch(/:50003:13$/);
});

describe('the place', () => {
  const text = 'targets:\n  - { get: "/a/${x}", weight: 9 }\nempty:\n"quoted key": 1\n';

  test.each<[(string | number)[], { onKey?: boolean; offset?: number }, string]>([
    [['targets', 0, 'weight'], {}, '2:31+1'],
    [['targets', 0, 'weight'], { onKey: true }, '2:23+6'],
    [['targets', 0, 'get'], {}, '2:12+9'],
    [['targets', 0, 'get'], { offset: 3 }, '2:16+1'],
    [['targets', 0], {}, '2:5+1'],
    [['targets', 0, 'missing'], {}, '2:5+1'],
    [['missing', 'deeper'], {}, '1:1+1'],
    [['empty'], {}, '3:7+1'],
    [['quoted key'], { onKey: true }, '4:1+12'],
  ])('of %j %j is %s', (path, extra, expected) => {
    expect(place(text, path, extra)).toBe(expected);
  });

  test('within a text with escapes is the start of the text', () => {
    expect(place('a: "x\\u0041${y}"', ['a'], { offset: 3 })).toBe('1:4+1');
  });

  test('is found through an alias', () => {
    expect(place('a: &x { b: 1 }\nc: *x', ['c', 'b'])).toBe('1:12+1');
  });

  test('counts lines that end with CRLF', () => {
    expect(place('a: 1\r\nb: 2\r\n', ['b'])).toBe('2:4+1');
  });
});
