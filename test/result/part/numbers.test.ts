import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numbersOf, numbersText, sparseOf, sparseText } from '../../../src/result/part/numbers.ts';

test('numbers are read as they were written, to the last bit', () => {
  const anyNumber = fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Object.is(value, -0));
  fc.assert(
    fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 8 }), (numbers) => {
      expect(numbersOf(numbersText(numbers), numbers.length)).toEqual(numbers);
    }),
  );
});

test('sparse counts are read as they were written', () => {
  const anyEntry = fc.tuple(fc.nat({ max: 999 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 20 }), (entries) => {
      expect(sparseOf(sparseText(entries), 1000)).toEqual(entries);
    }),
  );
});

describe('what is no list of counts is refused:', () => {
  test.each([
    ['1 2', 3],
    ['1 2 x', 3],
    ['1  2', 3],
    ['1 2 Infinity', 3],
    ['', 1],
  ])('numbers "%s"', (text, n) => {
    expect(() => numbersOf(text, n)).toThrow(RangeError);
  });

  test.each(['10:1', '-1:1', '1:1.5', '1', '1:', ' 1:1', '1:9999999999999999'])('counts "%s"', (text) => {
    expect(() => sparseOf(text, 10)).toThrow(RangeError);
  });
});
