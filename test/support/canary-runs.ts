/** A canary on a virtual clock, with its history in memory. */

import { CANARY, type CanarySettings } from '../../src/plan/canary/settings.ts';
import { type Advanced, advance } from '../../src/verdict/canary/advance.ts';
import type { PageEvent } from '../../src/verdict/canary/event.ts';
import type { CanaryRun, FailureKind, ObjectiveTally, PastRuns } from '../../src/verdict/canary/run.ts';
import { type CheckState, readState } from '../../src/verdict/canary/state.ts';
import { spendsBudget } from '../../src/verdict/incident/spent.ts';

export const START_MS: number = Date.UTC(2026, 0, 5, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS: number = 60 * MINUTE_MS;

/** What a history keeps of runs, in memory. */
export class MemoryRuns implements PastRuns {
  /** In the order in which they were kept. */
  readonly #kept: CanaryRun[] = [];
  /** By their time. */
  #all: CanaryRun[] = [];
  /** Those that count, and how many bad ones come before each. */
  #counted: CanaryRun[] = [];
  #badBefore: number[] = [0];

  constructor(runs: readonly CanaryRun[] = []) {
    for (const run of runs) this.add(run);
  }

  add(run: CanaryRun): void {
    const isLast = run.atMs >= (this.#all.at(-1)?.atMs ?? -Infinity);
    this.#kept.push(run);
    this.#all.push(run);
    if (isLast) {
      this.#count(run);
      return;
    }
    this.#all.sort((a, b) => a.atMs - b.atMs);
    this.#counted = [];
    this.#badBefore = [0];
    for (const one of this.#all) this.#count(one);
  }

  latest(count: number): readonly CanaryRun[] {
    return this.#kept.slice(-count).reverse();
  }

  count(fromMs: number, toMs: number): { readonly runs: number; readonly bad: number } {
    const [from, to] = [this.#firstFrom(fromMs), this.#firstFrom(toMs)];
    return { runs: to - from, bad: (this.#badBefore[to] ?? 0) - (this.#badBefore[from] ?? 0) };
  }

  between(fromMs: number, toMs: number): readonly CanaryRun[] {
    return this.#counted.slice(this.#firstFrom(fromMs), this.#firstFrom(toMs));
  }

  #count(run: CanaryRun): void {
    if (run.outcome === 'blind' || run.isMaintenance) return;
    this.#counted.push(run);
    this.#badBefore.push((this.#badBefore.at(-1) ?? 0) + (spendsBudget(run) ? 1 : 0));
  }

  #firstFrom(fromMs: number): number {
    let [low, high] = [0, this.#counted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#counted[middle]?.atMs ?? Infinity) < fromMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
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
  /** What was before the next run is lost. */
  isLost = false;
  details: PageEvent['details'] = [];
  /** As the plan has them, which may be edited between runs. */
  readonly settings: { -readonly [key in keyof CanarySettings]: CanarySettings[key] };
  readonly events: PageEvent[] = [];
  readonly runs: CanaryRun[] = [];
  readonly #past = new MemoryRuns();
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
      isLost: this.isLost,
      run,
      past: this.#past,
      settings: this.settings,
      check: 'shop',
      details: this.details,
      newId: () => `id-${(this.#ids += 1)}`,
      isDrill: false,
      ...(shown.certificate === undefined ? {} : { certificate: shown.certificate }),
    });
    this.isLost = false;
    const kept = readState(JSON.parse(JSON.stringify(advanced.state)));
    if (kept === null) throw new Error(`a state did not come back: ${JSON.stringify(advanced.state)}`);
    this.state = kept;
    this.events.push(...advanced.events);
    this.runs.push(run);
    this.#past.add(run);
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
