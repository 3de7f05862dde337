import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { AddressBook, type LookUp } from '../../../src/load/dial/address-book.ts';

const four = (address: string): LookupAddress => ({ address, family: 4 });
const six = (address: string): LookupAddress => ({ address, family: 6 });

/** Answers look-ups by hand. */
class Resolver {
  asked = 0;
  #answers: ((found: LookupAddress[]) => void)[] = [];
  #refusals: ((error: Error) => void)[] = [];

  readonly lookUp: LookUp = () => {
    this.asked += 1;
    return new Promise((resolve, reject) => {
      this.#answers.push(resolve);
      this.#refusals.push(reject);
    });
  };

  answer(...found: LookupAddress[]): void {
    this.#refusals.shift();
    this.#answers.shift()?.(found);
  }

  refuse(code: string): void {
    this.#answers.shift();
    this.#refusals.shift()?.(Object.assign(new Error(code), { code }));
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('addresses', () => {
  test('of a literal need no look-up', () => {
    const resolver = new Resolver();
    expect(new AddressBook('127.0.0.1', null, resolver.lookUp).next(0)).toEqual({
      host: '127.0.0.1',
      family: 4,
    });
    expect(new AddressBook('::1', null, resolver.lookUp).next(0)).toEqual({ host: '::1', family: 6 });
    expect(resolver.asked).toBe(0);
  });

  test('that are fixed are used in turn, for ever, without a look-up', () => {
    const resolver = new Resolver();
    const book = new AddressBook('shop.test', ['10.0.0.1', '10.0.0.2', '10.0.0.3'], resolver.lookUp);
    const used = Array.from({ length: 6 }, (_, index) => book.next(index * 100_000)?.host);
    expect(used).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1', '10.0.0.2', '10.0.0.3']);
    expect(resolver.asked).toBe(0);
  });

  test('are not known before the look-up', () => {
    const resolver = new Resolver();
    expect(new AddressBook('shop.test', null, resolver.lookUp).next(0)).toBeNull();
  });

  test('are looked up once for a hundred that ask at once', async () => {
    const resolver = new Resolver();
    const book = new AddressBook('shop.test', null, resolver.lookUp);
    const asked = Array.from({ length: 100 }, () => book.resolve(0));
    expect(resolver.asked).toBe(1);
    resolver.answer(four('10.0.0.1'), four('10.0.0.2'));
    const found = await Promise.all(asked);
    expect(found.filter(({ host }) => host === '10.0.0.1').length).toBe(50);
    expect(found.filter(({ host }) => host === '10.0.0.2').length).toBe(50);
    expect(book.next(1)).not.toBeNull();
    expect(resolver.asked).toBe(1);
  });

  test('are looked up again in the background when they are 5 s old', async () => {
    const resolver = new Resolver();
    const book = new AddressBook('shop.test', null, resolver.lookUp);
    const first = book.resolve(0);
    resolver.answer(four('10.0.0.1'));
    await first;
    expect(book.next(4999)?.host).toBe('10.0.0.1');
    expect(resolver.asked).toBe(1);
    expect(book.next(5001)?.host).toBe('10.0.0.1');
    expect(book.next(5002)?.host).toBe('10.0.0.1');
    expect(resolver.asked).toBe(2);
    resolver.answer(four('10.0.0.9'));
    await settled();
    expect(book.next(5003)?.host).toBe('10.0.0.9');
    expect(resolver.asked).toBe(2);
  });

  test('stay as they are when looking them up again fails', async () => {
    const resolver = new Resolver();
    const book = new AddressBook('shop.test', null, resolver.lookUp);
    const first = book.resolve(0);
    resolver.answer(four('10.0.0.1'));
    await first;
    book.next(6000);
    resolver.refuse('EAI_AGAIN');
    await settled();
    expect(book.next(6001)?.host).toBe('10.0.0.1');
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ESERVFAIL'])(
    "are refused with the look-up's own %s",
    async (code) => {
      const resolver = new Resolver();
      const book = new AddressBook('shop.test', null, resolver.lookUp);
      const asked = book.resolve(0);
      resolver.refuse(code);
      await expect(asked).rejects.toMatchObject({ code });
      const again = book.resolve(1);
      expect(resolver.asked).toBe(2);
      resolver.answer(four('10.0.0.1'));
      await expect(again).resolves.toEqual({ host: '10.0.0.1', family: 4 });
    },
  );

  test('that are none at all are refused', async () => {
    const resolver = new Resolver();
    const asked = new AddressBook('shop.test', null, resolver.lookUp).resolve(0);
    resolver.answer();
    await expect(asked).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('two families', () => {
  async function bookOf(...found: LookupAddress[]): Promise<AddressBook> {
    const resolver = new Resolver();
    const book = new AddressBook('both.test', null, resolver.lookUp);
    const first = book.resolve(0);
    resolver.answer(...found);
    await first;
    return book;
  }

  const V4 = { host: '127.0.0.1', family: 4 };
  const V6 = { host: '::1', family: 6 };

  test("are not mixed: the resolver's first is used", async () => {
    const book = await bookOf(six('::1'), four('127.0.0.1'), six('::2'));
    expect([book.next(1), book.next(1), book.next(1)].map((address) => address?.family)).toEqual([6, 6, 6]);
  });

  test('the other is used for good when the first refuses and never answered', async () => {
    const book = await bookOf(six('::1'), four('127.0.0.1'));
    expect(book.refused(V6)).toBe('try-again');
    expect(book.next(1)).toEqual(V4);
    // Another connection was on its way to the same address.
    expect(book.refused(V6)).toBe('try-again');
    expect(book.next(1)).toEqual(V4);
  });

  test('the first is kept when it had answered before', async () => {
    const book = await bookOf(six('::1'), four('127.0.0.1'));
    book.proved(V6);
    expect(book.refused(V6)).toBe('give-up');
    expect(book.next(1)).toEqual(V6);
  });

  test('both are tried again when both refused: the server may come up on either', async () => {
    const book = await bookOf(six('::1'), four('127.0.0.1'));
    expect(book.refused(V6)).toBe('try-again');
    expect(book.refused(V4)).toBe('give-up');
    expect(book.next(1)).toEqual(V6);
  });

  test('an address of the only family is given up at once', async () => {
    const book = await bookOf(four('127.0.0.1'), four('127.0.0.2'));
    expect(book.refused(V4)).toBe('give-up');
  });
});
