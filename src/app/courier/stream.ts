/** Sends parcels over a TCP connection or a unix socket that is opened again when it ends. */

import { connect, type Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { drawSeed, STREAM, uniformAt } from '../../core/random.ts';
import { sharedLookup } from '../world/shared-lookup.ts';
import { Alarm } from './alarm.ts';
import type { SinkBook } from './book.ts';
import { type Parcel, ParcelQueue, QUEUE_LIMITS, type Sender } from './parcel.ts';
import type { Place } from './place.ts';

/** Wait before another connection, ms: 20 ms, twice as long each time, at most 1 s, as Veneur's client does. */
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1000;

/** A connection that is not open after this has failed, ms. */
const CONNECT_MS = 5000;

/** Parcels are written together up to this many bytes. */
const WRITE_BYTES = 65_536;

/**
 * A sender over a stream. Nothing is written while the receiver does not read: it waits, up to the queue's limits. What
 * was handed to a connection that then broke is lost; the next one begins with a whole parcel.
 */
export class StreamSender implements Sender {
  readonly #place: Exclude<Place, { kind: 'udp' }>;
  readonly #book: SinkBook;
  readonly #queue: ParcelQueue;
  readonly #seed = drawSeed();
  #socket: Socket | null = null;
  #isOpen = false;
  #isBlocked = false;
  /** Parcels' counts whose bytes were handed to the socket, and not taken from it yet. */
  #underWay = 0;
  #attempts = 0;
  #isLast = false;
  #isClosed = false;
  readonly #again: Alarm;
  #settled: (() => void)[] = [];

  constructor(place: Exclude<Place, { kind: 'udp' }>, clock: Pick<Clock, 'sleep'>, book: SinkBook) {
    this.#again = new Alarm(clock, () => this.#open());
    this.#place = place;
    this.#book = book;
    this.#queue = new ParcelQueue(QUEUE_LIMITS, (count) => book.lost(count));
  }

  push(parcel: Parcel): void {
    if (this.#isClosed) return this.#book.lost(parcel.count);
    this.#queue.push(parcel);
    if (this.#isOpen) this.#pump();
    else if (!this.#again.isSet && this.#socket === null) this.#open();
  }

  async idle(): Promise<void> {
    if (this.#isIdle || this.#isClosed) return;
    const settled = new Promise<void>((resolve) => this.#settled.push(resolve));
    this.#isLast = true;
    if (this.#again.isSet) this.#open();
    await settled;
    this.#isLast = false;
  }

  close(): void {
    if (this.#isClosed) return;
    const isDone = this.#isIdle;
    this.#isClosed = true;
    this.#again.clear();
    this.#queue.clear();
    if (isDone) this.#socket?.destroySoon();
    else this.#socket?.destroy();
    this.#settle();
  }

  get #isIdle(): boolean {
    return this.#queue.length === 0 && this.#underWay === 0;
  }

  #open(): void {
    this.#again.clear();
    const place = this.#place;
    const socket = connect(
      place.kind === 'unix'
        ? { path: place.path }
        : { host: place.host, port: place.port, lookup: sharedLookup },
    );
    this.#socket = socket;
    socket.setTimeout(CONNECT_MS, () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    socket.on('connect', () => {
      socket.setTimeout(0);
      this.#attempts = 0;
      this.#isOpen = true;
      this.#pump();
    });
    socket.on('drain', () => {
      this.#isBlocked = false;
      this.#pump();
    });
    socket.on('error', (error) => this.#book.fail(error));
    socket.on('close', (hadError) => this.#ended(hadError));
    // Nobody answers on such a stream; what comes is thrown away, or the end would never be heard.
    socket.resume();
  }

  #ended(hadError: boolean): void {
    const wasOpen = this.#isOpen;
    this.#socket = null;
    this.#isOpen = false;
    this.#isBlocked = false;
    if (this.#isClosed) return;
    if (!hadError) this.#book.fail('the connection was closed');
    if (this.#isLast && !wasOpen) this.#queue.clear();
    if (this.#queue.length > 0) this.#wait();
    this.#settleIfIdle();
  }

  #wait(): void {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts);
    const waitMs = longest * (0.5 + uniformAt(this.#seed, STREAM.gap, this.#attempts) / 2);
    this.#attempts += 1;
    this.#again.set(waitMs);
  }

  #pump(): void {
    while (this.#isOpen && !this.#isBlocked && this.#queue.length > 0) this.#write();
    this.#settleIfIdle();
  }

  #write(): void {
    const chunks: Uint8Array[] = [];
    let [bytes, count] = [0, 0];
    while (bytes < WRITE_BYTES) {
      const parcel = this.#queue.take();
      if (parcel === undefined) break;
      const encoded = this.#encoded(parcel);
      if (encoded.length === 0) continue;
      chunks.push(...encoded);
      bytes += encoded.reduce((sum, chunk) => sum + chunk.length, 0);
      count += parcel.count;
    }
    const socket = this.#socket;
    if (socket === null || chunks.length === 0) return;
    this.#underWay += 1;
    this.#isBlocked = !socket.write(Buffer.concat(chunks), (error) => {
      this.#underWay -= 1;
      if (error === null || error === undefined) this.#book.sent(count);
      else this.#book.lost(count);
      this.#settleIfIdle();
    });
  }

  #encoded({ count, encode }: Parcel): readonly Uint8Array[] {
    try {
      const encoded = encode();
      if (encoded.length === 0) this.#book.lost(count);
      return encoded;
    } catch (error) {
      this.#book.fail(error);
      this.#book.lost(count);
      return [];
    }
  }

  #settleIfIdle(): void {
    if (this.#isIdle) this.#settle();
  }

  #settle(): void {
    for (const settled of this.#settled.splice(0)) settled();
  }
}
