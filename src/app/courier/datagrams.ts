/** Sends parcels as UDP datagrams: evenly, so that a second's worth does not overflow a receiver's buffer. */

import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { World } from '../world.ts';
import { Alarm } from './alarm.ts';
import type { SinkBook } from './book.ts';
import { type Parcel, ParcelQueue, QUEUE_LIMITS, type Sender } from './parcel.ts';

/** Time between two slices of what waits, ms; a slice is this share of it, and at least so many parcels. */
const SLICE_MS = 5;
const SLICE_SHARE = 0.02;
const LEAST_SLICE = 16;

/** After a name could not be looked up, or there was no way to its address, ms. */
const AGAIN_MS = 1000;

interface DatagramPlace {
  readonly host: string;
  readonly port: number;
}

/**
 * A sender to a host and port. The name is looked up once, and again after a failure. What the network loses nobody
 * learns; that nobody listens on a machine that can be reached is told back, counted, and no reason to stop.
 */
export class DatagramSender implements Sender {
  readonly #place: DatagramPlace;
  readonly #world: Pick<World, 'lookup' | 'clock'>;
  readonly #book: SinkBook;
  readonly #queue: ParcelQueue;
  #socket: Socket | null = null;
  #isReady = false;
  readonly #next: Alarm;
  #isClosed = false;
  #notBeforeMs = -Infinity;
  #isLookedUp = false;
  #lastCount = 0;
  #settled: (() => void)[] = [];

  constructor(place: DatagramPlace, world: Pick<World, 'lookup' | 'clock'>, book: SinkBook) {
    this.#place = place;
    this.#world = world;
    this.#book = book;
    this.#next = new Alarm(world.clock, () => this.#slice());
    this.#queue = new ParcelQueue(QUEUE_LIMITS, (count) => book.lost(count));
  }

  push(parcel: Parcel): void {
    if (this.#isClosed) return this.#book.lost(parcel.count);
    this.#queue.push(parcel);
    this.#next.set(0);
  }

  async idle(): Promise<void> {
    if (this.#queue.length === 0 || this.#isClosed) return;
    // A name that could not be looked up is tried once more, now.
    this.#notBeforeMs = -Infinity;
    await new Promise<void>((resolve) => this.#settled.push(resolve));
  }

  close(): void {
    this.#isClosed = true;
    this.#next.clear();
    this.#queue.clear();
    this.#drop();
    this.#settle();
  }

  #slice(): void {
    if (this.#isClosed) return;
    if (this.#isReady) this.#sendSome();
    else this.#connect();
    if (this.#queue.length === 0) this.#settle();
    else this.#next.set(this.#isReady ? SLICE_MS : SLICE_MS * 10);
  }

  #sendSome(): void {
    const share = Math.ceil(this.#queue.length * SLICE_SHARE);
    for (let left = Math.max(LEAST_SLICE, share); left > 0 && this.#isReady; left -= 1) {
      const parcel = this.#queue.take();
      if (parcel === undefined) return;
      this.#send(parcel);
    }
  }

  #send({ count, encode }: Parcel): void {
    const socket = this.#socket;
    try {
      const datagrams = encode();
      if (socket === null || datagrams.length === 0) return this.#book.lost(count);
      this.#book.sent(count);
      this.#lastCount = count;
      for (const bytes of datagrams) {
        socket.send(bytes, (error) => {
          if (error !== null) this.#fail(error, count);
        });
      }
    } catch (error) {
      this.#fail(error, count);
    }
  }

  #fail(error: unknown, count: number): void {
    if (this.#isClosed) return;
    this.#book.fail(error);
    this.#book.returned(count);
    this.#drop();
    this.#notBeforeMs = this.#world.clock.nowMs();
  }

  #connect(): void {
    if (this.#isLookedUp || this.#world.clock.nowMs() < this.#notBeforeMs) return;
    this.#isLookedUp = true;
    this.#open()
      .catch((error: unknown) => this.#giveUp(error))
      .finally(() => {
        this.#isLookedUp = false;
      });
  }

  /** There is no way to the receiver. At the end there is no time for another try. */
  #giveUp(error: unknown): void {
    this.#book.fail(error);
    this.#drop();
    this.#notBeforeMs = this.#world.clock.nowMs() + AGAIN_MS;
    if (this.#settled.length > 0) this.#queue.clear();
  }

  async #open(): Promise<void> {
    const { host, port } = this.#place;
    const [address = host] = isIP(host) === 0 ? await this.#world.lookup(host) : [host];
    if (this.#isClosed) return;
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    this.#socket = socket;
    socket.on('error', (error) => {
      if (this.#socket !== socket) return;
      if (this.#isReady) this.#fail(error, this.#lastCount);
      else this.#giveUp(error);
    });
    // Only a connected socket hears that nobody listens.
    socket.connect(port, address, () => {
      if (this.#socket === socket) this.#isReady = true;
    });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isReady = false;
    if (socket === null) return;
    socket.removeAllListeners('error');
    socket.on('error', () => undefined);
    socket.close();
  }

  #settle(): void {
    for (const settled of this.#settled.splice(0)) settled();
  }
}
