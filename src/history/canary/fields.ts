/** What came out of the file: whatever is not as it should be is null. */

/** A text. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A number that is finite. */
export function asNumber(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** One of the words. */
export function asWord<W extends string>(value: unknown, words: readonly W[]): W | null {
  return words.find((word) => word === value) ?? null;
}

/** What a text of JSON says; null as well when it is none. */
export function asJson(value: unknown): unknown {
  try {
    return JSON.parse(asText(value) ?? 'null');
  } catch {
    return null;
  }
}

/** The fields of a row or of parsed JSON, whatever that is. */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;

  /** @param value a row, an object; anything else has no fields */
  constructor(value: unknown) {
    this.#values = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  }

  /** A text. */
  text(name: string): string | null {
    return asText(this.#values.get(name));
  }

  /** A number that is finite. */
  number(name: string): number | null {
    return asNumber(this.#values.get(name));
  }

  /** One of the words. */
  word<W extends string>(name: string, words: readonly W[]): W | null {
    return asWord(this.#values.get(name), words);
  }

  /** A list; empty when there is none. */
  list(name: string): readonly unknown[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : [];
  }

  /** True; false of anything else. */
  isTrue(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** What a field that holds JSON says. */
  json(name: string): unknown {
    return asJson(this.#values.get(name));
  }
}
