/** Fields of something that came out of the file: what is not as it should be is null. */

/** Reads the fields of a row or of parsed JSON, whatever that is. */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;

  /** @param value a row, an object; anything else has no fields */
  constructor(value: unknown) {
    this.#values = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  }

  /** A text. */
  text(name: string): string | null {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : null;
  }

  /** A number that is finite. */
  number(name: string): number | null {
    const value = this.#values.get(name);
    const number = typeof value === 'bigint' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  }

  /** One of the words. */
  word<W extends string>(name: string, words: readonly W[]): W | null {
    const text = this.#values.get(name);
    return words.find((word) => word === text) ?? null;
  }

  /** A list; empty when there is none. */
  list(name: string): readonly unknown[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : [];
  }

  /** True, or the number 1, which stands for it in a row. */
  isTrue(name: string): boolean {
    const value = this.#values.get(name);
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
