/** First in, first out, in constant time: an array shifted from the front would be linear. */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest item, or null. */
  peek(): T | null {
    return this.#items[this.#head] ?? null;
  }

  /** Takes the oldest item; null when empty. */
  shift(): T | null {
    const item = this.#items[this.#head];
    if (item === undefined) return null;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
