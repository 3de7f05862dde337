/**
 * The mergeable state of a run. A worker fills one and takes parts out of it once a second; the main thread
 * absorbs the parts. Absorbing is commutative and associative, so the whole does not depend on the split.
 */

import {
  type Attempt,
  blankAttempt,
  blockedMs,
  connectionMs,
  type FailureCause,
  lagMs,
  PHASES,
  responseMs,
  serviceMs,
} from '../core/attempt.ts';
import { toStep } from '../core/quantum.ts';
import type { Exemplar } from '../core/trace/exemplar.ts';
import { type AddressBook, type AddressCount, addAddress, countAddress } from './addresses.ts';
import { Completions, type CompletionsPart } from './completions.ts';
import { addCounts, type Counts, emptyCounts } from './counts.ts';
import { countAgainst, isLateDrop } from './exceedance.ts';
import { Exemplars, type ExemplarsPart, type TraceOf } from './exemplar/exemplars.ts';
import type { RecordingLayout } from './layout.ts';
import { Tally, type TallyPart } from './tally.ts';
import { type TargetPart, TargetRecording } from './target-recording.ts';
import {
  addExceedance,
  addFailure,
  addWindow,
  coarseIndex,
  type Exceedance,
  emptyExceedance,
  emptyWindow,
  type Window,
} from './window.ts';

/** What changed since the last take: plain data that crosses threads by structured clone. */
export interface RecordingPart extends ExemplarsPart {
  readonly counts: Counts;
  readonly targets: readonly TargetPart[];
  readonly phases: readonly TallyPart[];
  readonly lag: TallyPart;
  readonly causes: readonly (readonly [FailureCause, number])[];
  readonly addresses: readonly (readonly [string, AddressCount])[];
  readonly windows: readonly Window[];
  readonly completions: CompletionsPart;
  readonly exceedances: readonly Exceedance[];
  /** The same for the warm-up, which is judged for breach only. */
  readonly warmupExceedances: readonly Exceedance[];
}

/** Histograms, counters and series of a run. */
export class Recording {
  readonly layout: RecordingLayout;
  readonly counts: Counts = emptyCounts();
  readonly targets: TargetRecording[];
  /** Own lateness of every arrival that was taken up. */
  readonly lag: Tally = new Tally();
  /** In the order of {@link PHASES}. */
  readonly phases: Tally[] = PHASES.map(() => new Tally());
  readonly causes: Map<FailureCause, number> = new Map();
  readonly addresses: AddressBook = new Map();
  /** By end time. */
  readonly completions: Completions = new Completions();
  /** By objective, in the layout's order. */
  exceedances: Exceedance[];
  warmupExceedances: Exceedance[];
  #windows = new Map<number, Window>();
  readonly #exemplars: Exemplars;
  /** Reused, so that counting allocates nothing. */
  readonly #judged = { attempt: blankAttempt(), failed: false };

  /** @param traceOf tells of an attempt that is kept as an exemplar where it is found */
  constructor(layout: RecordingLayout, traceOf: TraceOf = () => null) {
    this.layout = layout;
    this.#exemplars = new Exemplars(layout.measuredFromMs, traceOf);
    this.targets = Array.from({ length: layout.targetCount }, () => new TargetRecording());
    this.exceedances = layout.objectives.map(emptyExceedance);
    this.warmupExceedances = layout.objectives.map(emptyExceedance);
  }

  /** The first failed attempts of each cause, at most five. */
  get examples(): ReadonlyMap<FailureCause, readonly Exemplar[]> {
    return this.#exemplars.examples;
  }

  /** The slowest successes, at most ten, slowest first. */
  get slowest(): readonly Exemplar[] {
    return this.#exemplars.slowest;
  }

