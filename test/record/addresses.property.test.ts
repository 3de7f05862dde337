import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AddressBook,
  addAddress,
  countAddress,
  MAX_ADDRESSES,
  OTHER_ADDRESSES,
} from '../../src/record/addresses.ts';

function bookOf(addresses: readonly number[]): AddressBook {
  const book: AddressBook = new Map();
  for (const address of addresses) countAddress(book, `peer-${address}`, address % 3 === 0);
  return book;
}

function sorted(book: AddressBook): unknown {
  return [...book].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

describe('the attempts per address', () => {
  test('are the same whatever the split and the order, with more addresses than are told apart', () => {
    const seen = fc.record({
      addresses: fc.shuffledSubarray(
        Array.from({ length: 900 }, (_, index) => index),
        { minLength: 300 },
      ),
      repeats: fc.array(fc.nat(899), { maxLength: 100 }),
      parts: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(seen, ({ addresses, repeats, parts }) => {
        const all = [...addresses, ...repeats];
        const merged: AddressBook = new Map();
        for (let part = parts - 1; part >= 0; part -= 1) {
          const book = bookOf(all.filter((_, index) => index % parts === part));
          for (const [address, count] of book) addAddress(merged, address, count);
        }
        expect(sorted(merged)).toEqual(sorted(bookOf(all.toSorted((a, b) => b - a))));
        expect(merged.size).toBe(MAX_ADDRESSES + 1);
        const attempts = [...merged.values()].reduce((sum, count) => sum + count.attempts, 0);
        expect(attempts).toBe(all.length);
        expect(merged.get(OTHER_ADDRESSES)?.attempts).toBeGreaterThanOrEqual(
          addresses.length - MAX_ADDRESSES,
        );
      }),
      { numRuns: 15 },
    );
  });
});
