/** The run's metrics pushed over HTTP: one request under way at most, and after a loss the newest state says it all. */

import type { Clock } from '../../core/clock.ts';
import type { PostResponse } from '../../notify/channel.ts';
import type { Interval } from '../../telemetry/interval.ts';
import type { SinkBook } from '../courier/book.ts';
import type { Message } from '../world/post.ts';
import type { Sink } from './sink.ts';

/** The answer of a receiver: it is small, and only its beginning is of interest. */
const MAX_ANSWER_BYTES = 65_536;

/** After a failure, ms: twice as long each time, unless the receiver names a time. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** At the end, how much of the time that is left a push that is under way may take, and a pause before the second try. */
const SHARE_UNDER_WAY = 0.35;
const LAST_PAUSE_MS = 250;

/** What is pushed. */
export interface Push {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A receiver that is pushed to. */
export interface PushPlace {
  readonly book: SinkBook;
  readonly clock: Pick<Clock, 'nowMs' | 'sleep'>;
  readonly send: (message: Message) => Promise<PostResponse>;
  readonly timeoutMs: number;
  /** Told once a second. */
  readonly onInterval: (recent: Interval, cumulative: Interval) => void;
  /** What there is to push now; null: nothing. */
  readonly next: () => Push | null;
  /** The last push was not taken, and what it told may be told again. */
  readonly onLost: () => void;
  /** Whether a receiver that answers so may be told the same again. */
  readonly isPassing: (status: number) => boolean;
  /** What is wrong with an answer of 2xx, in words that may be the server's; null: nothing. */
  readonly complaint?: (answer: PostResponse) => string | null;
}

/** A sink that pushes. */
export function pushSink(place: PushPlace): Sink {
  const pusher = new Pusher(place);
  return {
    book: place.book,
    onInterval: (recent, cumulative) => {
      place.onInterval(recent, cumulative);
      pusher.due();
    },
    flush: (withinMs) => pusher.flush(withinMs),
    close: () => pusher.close(),
  };
}

class Pusher {
  readonly #place: PushPlace;
  readonly #end = new AbortController();
  #underWay: { readonly over: Promise<void>; readonly giveUp: AbortController } | null = null;
  #isDue = false;
  #failures = 0;
  #notBeforeMs = -Infinity;
  #waitMs = 0;

  constructor(place: PushPlace) {
    this.#place = place;
  }

  /** There is something new. */
  due(): void {
    this.#isDue = true;
    if (this.#underWay !== null || this.#place.clock.nowMs() < this.#notBeforeMs) return;
    void this.#push(this.#place.timeoutMs);
  }

  async flush(withinMs: number): Promise<void> {
    const { clock } = this.#place;
    const endMs = clock.nowMs() + withinMs;
    const leftMs = (): number => Math.max(1, Math.floor(endMs - clock.nowMs()));
    if (this.#underWay !== null) {
      const { over, giveUp } = this.#underWay;
      const waiting = new AbortController();
      await Promise.race([over, clock.sleep(withinMs * SHARE_UNDER_WAY, waiting.signal)]);
      waiting.abort();
      giveUp.abort();
      await over;
    }
    if (this.#isDue) await this.#push(leftMs());
    if (!this.#isDue) return;
    const pauseMs = Math.max(LAST_PAUSE_MS, this.#waitMs);
    if (pauseMs >= leftMs() / 2) return;
    await clock.sleep(pauseMs);
    await this.#push(leftMs());
  }

  close(): void {
    this.#end.abort();
  }

  /** Resolves when it is over; something is due then when it has to be told again. */
  #push(timeoutMs: number): Promise<void> {
    const giveUp = new AbortController();
    const over = this.#exchange(timeoutMs, AbortSignal.any([giveUp.signal, this.#end.signal]));
    this.#underWay = { over, giveUp };
    return over.finally(() => {
      this.#underWay = null;
    });
  }

  async #exchange(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { book, next, onLost, send, complaint, isPassing } = this.#place;
    this.#isDue = false;
    let status: number | null = null;
    try {
      const push = next();
      if (push === null) return;
      const answer = await send({ ...push, timeoutMs, maxBytes: MAX_ANSWER_BYTES, signal });
      status = answer.status;
      this.#hear(answer, isTaken(status) ? (complaint?.(answer) ?? null) : `it answered ${status}`);
    } catch (error) {
      const words = error instanceof Error ? error.message : error;
      book.fail(signal.aborted ? 'it did not answer in time' : words);
      this.#backOff(null);
    }
    if (status !== null && isTaken(status)) return book.sent(1);
    book.lost(1);
    // What is refused for good would be refused again, and whatever is told with it.
    if (status !== null && !isPassing(status)) return;
    this.#isDue = true;
    onLost();
  }

  #hear(answer: PostResponse, fault: string | null): void {
    if (fault !== null) this.#place.book.fail(fault);
    if (isTaken(answer.status)) {
      this.#failures = 0;
      this.#waitMs = 0;
      return;
    }
    const seconds = Number(answer.headers['retry-after'] ?? 'none');
    this.#backOff(Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null);
  }

  #backOff(askedMs: number | null): void {
    const ownMs = FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 10);
    this.#failures += 1;
    this.#waitMs = Math.min(LONGEST_WAIT_MS, askedMs ?? ownMs);
    this.#notBeforeMs = this.#place.clock.nowMs() + this.#waitMs;
  }
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}
