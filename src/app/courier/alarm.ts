/** One thing that is done a while later, once, unless it is called off. */

import type { Clock } from '../../core/clock.ts';

/** An alarm that is set again and again. */
export class Alarm {
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #act: () => void;
  #set: AbortController | null = null;

  /** @param act must not throw */
  constructor(clock: Pick<Clock, 'sleep'>, act: () => void) {
    this.#clock = clock;
    this.#act = act;
  }

  get isSet(): boolean {
    return this.#set !== null;
  }

  /** Goes off in `ms`; one that is set already stays as it is. */
  set(ms: number): void {
    if (this.#set !== null) return;
    const own = new AbortController();
    this.#set = own;
    void this.#clock.sleep(ms, own.signal).then(() => {
      if (own.signal.aborted) return;
      this.#set = null;
      this.#act();
    });
  }

  /** Calls it off. */
  clear(): void {
    this.#set?.abort();
    this.#set = null;
  }
}
