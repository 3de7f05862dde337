import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { Match } from '../../../src/plan/plan.ts';
import { compileMatch, cut, excerpt } from '../../../src/plan/request/match.ts';

const PRESENT: Match = { kind: 'present' };
const ABSENT: Match = { kind: 'absent' };
const equals = (value: string | number | boolean | null): Match => ({ kind: 'equals', value });
const contains = (text: string): Match => ({ kind: 'contains', text });
const matches = (source: string, flags = ''): Match => ({ kind: 'matches', source, flags });

describe('a match of a text', () => {
  test.each<[Match, string | null, boolean]>([
    [PRESENT, '', true],
    [PRESENT, null, false],
    [ABSENT, null, true],
    [ABSENT, '', false],
    [equals('ok'), 'ok', true],
    [equals('ok'), 'OK', false],
    [equals('ok'), null, false],
    [equals(7), '7', true],
    [equals(null), 'null', true],
    [equals(null), null, false],
    [contains('ok'), 'it is ok', true],
    [contains('ok'), 'no', false],
    [contains(''), null, false],
    [matches('^a+$'), 'aaa', true],
    [matches('^a+$'), 'aab', false],
    [matches('A', 'i'), 'bab', true],
    [matches('.*'), null, false],
  ])('%j of %j: %s', (match, text, holds) => {
    expect(compileMatch(match).text(text)).toBe(holds);
  });

  test('gives the same answer every time, whatever the flags', () => {
    const match = compileMatch(matches('a', 'gy'));
    expect([1, 2, 3, 4].map(() => match.text('a'))).toEqual([true, true, true, true]);
  });
});

describe('a match of JSON values', () => {
  test.each<[Match, unknown[], boolean, string]>([
    [PRESENT, [null], true, 'null is a value'],
    [PRESENT, [], false, 'nothing was selected'],
    [ABSENT, [], true, 'nothing was selected'],
    [ABSENT, [null], false, 'null is a value'],
    [equals(7), [7], true, 'same number'],
    [equals(7), ['7'], false, 'a text is not a number'],
    [equals(null), [null], true, 'null'],
    [equals(false), [null], false, 'null is not false'],
    [equals(1), [1, 1], true, 'each of them'],
    [equals(1), [1, 2], false, 'not each of them'],
    [equals(1), [], false, 'none at all'],
    [equals(2 ** 53), [2 ** 53], false, 'beyond what a double can tell apart'],
    [equals(1), [Infinity], false, 'too large'],
    [contains('a'), ['bab'], true, 'text in text'],
    [contains('a'), [['b', 'a']], true, 'an element'],
    [contains('a'), [['ba']], false, 'no element is equal'],
    [contains('a'), [{ a: 1 }], false, 'an object has no text'],
    [contains('2'), [123], true, 'digits of a number'],
    [matches('^tr'), [true], true, 'a boolean as text'],
    [matches('.*'), [null], false, 'null has no text'],
    [matches('.*'), [['a']], false, 'an array has no text'],
    [matches('Inf'), [Infinity], false, 'a number too large has no text'],
  ])('%j of %j: %s (%s)', (match, values, holds) => {
    expect(compileMatch(match).json(values)).toBe(holds);
  });
});

describe('words of a match', () => {
  test.each<[Match, string]>([
    [PRESENT, 'present'],
    [ABSENT, 'absent'],
    [equals('a\n"b"'), '"a\\n\\"b\\""'],
    [equals(7), '7'],
    [equals(null), 'null'],
    [contains('ok'), 'text with "ok"'],
    [matches('^a/b$', 'i'), 'text like /^a\\/b$/i'],
  ])('%j reads %s', (match, words) => {
    expect(compileMatch(match).words).toBe(words);
  });

  test('an expression that is not valid is a usage error', () => {
    expect(() => compileMatch(matches('('))).toThrow(UsageError);
  });

  test('excerpts are short, on one line and whole characters', () => {
    expect(excerpt('x'.repeat(1000))).toHaveLength(62);
    expect(excerpt('a\r\nb\0')).toBe('"a\\r\\nb\\u0000"');
    expect(cut('abc\u{1F600}def', 5)).toBe('abc…');
    expect([excerpt([1, 2]), excerpt({}), excerpt(null), excerpt(true)]).toEqual([
      'an array of 2',
      'an object',
      'null',
      'true',
    ]);
  });
});
