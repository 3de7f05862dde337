/** What waits for its way out, and how much of it may. */

/** Things that leave together: lines of a packet, or the spans of one request. */
export interface Parcel {
  /** Of what a sink counts. */
  readonly count: number;
  /** About how much memory it takes while it waits, bytes. */
  readonly size: number;
  /**
   * One datagram each; on a stream one after the other. Asked as late as possible, so that what is never sent costs
   * next to nothing.
   */
  readonly encode: () => readonly Uint8Array[];
}

/** What carries parcels away. Nothing is thrown: what goes wrong is counted in the book of its sink. */
export interface Sender {
  /** Takes a parcel; when too much waits the oldest are lost. */
  readonly push: (parcel: Parcel) => void;
  /** Resolves when nothing waits any more; also when a last attempt to reach the receiver failed. */
  readonly idle: () => Promise<void>;
  /** What still waits is lost. */
  readonly close: () => void;
}

/** Most that may wait. */
export interface QueueLimits {
  readonly parcels: number;
  readonly bytes: number;
}

/** About four seconds of a fast worker's spans. */
export const QUEUE_LIMITS: QueueLimits = { parcels: 50_000, bytes: 24 * 1024 * 1024 };

/** First in, first out; when it is full the oldest give way: what is new tells more. */
export class ParcelQueue {
  readonly #limits: QueueLimits;
  readonly #onLost: (count: number) => void;
  #parcels: Parcel[] = [];
  /** Those before it were taken. */
  #first = 0;
  #bytes = 0;

  /** @param onLost told how many things gave way */
  constructor(limits: QueueLimits, onLost: (count: number) => void) {
    this.#limits = limits;
    this.#onLost = onLost;
  }

  get length(): number {
    return this.#parcels.length - this.#first;
  }

  push(parcel: Parcel): void {
    this.#parcels.push(parcel);
    this.#bytes += parcel.size;
    const { parcels, bytes } = this.#limits;
    let lost = 0;
    while (this.length > parcels || (this.#bytes > bytes && this.length > 0)) lost += this.take()?.count ?? 0;
    if (lost > 0) this.#onLost(lost);
  }

  /** The oldest; undefined when nothing waits. */
  take(): Parcel | undefined {
    const parcel = this.#parcels[this.#first];
    if (parcel === undefined) return undefined;
    this.#first += 1;
    this.#bytes -= parcel.size;
    if (this.#first > 1024 && this.#first * 2 > this.#parcels.length) {
      this.#parcels = this.#parcels.slice(this.#first);
      this.#first = 0;
    }
    return parcel;
  }

  /** Gives up everything. */
  clear(): void {
    let lost = 0;
    for (let parcel = this.take(); parcel !== undefined; parcel = this.take()) lost += parcel.count;
    if (lost > 0) this.#onLost(lost);
  }
}
