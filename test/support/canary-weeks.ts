/** Weeks of a canary in a world that is not perfect, and what an on-call engineer would complain of in them. */

import { uniformAt } from '../../src/core/random.ts';
import type { CanarySettings } from '../../src/plan/canary/settings.ts';
import { atLeast } from '../../src/stats/binomial.ts';
import type { PageEvent } from '../../src/verdict/canary/event.ts';
import type { CanaryRun, FailureKind } from '../../src/verdict/canary/run.ts';
import { HOUR_MS, MINUTE_MS, VirtualCanary } from './canary-runs.ts';

const DAY_MS = 24 * HOUR_MS;
const ERRORS = 'errors < 1%';
const REQUESTS = 20;

/** So many good runs in a row, without one lost request, are health. */
const HEALTH_RUNS = 85;

/** What the world is like for a while. */
export interface Stretch {
  readonly runs: number;
  /** Share of requests that fails. */
  readonly failing: number;
  /** Share of runs that see nothing. */
  readonly blind?: number;
  readonly isMaintenance?: boolean;
  readonly kind?: FailureKind;
  /** No run for so long before it, ms: the machine slept. */
  readonly asleepMs?: number;
  /** The clock is set by so much before it, ms. */
  readonly stepMs?: number;
  /** The plan is edited before it. */
  readonly edit?: Partial<CanarySettings>;
}

/** A world. */
export interface Weeks {
  readonly seed: number;
  readonly settings: Partial<CanarySettings>;
  readonly stretches: readonly Stretch[];
  /** How many times `every` lie between two runs; default 1. */
  readonly pace?: number;
}

/** Lives through them; @returns the canary, and all complaints, each with the number of its run */
export function live(weeks: Weeks): { readonly canary: VirtualCanary; readonly complaints: string[] } {
  const canary = new VirtualCanary(weeks.settings);
  const watch = new Watch(canary);
  let draws = 0;
  const draw = (): number => uniformAt(weeks.seed, 1, (draws += 1));
  for (const stretch of weeks.stretches) {
    Object.assign(canary.settings, stretch.edit);
    canary.nowMs += (stretch.asleepMs ?? 0) + (stretch.stepMs ?? 0);
    if ((stretch.stepMs ?? 0) !== 0) watch.step();
    for (let run = 0; run < stretch.runs; run += 1) {
      const everyMs = canary.settings.everyMs * (weeks.pace ?? 1);
      const chance = draw();
      // Runs that are due do not come, and somebody looks by hand.
      if (chance < 0.02) {
        canary.nowMs += everyMs;
        continue;
      }
      const dueMs = canary.nowMs;
      canary.nowMs += Math.round(draw() * Math.min(20_000, everyMs / 4));
      look(canary, watch, stretch, draw);
      if (chance > 0.99) {
        canary.nowMs = dueMs + Math.round(everyMs / 3);
        look(canary, watch, stretch, draw);
      }
      canary.nowMs = dueMs + everyMs;
    }
  }
  return { canary, complaints: watch.complaints };
}

function look(canary: VirtualCanary, watch: Watch, stretch: Stretch, draw: () => number): void {
  const { failing, blind = 0, isMaintenance = false, kind = 'erroring' } = stretch;
  const isBlind = draw() < blind;
  let failed = 0;
  for (let request = 0; request < REQUESTS; request += 1) failed += draw() < failing ? 1 : 0;
  const isBad = atLeast(failed, { n: REQUESTS, p: 0.01 }) <= 0.05;
  const told = canary.events.length;
  canary.run(isBlind ? 'x' : isBad ? 'b' : 'o', {
    kind,
    indicator: ERRORS,
    failed: isBlind ? 0 : failed,
    tallies: isBlind ? [] : [{ text: ERRORS, count: REQUESTS, bad: failed }],
    isMaintenance,
  });
  watch.see(canary.runs.at(-1), canary.events.slice(told));
}

/** What is known of a run that saw the service. */
interface Seen {
  readonly atMs: number;
  readonly failed: number;
  readonly isBad: boolean;
  /** How often the clock was set before it. */
  readonly steps: number;
}

class Watch {
  readonly complaints: string[] = [];
  readonly #canary: VirtualCanary;
  readonly #open = new Map<PageEvent['subject'], PageEvent>();
  #seen: Seen[] = [];
  #steps = 0;
  #toldMs = 0;
  #wellRuns = 0;

  constructor(canary: VirtualCanary) {
    this.#canary = canary;
  }

  step(): void {
    this.#steps += 1;
  }

