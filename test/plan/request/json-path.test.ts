import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { compileJsonPath, validateJsonPath } from '../../../src/plan/request/json-path.ts';

describe('validateJsonPath', () => {
  test.each([
    '$',
    '$.next',
    "$['a b'].c",
    '$.items[0].id',
    '$..name',
    '$.items[?@.ok == true].id',
    '$[-1]',
    '$[1:3]',
  ])('accepts %s', (path) => {
    expect(validateJsonPath(path)).toBeNull();
  });

  test.each([
    ['', 'a JSON path starts with "$", as in "$.next"'],
    ['next', 'a JSON path starts with "$", as in "$.next"'],
    ['$.a[', 'unclosed bracketed selection, at character 5'],
    ['$.a[?foo(@)]', "no such function 'foo', at character 6"],
    ['$[99999999999999999999]', 'index out of range, at character 3'],
    [`$.${'a'.repeat(3000)}`, 'a JSON path may have 2000 characters, this one has 3002'],
    [`$[?${'('.repeat(1900)}`, 'unclosed bracketed selection, at character 1904'],
  ])('refuses %j with the place of the fault', (path, text) => {
    expect(validateJsonPath(path)).toBe(text);
  });
});

describe('compileJsonPath', () => {
  test('selects values in document order', () => {
    const query = compileJsonPath('$.items[*].id');
    expect(query({ items: [{ id: 1 }, {}, { id: null }] })).toEqual([1, null]);
    expect(query({})).toEqual([]);
    expect(query('text')).toEqual([]);
  });

  test('sees own keys only', () => {
    const inherited = ['$.constructor', '$.toString', '$.__proto__', '$.a.length', '$..hasOwnProperty'];
    expect(inherited.map((path) => compileJsonPath(path)({ a: 'text' }))).toEqual(inherited.map(() => []));
    expect(compileJsonPath('$.__proto__.x')(JSON.parse('{"__proto__":{"x":7}}'))).toEqual([7]);
  });

  test('descends into documents as deep as are read', () => {
    const document = JSON.parse(`${'{"a":'.repeat(499)}{"z":1}${'}'.repeat(499)}`);
    expect(compileJsonPath('$..z')(document)).toEqual([1]);
  });

  test('throws for a path that is not valid', () => {
    expect(() => compileJsonPath('$.a[')).toThrow(UsageError);
  });
});
