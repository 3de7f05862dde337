import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExactJson } from '../../../src/observe/go/exact-json.ts';

test('whatever holds no long whole number is read as JSON.parse reads it', () => {
  const short = fc.jsonValue().filter((value) => !/\d{16}/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(short, fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('whole numbers of any length are exact, beside texts that look like them', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), fc.string(), (number, said) => {
      const text = `{"a": [${number}, ${JSON.stringify(`${said}"\\${number}`)}]}`;
      const { a } = parseExactJson(text) as { a: [bigint | number, string] };
      expect(BigInt(a[0])).toBe(number);
      expect(a[1]).toBe(`${said}"\\${number}`);
    }),
  );
});

test('fractions and powers stay numbers, however long', () => {
  expect(parseExactJson('[0.12345678901234567890, 12345678901234567890.5, 1e300, -0]')).toEqual([
    0.12345678901234568, 12345678901234567000, 1e300, -0,
  ]);
});

test('what is no JSON is refused, as JSON.parse refuses it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const outcome = (read: (text: string) => unknown): boolean => {
        try {
          read(text);
          return true;
        } catch {
          return false;
        }
      };
      expect(outcome(parseExactJson)).toBe(outcome(JSON.parse));
    }),
  );
  expect(() => parseExactJson('[-, 12345678901234567890]')).toThrow(SyntaxError);
});