  see(run: CanaryRun | undefined, events: readonly PageEvent[]): void {
    if (run === undefined) return;
    const isSeen = run.outcome !== 'blind' && !run.isMaintenance;
    if (isSeen) {
      const isBad = run.outcome === 'bad';
      const last = this.#seen.at(-1);
      // A second look within one place is none.
      const isOfPlace =
        last !== undefined && Math.abs(run.atMs - last.atMs) < this.#canary.settings.everyMs / 2;
      if (!isOfPlace) this.#seen.push({ atMs: run.atMs, failed: run.failed, isBad, steps: this.#steps });
      this.#wellRuns = run.failed === 0 ? this.#wellRuns + 1 : 0;
    }
    if (run.isMaintenance && events.length > 0) this.#complain('somebody was told in maintenance');
    const before = this.#open.get('service');
    for (const event of events) this.#hear(event, run);
    if (isSeen) {
      this.#askIfTold();
      this.#askIfOver();
    }
    if (!run.isMaintenance) this.#askIfReminded(run, before, events);
    if (this.#wellRuns >= HEALTH_RUNS) this.#askForSilence(run, events);
    if (events.some(({ subject, action }) => subject === 'service' && action === 'resolve')) this.#seen = [];
  }

  #complain(text: string): void {
    this.complaints.push(`run ${this.#canary.runs.length - 1}: ${text}`);
  }

  /** One trigger, one end, one key and one name for each incident. */
  #hear(event: PageEvent, run: CanaryRun): void {
    const { subject, action, incidentId, severity } = event;
    const open = this.#open.get(subject);
    const key = subject === 'service' ? 'headroom/shop' : `headroom/shop/${subject}`;
    if (event.dedupKey !== key) this.#complain(`${subject} has the key ${event.dedupKey}`);
    if (action !== 'trigger' && open?.incidentId !== incidentId)
      this.#complain(`${subject} ${action} of nothing`);
    if (action === 'trigger' && open !== undefined) {
      const isWorse = subject === 'budget' && open.severity === 'ticket' && severity === 'page';
      if (!isWorse) this.#complain(`${subject} is told twice`);
    }
    if (subject === 'service' && action === 'resolve' && run.outcome !== 'ok') {
      this.#complain('over by a run that is not good');
    }
    if (action === 'resolve') this.#open.delete(subject);
    else this.#open.set(subject, event);
  }

  /** So many bad runs in a row as fire at all, within the time that counts, are an incident. */
  #askIfTold(): void {
    const { fail, everyMs } = this.#canary.settings;
    const last = this.#seen.slice(-fail.of);
    const [first, newest] = [last[0], last.at(-1)];
    if (last.length < fail.of || first === undefined || newest === undefined) return;
    const isOutage = last.every(({ isBad, steps }) => isBad && steps === newest.steps);
    const isRecent = newest.atMs - first.atMs < Math.max(DAY_MS, fail.of * everyMs);
    if (isOutage && isRecent && !this.#open.has('service')) this.#complain('an outage is not told');
  }

  /** An outage without an answer is over with the good runs that are asked for. */
  #askIfOver(): void {
    const { fail, recover } = this.#canary.settings;
    if (this.#wellRuns < recover || this.#open.has('flapping') || !this.#open.has('service')) return;
    const before = this.#seen.slice(0, -this.#wellRuns).slice(-60);
    const isOutage = before.length >= fail.of && before.every(({ failed }) => failed === REQUESTS);
    if (isOutage) this.#complain('an outage is over and its end is not told');
  }

  #askIfReminded(run: CanaryRun, before: PageEvent | undefined, events: readonly PageEvent[]): void {
    const { remindMs, everyMs } = this.#canary.settings;
    const told = events.findLast(({ subject }) => subject === 'service');
    if (told?.action === 'remind' && before !== undefined && remindMs !== null) {
      const sinceMs = told.atMs - this.#toldMs;
      if (sinceMs < remindMs / 2) this.#complain(`told again after ${sinceMs / MINUTE_MS} min`);
    }
    if (told !== undefined) this.#toldMs = told.atMs;
    this.#toldMs = Math.min(this.#toldMs, run.atMs);
    const isDue = remindMs !== null && run.atMs - this.#toldMs > remindMs + everyMs;
    if (isDue && run.outcome === 'bad' && this.#open.has('service')) {
      this.#complain(
        `not told again ${this.#open.has('flapping') ? 'flapping' : 'steady'} for ${(run.atMs - this.#toldMs) / HOUR_MS} h`,
      );
    }
  }

  #askForSilence(run: CanaryRun, events: readonly PageEvent[]): void {
    for (const subject of ['service', 'flapping'] as const) {
      if (this.#open.has(subject)) this.#complain(`${subject} is open in health`);
    }
    const isTold = events.some(({ action, subject, severity }) => {
      // A clock that was set back meets the bad runs again which it knew before: a ticket, and no page.
      const isDoubtful = this.#steps > 0 && severity === 'ticket';
      return action === 'trigger' && subject !== 'blind' && !isDoubtful;
    });
    if (isTold && run.outcome === 'ok') this.#complain('somebody is told in health');
  }
}
