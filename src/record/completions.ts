/**
 * Completed attempts by when they *ended*. The series goes by intended start, so it cannot tell how fast
 * answers came: a server that does half of the asked rate answers all of a queue in the end.
 */

/** Completions in one window of the series' width. */
interface Ended {
  completed: number;
  good: number;
}

/** What changed since the last take. */
export type CompletionsPart = readonly (readonly [window: number, completed: number, good: number])[];

/** Completed and good attempts per window of end time. */
export class Completions {
  #windows = new Map<number, Ended>();

  /** Counts one completed attempt. @param window position of the window in which it ended */
  add(window: number, good: boolean): void {
    const ended = this.#at(window);
    ended.completed += 1;
    if (good) ended.good += 1;
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
    const part = [...this.#windows].map(([window, ended]) => [window, ended.completed, ended.good] as const);
    this.#windows = new Map();
    return part;
  }

  /** Adds a part. */
  absorb(part: CompletionsPart): void {
    for (const [window, completed, good] of part) {
      const ended = this.#at(window);
      ended.completed += completed;
      ended.good += good;
    }
  }

  #at(window: number): Ended {
    const found = this.#windows.get(window);
    if (found !== undefined) return found;
    const ended = { completed: 0, good: 0 };
    this.#windows.set(window, ended);
    return ended;
  }
}
