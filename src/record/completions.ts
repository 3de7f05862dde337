/**
 * Attempts by when they *ended*. The series goes by intended start, so it cannot tell how fast
 * answers came: a server that does half of the asked rate answers all of a queue in the end.
 */

/** What ended in one window of the series' width. */
export interface Ended {
  completed: number;
  good: number;
  /** Ended without a whole answer. */
  broken: number;
}

/** What changed since the last take. */
export type CompletionsPart = readonly (readonly [
  window: number,
  completed: number,
  good: number,
  broken: number,
])[];

const NOTHING: Readonly<Ended> = { completed: 0, good: 0, broken: 0 };

/** Completed, good and broken attempts per window of end time. */
export class Completions {
  #windows = new Map<number, Ended>();

  /** Counts one completed attempt. @param window position of the window in which it ended */
  add(window: number, good: boolean): void {
    const ended = this.#at(window);
    ended.completed += 1;
    if (good) ended.good += 1;
  }

  /** Counts one attempt that broke. @param window position of the window in which it ended */
  addBroken(window: number): void {
    this.#at(window).broken += 1;
  }

  /** What ended in a window; all zero where nothing did. */
  inWindow(window: number): Readonly<Ended> {
    return this.#windows.get(window) ?? NOTHING;
  }

  /** Completed and good attempts that ended in the first `windows` windows. */
  within(windows: number): { readonly completed: number; readonly good: number } {
    const sum = { completed: 0, good: 0 };
    for (const [window, ended] of this.#windows) {
      if (window >= windows) continue;
      sum.completed += ended.completed;
      sum.good += ended.good;
    }
    return sum;
  }

  /** Everything since the last take; this is empty afterwards. */
  take(): CompletionsPart {
    const part = [...this.#windows].map(
      ([window, { completed, good, broken }]) => [window, completed, good, broken] as const,
    );
    this.#windows = new Map();
    return part;
  }

  /** Adds a part. */
  absorb(part: CompletionsPart): void {
    for (const [window, completed, good, broken] of part) {
      const ended = this.#at(window);
      ended.completed += completed;
      ended.good += good;
      ended.broken += broken;
    }
  }

  #at(window: number): Ended {
    const found = this.#windows.get(window);
    if (found !== undefined) return found;
    const ended = { ...NOTHING };
    this.#windows.set(window, ended);
    return ended;
  }
}
