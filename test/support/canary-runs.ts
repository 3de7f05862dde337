/** A canary on a virtual clock, with its history in memory. */

import { CANARY, type CanarySettings } from '../../src/plan/canary/settings.ts';
import { type Advanced, advance } from '../../src/verdict/canary/advance.ts';
import type { PageEvent } from '../../src/verdict/canary/event.ts';
import type { CanaryRun, FailureKind, ObjectiveTally, PastRuns } from '../../src/verdict/canary/run.ts';
import { type CheckState, readState } from '../../src/verdict/canary/state.ts';

export const START_MS: number = Date.UTC(2026, 0, 5, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS: number = 60 * MINUTE_MS;

/** What a history keeps of runs, newest by their time first. */
export function pastOf(runs: readonly CanaryRun[]): PastRuns {
  const sorted = [...runs].sort((a, b) => a.atMs - b.atMs);
  const between = (fromMs: number, toMs: number): CanaryRun[] => {
    const found: CanaryRun[] = [];
    for (let index = firstFrom(sorted, fromMs); index < sorted.length; index += 1) {
      const run = sorted[index];
      if (run === undefined || run.atMs >= toMs) break;
      if (run.outcome !== 'blind' && !run.isMaintenance) found.push(run);
    }
    return found;
  };
  return {
    latest: (count) => sorted.slice(-count).reverse(),
    count: (fromMs, toMs) => {
      const counted = between(fromMs, toMs);
      return { runs: counted.length, bad: counted.filter(({ outcome }) => outcome === 'bad').length };
    },
    between,
  };
}

function firstFrom(sorted: readonly CanaryRun[], fromMs: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.atMs ?? Infinity) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a run showed: `b` bad, `o` ok, `x` blind, `m` in maintenance. */
export type Letter = 'b' | 'o' | 'x' | 'm';

export interface Shown {
  readonly kind?: FailureKind;
  readonly indicator?: string;
  readonly text?: string;
  readonly failed?: number;
  readonly tallies?: readonly ObjectiveTally[];
  readonly isMaintenance?: boolean;
  readonly certificate?: { readonly validToMs: number } | null;
}

const TEXTS: Readonly<Record<Letter, string>> = {
  b: 'is offline: connect-refused in 20 of 20 requests',
  o: 'answered 20 of 20 requests, and no breach is shown',
  x: 'cannot be judged: this machine was suspended',
  m: 'answered 20 of 20 requests, and no breach is shown',
};

/** A check that is run whenever a test says so; its state goes through JSON each time, as through a file. */
export class VirtualCanary {
  nowMs: number = START_MS;
  state: CheckState | null = null;
  readonly settings: CanarySettings;
  readonly events: PageEvent[] = [];
  readonly runs: CanaryRun[] = [];
  #ids = 0;

  constructor(settings: Partial<CanarySettings> = {}) {
    this.settings = { ...CANARY, ...settings };
  }

  /** One run now; the clock then goes on by one place. */
  run(letter: Letter, shown: Shown = {}): Advanced {
    const isBad = letter === 'b';
    const run: CanaryRun = {
      runId: `run-${this.runs.length}`,
      atMs: this.nowMs,
      outcome: isBad ? 'bad' : letter === 'x' ? 'blind' : 'ok',
      kind: isBad ? (shown.kind ?? 'offline') : null,
      indicator: isBad ? (shown.indicator ?? 'connect-refused') : null,
      text: shown.text ?? TEXTS[letter],
      sent: 20,
      failed: shown.failed ?? (isBad ? 20 : 0),
      tallies: shown.tallies ?? [],
      isMaintenance: shown.isMaintenance ?? letter === 'm',
    };
    const advanced = advance({
      state: this.state,
      run,
      past: pastOf(this.runs),
      settings: this.settings,
      check: 'shop',
      newId: () => `id-${(this.#ids += 1)}`,
      isDrill: false,
      ...(shown.certificate === undefined ? {} : { certificate: shown.certificate }),
    });
    this.state = readState(JSON.parse(JSON.stringify(advanced.state)));
    this.events.push(...advanced.events);
    this.runs.push(run);
    this.nowMs += this.settings.everyMs;
    return advanced;
  }

  /** Several runs, one a place; `-` is a place without one. Returns what the last one made. */
  script(letters: string): Advanced {
    let last: Advanced | null = null;
    for (const letter of letters) {
      if (letter === '-') this.nowMs += this.settings.everyMs;
      else if (letter === 'b' || letter === 'o' || letter === 'x' || letter === 'm') last = this.run(letter);
    }
    if (last === null) throw new Error('nothing ran');
    return last;
  }

  /** `subject action` of each event. */
  told(): string[] {
    return this.events.map(({ subject, action }) => `${subject} ${action}`);
  }
}
