/** Queues of numbers that allocate only when they grow. */

/** First in, first out: a ring of (id, value). */
export class IdRing {
  #ids = new Float64Array(1024);
  #values = new Float64Array(1024);
  #first = 0;
  length = 0;

  push(id: number, value: number): void {
    if (this.length === this.#ids.length) this.#grow();
    const at = (this.#first + this.length) & (this.#ids.length - 1);
    this.#ids[at] = id;
    this.#values[at] = value;
    this.length += 1;
  }

  /** Of the oldest; not to be asked of an empty ring. */
  get firstId(): number {
    return this.#ids[this.#first] ?? NaN;
  }

  get firstValue(): number {
    return this.#values[this.#first] ?? NaN;
  }

  /** Of the youngest. */
  get lastValue(): number {
    return this.#values[(this.#first + this.length - 1) & (this.#ids.length - 1)] ?? NaN;
  }

  shift(): void {
    this.#first = (this.#first + 1) & (this.#ids.length - 1);
    this.length -= 1;
  }

  #grow(): void {
    const size = this.#ids.length;
    this.#ids = unrolled(this.#ids, this.#first, size * 2);
    this.#values = unrolled(this.#values, this.#first, size * 2);
    this.#first = 0;
  }
}

function unrolled(ring: Float64Array, first: number, size: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(size);
  grown.set(ring.subarray(first), 0);
  grown.set(ring.subarray(0, first), ring.length - first);
  return grown;
}

/** Earliest first, ties in the order of entry among those that came in order: what is in order is a ring, the rest a heap. */
export class EventQueue {
  readonly #inOrder = new IdRing();
  #ids: number[] = [];
  #times: number[] = [];

  get length(): number {
    return this.#inOrder.length + this.#ids.length;
  }

  /** Time of the earliest; Infinity when there is none. */
  get nextMs(): number {
    const ringMs = this.#inOrder.length > 0 ? this.#inOrder.firstValue : Infinity;
    const heapMs = this.#times[0];
    return heapMs !== undefined && heapMs < ringMs ? heapMs : ringMs;
  }

  push(id: number, atMs: number): void {
    const ring = this.#inOrder;
    if (ring.length === 0 || atMs >= ring.lastValue) ring.push(id, atMs);
    else this.#rise(id, atMs);
  }

  /** Takes the earliest out and returns its id. */
  pop(): number {
    const ring = this.#inOrder;
    const heapMs = this.#times[0];
    if (heapMs !== undefined && !(ring.length > 0 && ring.firstValue <= heapMs)) return this.#sink();
    const id = ring.firstId;
    ring.shift();
    return id;
  }

  #rise(id: number, atMs: number): void {
    let at = this.#ids.length;
    this.#ids.push(id);
    this.#times.push(atMs);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const aboveMs = this.#times[above] ?? 0;
      if (aboveMs <= atMs) break;
      this.#put(at, this.#ids[above] ?? 0, aboveMs);
      at = above;
    }
    this.#put(at, id, atMs);
  }

  #sink(): number {
    const top = this.#ids[0] ?? NaN;
    const id = this.#ids.pop() ?? NaN;
    const atMs = this.#times.pop() ?? NaN;
    const count = this.#ids.length;
    if (count === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= count) break;
      if (below + 1 < count && (this.#times[below + 1] ?? 0) < (this.#times[below] ?? 0)) below += 1;
      const belowMs = this.#times[below] ?? 0;
      if (belowMs >= atMs) break;
      this.#put(at, this.#ids[below] ?? 0, belowMs);
      at = below;
    }
    this.#put(at, id, atMs);
    return top;
  }

  #put(at: number, id: number, atMs: number): void {
    this.#ids[at] = id;
    this.#times[at] = atMs;
  }
}