  /** The series so far, ascending; windows in which nothing was due are absent. */
  windows(): Window[] {
    return [...this.#windows.values()].sort((a, b) => a.index - b.index);
  }

  /** Records an attempt that ended, or was dropped. `sent` and `planned` are counted by the engine itself. */
  add(attempt: Attempt): void {
    const failed = attempt.cause !== null || attempt.outcome !== 'completed';
    this.#judged.attempt = attempt;
    this.#judged.failed = failed;
    if (attempt.warmup) {
      this.counts.warmup += 1;
      if (failed) this.counts.warmupFailed += 1;
      this.#count(this.warmupExceedances);
      return;
    }
    this.#count(this.exceedances);
    this.#book(attempt, failed);
    const window = this.#windowAt(this.#position(attempt.intendedMs));
    this.#count(window.exceedances);
    this.#series(window, attempt, failed);
    this.lag.add(lagMs(attempt));
    if (attempt.outcome === 'dropped') return;
    if (lagMs(attempt) > 1) this.counts.displaced += 1;
    const endedIn = this.#position(attempt.endMs);
    if (attempt.outcome === 'completed') this.completions.add(endedIn, !failed);
    else this.completions.addBroken(endedIn);
    this.#time(attempt, failed);
  }

  /** Everything recorded since the last take; this recording is empty afterwards. */
  take(): RecordingPart {
    const part: RecordingPart = {
      counts: { ...this.counts },
      targets: this.targets.map((target) => target.take()),
      phases: this.phases.map((phase) => phase.take()),
      lag: this.lag.take(),
      causes: [...this.causes],
      ...this.#exemplars.take(),
      addresses: [...this.addresses],
      windows: this.windows(),
      completions: this.completions.take(),
      exceedances: this.exceedances,
      warmupExceedances: this.warmupExceedances,
    };
    Object.assign(this.counts, emptyCounts());
    this.causes.clear();
    this.addresses.clear();
    this.#windows = new Map();
    this.exceedances = this.layout.objectives.map(emptyExceedance);
    this.warmupExceedances = this.layout.objectives.map(emptyExceedance);
    return part;
  }

  /** Adds a part of a recording with the same layout. */
  absorb(part: RecordingPart): void {
    addCounts(this.counts, part.counts);
    part.targets.forEach((target, index) => this.targets[index]?.absorb(target));
    part.phases.forEach((phase, index) => this.phases[index]?.absorb(phase));
    this.lag.absorb(part.lag);
    for (const [cause, count] of part.causes) this.causes.set(cause, (this.causes.get(cause) ?? 0) + count);
    this.#exemplars.absorb(part);
    for (const [address, count] of part.addresses) addAddress(this.addresses, address, count);
    this.completions.absorb(part.completions);
    for (const window of part.windows) addWindow(this.#windowAt(window.index), window);
    part.exceedances.forEach((from, index) => absorbAt(this.exceedances, index, from));
    part.warmupExceedances.forEach((from, index) => absorbAt(this.warmupExceedances, index, from));
  }

  #book(attempt: Attempt, failed: boolean): void {
    const counts = this.counts;
    const target = this.targets[attempt.target];
    if (attempt.outcome === 'dropped') {
      counts.dropped += 1;
      if (isLateDrop(attempt)) counts.droppedLate += 1;
      if (target !== undefined) target.dropped += 1;
      return;
    }
    if (attempt.outcome === 'completed') counts.completed += 1;
    else counts.broken += 1;
    if (failed) counts.failed += 1;
    counts.bytesReceived += attempt.bytesReceived;
    counts.bytesSent += attempt.bytesSent;
    counts.retried += attempt.retries;
    counts.redirects += attempt.redirects;
    if (attempt.reused) counts.reused += 1;
    if (attempt.cached) counts.cached += 1;
    if (attempt.challenged) counts.challenged += 1;
    target?.add(attempt, failed);
    if (attempt.remote !== null) countAddress(this.addresses, attempt.remote, failed);
    if (!failed) this.#exemplars.offerSuccess(attempt);
    if (attempt.cause !== null) this.#fail(attempt, attempt.cause);
  }

  #fail(attempt: Attempt, cause: FailureCause): void {
    this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1);
    this.#exemplars.offerFailure(attempt, cause);
  }

  #count(exceedances: readonly Exceedance[]): void {
    const judged = this.#judged;
    const scopes = this.layout.objectives;
    for (let index = 0; index < scopes.length; index += 1) {
      const scope = scopes[index];
      const exceedance = exceedances[index];
      if (scope === undefined || exceedance === undefined) continue;
      if (scope.target !== null && scope.target !== judged.attempt.target) continue;
      countAgainst(scope.rule, exceedance, judged);
    }
  }

  #series(window: Window, attempt: Attempt, failed: boolean): void {
    // An arrival that was dropped before we took it up has no lag.
    const lag = lagMs(attempt);
    if (lag > 0) window.lagMs += toStep(lag);
    if (lag > window.lagMaxMs) window.lagMaxMs = lag;
    if (attempt.outcome === 'dropped') {
      window.dropped += 1;
      return;
    }
    window.sent += 1;
    if (failed) {
      window.failed += 1;
      addFailure(window, attempt.cause, attempt.outcome === 'completed' ? attempt.status : null);
    }
    if (attempt.outcome === 'broken') {
      window.broken += 1;
      return;
    }
    window.completed += 1;
    if (failed) return;
    window.good += 1;
    const index = coarseIndex(responseMs(attempt));
    window.coarse[index] = (window.coarse[index] ?? 0) + 1;
  }

  #time(attempt: Attempt, failed: boolean): void {
    const [blocked, dns, connect, tls, send, wait, receive] = this.phases;
    blocked?.add(blockedMs(attempt));
    dns?.add(attempt.dnsMs);
    connect?.add(attempt.connectMs);
    tls?.add(attempt.tlsMs);
    send?.add(attempt.sentMs - attempt.sendMs);
    wait?.add(attempt.firstByteMs - attempt.sentMs);
    receive?.add(attempt.outcome === 'completed' ? attempt.endMs - attempt.firstByteMs : NaN);
    const target = this.targets[attempt.target];
    if (target === undefined) return;
    target.connection.add(connectionMs(attempt));
    const timedOut = attempt.cause === 'headers-timeout' || attempt.cause === 'body-timeout';
    if (attempt.outcome !== 'completed' && !timedOut) return;
    target.service.add(serviceMs(attempt));
    (failed ? target.responseFailed : target.response).add(responseMs(attempt));
  }

  /** Window in which a moment of the measured part falls. */
  #position(atMs: number): number {
    return Math.max(0, Math.floor((atMs - this.layout.measuredFromMs) / this.layout.windowMs));
  }

  #windowAt(index: number): Window {
    const found = this.#windows.get(index);
    if (found !== undefined) return found;
    const window = emptyWindow(index, this.layout.objectives.length);
    this.#windows.set(index, window);
    return window;
  }
}

function absorbAt(exceedances: readonly Exceedance[], index: number, from: Exceedance): void {
  const own = exceedances[index];
  if (own !== undefined) addExceedance(own, from);
}
