import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_JSON_DEPTH, readJson } from '../../../src/plan/request/json-text.ts';

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

describe('readJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  test('is not misled by braces, colons and quotes inside texts', () => {
    const value = { 'a":{[': '\\', '\\"': ':{"x":1}', c: [{ d: '}]' }] };
    expect(readJson(JSON.stringify(value))).toEqual({ ok: true, value });
  });

  test('keeps a key called __proto__ as a key', () => {
    const reading = readJson('{"__proto__":{"x":1},"a":{"__proto__":2}}');
    expect(reading.ok && Object.keys(reading.value ?? {})).toEqual(['__proto__', 'a']);
  });

  test('reads documents up to a depth and refuses deeper ones, however deep', () => {
    expect(readJson(nested(MAX_JSON_DEPTH)).ok).toBe(true);
    for (const depth of [MAX_JSON_DEPTH + 1, 100_000, 1_000_000]) {
      expect(readJson(nested(depth))).toEqual({
        ok: false,
        problem: 'nested deeper than 500 levels',
        offset: null,
      });
    }
    expect(readJson('{"a":'.repeat(100_000)).ok).toBe(false);
  });

  test.each([
    '{"a":1,"a":1}',
    '[{"b":{"x":1,"y":2,"x":3}}]',
    '{"__proto__":1,"__proto__":2}',
    '{"a":1,"\\u0061":2}',
  ])('refuses a key given twice: %s', (text) => {
    expect(readJson(text)).toEqual({
      ok: false,
      problem: 'a key is given twice in one object',
      offset: null,
    });
  });

  test.each([
    ['', 0],
    ['{"a" 1}', 5],
    ['[1,', 3],
    ['"open', 5],
    ['"\\', 2],
    ['[1 2]', 3],
    ['<html>', null],
  ])('tells where %j is not JSON', (text, offset) => {
    expect(readJson(text)).toEqual({ ok: false, problem: 'not JSON', offset });
  });

  test('never throws', () => {
    const fragments = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '1',
      'a',
      'null',
      '\u2028',
      '\uD800',
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 30 }), (pieces) => {
        expect(typeof readJson(pieces.join('')).ok).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });
});
