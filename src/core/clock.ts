/** Time, as a value that tests can replace. */

/** `nowMs` is monotonic and the same in every thread of the process; `wallMs` is Unix time. Both in ms. */
export interface Clock {
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  /** Resolves after `ms`, or at once when `signal` is aborted. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * Offset that turns this thread's `performance.now()` into a time shared by all threads of the process:
 * each thread's own origin is its start, so hrtime, which is the system's monotonic clock, ties them together.
 */
export function sharedOriginMs(): number {
  return Number(process.hrtime.bigint()) / 1e6 - performance.now();
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish);
  });
}

/** The machine's clock. */
export function systemClock(): Clock {
  const originMs = sharedOriginMs();
  return { nowMs: () => performance.now() + originMs, wallMs: () => Date.now(), sleep };
}
