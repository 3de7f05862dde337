/**
 * Addresses of one host. All of them are used in turn, and looked up again while the run goes on: a pool that
 * kept to the first answer would never meet replicas that were added later.
 */

import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Age at which an answer is looked up again, in the background, ms. */
const MAX_AGE_MS = 5000;

/** An address to connect to. */
export interface Address {
  readonly host: string;
  readonly family: number;
}

/** Looks a host up; tests replace it. Rejects with an error that has a `code`. */
export type LookUp = (host: string) => Promise<readonly LookupAddress[]>;

const systemLookUp: LookUp = (host) => lookup(host, { all: true, verbatim: true });

/** The addresses of one host, in turn. */
export class AddressBook {
  readonly #host: string;
  readonly #lookUp: LookUp;
  #addresses: readonly Address[] = [];
  #fetchedMs = -Infinity;
  #fetching: Promise<void> | null = null;
  #turn = 0;
  /** Families whose addresses refused every connection while another family answered. */
  #deadFamilies = new Set<number>();
  #provenFamilies = new Set<number>();

  /** @param fixed addresses that need no look-up, or null */
  constructor(host: string, fixed: readonly string[] | null, lookUp: LookUp = systemLookUp) {
    this.#host = host;
    this.#lookUp = lookUp;
    const literal = fixed ?? (isIP(host) === 0 ? null : [host]);
    if (literal === null) return;
    this.#addresses = literal.map((address) => ({ host: address, family: isIP(address) }));
    this.#fetchedMs = Infinity;
  }

  /** The next address when one is known, else null: then `resolve` must be awaited. Never waits. */
  next(nowMs: number): Address | null {
    if (nowMs - this.#fetchedMs > MAX_AGE_MS && this.#addresses.length > 0) {
      this.#refresh(nowMs).catch(() => undefined);
    }
    return this.#pick();
  }

  /** Looks the host up and returns the next address. Rejects as the look-up does. */
  async resolve(nowMs: number): Promise<Address> {
    await this.#refresh(nowMs);
    const address = this.#pick();
    if (address === null)
      throw Object.assign(new Error(`no address for ${this.#host}`), { code: 'ENOTFOUND' });
    return address;
  }

  /** Tells that a connection to this address was made: its family works. */
  proved(address: Address): void {
    this.#provenFamilies.add(address.family);
  }

  /**
   * Tells that an address refused. When no address of its family ever answered and another family exists, the
   * family is left out and the caller should try again: `localhost` is often ::1 as well as 127.0.0.1 while
   * the server listens on one of them.
   */
  refused(address: Address): 'try-again' | 'give-up' {
    if (this.#provenFamilies.has(address.family)) return 'give-up';
    if (!this.#addresses.some((other) => other.family !== address.family)) return 'give-up';
    if (this.#deadFamilies.size > 0 && !this.#deadFamilies.has(address.family)) {
      // Neither family answers yet; whichever does first shall be found.
      this.#deadFamilies.clear();
      return 'give-up';
    }
    this.#deadFamilies.add(address.family);
    return 'try-again';
  }

  #pick(): Address | null {
    const first = this.#addresses.find((address) => !this.#deadFamilies.has(address.family));
    if (first === undefined) return this.#addresses[0] ?? null;
    const usable = this.#addresses.filter((address) => address.family === first.family);
    const address = usable[this.#turn % usable.length] ?? null;
    this.#turn += 1;
    return address;
  }

  #refresh(nowMs: number): Promise<void> {
    this.#fetching ??= this.#lookUp(this.#host)
      .then((found) => {
        this.#addresses = found.map(({ address, family }) => ({ host: address, family }));
        this.#fetchedMs = nowMs;
      })
      .finally(() => {
        this.#fetching = null;
      });
    return this.#fetching;
  }
}
