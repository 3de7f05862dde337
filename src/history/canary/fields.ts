/** Fields of something that came out of the file: what is not as it should be is null. */

/** Reads the fields of a row or of parsed JSON, whatever that is. */
export class Fields {
  readonly #of: object;

  /** @param value a row, an object; anything else has no fields */
  constructor(value: unknown) {
    this.#of = typeof value === 'object' && value !== null ? value : {};
  }

  #at(name: string): unknown {
    // A map of all entries would cost more than the query: this is done for tens of thousands of rows.
    return Object.hasOwn(this.#of, name) ? Reflect.get(this.#of, name) : undefined;
  }

  /** A text. */
  text(name: string): string | null {
    const value = this.#at(name);
    return typeof value === 'string' ? value : null;
  }

  /** A number that is finite. */
  number(name: string): number | null {
    const value = this.#at(name);
    const number = typeof value === 'bigint' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  }

  /** One of the words. */
  word<W extends string>(name: string, words: readonly W[]): W | null {
    const text = this.#at(name);
    return words.find((word) => word === text) ?? null;
  }

  /** A list; empty when there is none. */
  list(name: string): readonly unknown[] {
    const value = this.#at(name);
    return Array.isArray(value) ? value : [];
  }

  /** True, or the number 1, which stands for it in a row. */
  isTrue(name: string): boolean {
    const value = this.#at(name);
    return value === true || value === 1;
  }

  /** What a field that holds JSON says; null as well when it is none. */
  json(name: string): unknown {
    try {
      return JSON.parse(this.text(name) ?? 'null');
    } catch {
      return null;
    }
  }
}
