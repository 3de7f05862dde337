import { describe, expect, test } from 'vitest';
import {
  type AddressBook,
  addAddress,
  countAddress,
  MAX_ADDRESSES,
  OTHER_ADDRESSES,
} from '../../src/record/addresses.ts';

function full(): AddressBook {
  const book: AddressBook = new Map();
  for (let i = 0; i < MAX_ADDRESSES; i += 1) countAddress(book, `m${1000 + i}`, i === MAX_ADDRESSES - 1);
  return book;
}

describe('attempts per address', () => {
  test('counts attempts and failures of each', () => {
    const book: AddressBook = new Map();
    for (const failed of [false, true, true]) countAddress(book, '10.0.0.1:80', failed);
    countAddress(book, '10.0.0.2:80', false);
    expect([...book]).toEqual([
      ['10.0.0.1:80', { attempts: 3, failed: 2 }],
      ['10.0.0.2:80', { attempts: 1, failed: 0 }],
    ]);
  });

  test('counts a further address with the others when it comes later in the alphabet', () => {
    const book = full();
    countAddress(book, 'z', true);
    expect([book.has('z'), book.get(OTHER_ADDRESSES)]).toEqual([false, { attempts: 1, failed: 1 }]);
  });

  test('makes room for an earlier one and moves the last to the others', () => {
    const book = full();
    countAddress(book, 'a', false);
    expect(book.get('a')).toEqual({ attempts: 1, failed: 0 });
    expect(book.has(`m${1000 + MAX_ADDRESSES - 1}`)).toBe(false);
    expect(book.get(OTHER_ADDRESSES)).toEqual({ attempts: 1, failed: 1 });
    expect(book.size).toBe(MAX_ADDRESSES + 1);
  });

  test('keeps the counts that are handed in to itself', () => {
    const book: AddressBook = new Map();
    const count = { attempts: 1, failed: 0 };
    addAddress(book, 'a', count);
    countAddress(book, 'a', true);
    expect(count).toEqual({ attempts: 1, failed: 0 });
  });
});
