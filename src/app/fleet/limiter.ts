/** So many at once, and no more. */

/** Lets `limit` things happen at once; the others wait in the order in which they came. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  #first = 0;

  /** @param limit integer >= 1 */
  constructor(limit: number) {
    this.#free = limit;
  }

  /** Does it when it is its turn; gives what it gives, rejects as it rejects. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #next(): void {
    const next = this.#waiting[this.#first];
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#first += 1;
    if (this.#first > 1000) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
    next();
  }
}
