/**
 * Attempts per remote address, in bounded memory. The alphabetically first addresses are told apart and all
 * others are counted together: an address that is among the first of the whole is among the first of every
 * part, so that merging is exact whatever the split and the order. First come, first kept would not be.
 */

/** Most addresses told apart. */
export const MAX_ADDRESSES = 256;

/** Where the attempts at further addresses are counted. */
export const OTHER_ADDRESSES = 'other';

/** Attempts and failures at one remote address. */
export interface AddressCount {
  attempts: number;
  failed: number;
}

/** Attempts and failures by address. */
export type AddressBook = Map<string, AddressCount>;

/** Counts one attempt at an address. */
export function countAddress(book: AddressBook, address: string, failed: boolean): void {
  const own = book.get(address);
  if (own === undefined) return addAddress(book, address, { attempts: 1, failed: failed ? 1 : 0 });
  own.attempts += 1;
  if (failed) own.failed += 1;
}

/** Adds counts to those of an address. */
export function addAddress(book: AddressBook, address: string, count: Readonly<AddressCount>): void {
  const own = book.get(address);
  if (own !== undefined) {
    own.attempts += count.attempts;
    own.failed += count.failed;
    return;
  }
  const known = book.size - (book.has(OTHER_ADDRESSES) ? 1 : 0);
  if (address === OTHER_ADDRESSES || known < MAX_ADDRESSES) {
    book.set(address, { ...count });
    return;
  }
  const last = lastAddress(book);
  if (address > last) return addAddress(book, OTHER_ADDRESSES, count);
  const evicted = book.get(last);
  book.delete(last);
  book.set(address, { ...count });
  if (evicted !== undefined) addAddress(book, OTHER_ADDRESSES, evicted);
}

function lastAddress(book: AddressBook): string {
  let last = '';
  for (const address of book.keys()) if (address > last && address !== OTHER_ADDRESSES) last = address;
  return last;
}
