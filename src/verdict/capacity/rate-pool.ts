/**
 * All trials at one rate, laid one behind another as if they were one run, and judged as such: by the rule that may
 * look again after each trial.
 */

import type { Completions } from '../../record/completions.ts';
import { laterExemplars } from '../../record/exemplar/exemplars.ts';
import { Recording, type RecordingPart } from '../../record/recording.ts';
import type { Reason } from '../finding.ts';
import type { Measured } from '../objectives.ts';
import type { Trial } from '../trial.ts';
import type { GeneratorFacts } from '../validity.ts';
import { type JudgedRun, judgeRun, type RunFacts, type Stop } from '../verdict.ts';
import { relevantBounds } from './mlrsearch.ts';
import type { RateLabel } from './report.ts';
import { type JudgedFacts, labelAt, labelOf, nearestOf, quantilesOf, spanMs } from './showing.ts';

/** What the breaker stops has used up this much of what is allowed, at least. */
export const TRIPPED_STRAIN = 10;

/** Strain of a rate that no length of measuring would show to hold. */
const STUCK_STRAIN = 1.01;

/** After so many trials, and so many ms, a rate whose queue grows is not going to be steady. */
const STUCK_TRIALS = 3;
const STUCK_MS = 90_000;

/** Codes of doubts that no longer measuring takes away. */
const UNSTEADY_CODES: readonly string[] = ['UNSTABLE', 'UNSTEADY', 'BREAKER'];

/** After so many trials that showed next to nothing, or that the breaker ended, a rate is left alone. */
const DEAF_TRIALS = 3;
const DEAF_TRIALS_TRIPPED = 6;
const DEAF_MS = 30_000;

/** What the trials at one rate add up to. */
export interface RatePool {
  readonly ratePerSecond: number;
  readonly label: RateLabel;
  /** Why it is undecided; null otherwise. */
  readonly reason: Reason | null;
  /** Trials that were pooled. */
  readonly trials: number;
  /** Trials whose generator left nothing to be said; not pooled. */
  readonly refused: number;
  /** Sum of what was measured, ms. */
  readonly measuredMs: number;
  readonly measured: Measured;
  readonly generator: GeneratorFacts;
  /** By the look that decided; by the last one as long as none did. */
  readonly judged: JudgedRun;
  /** Of all attempts, failures as infinity; null: not known. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Share of what the nearest objective allows that was used up: 1 is the limit. Null: nothing measured. */
  readonly strain: number | null;
  /** Completed per second in the time of the arrivals, and mean number in flight; null without a pooled trial. */
  readonly completedPerSecond: number | null;
  readonly meanInFlight: number | null;
}

/** A pool that takes in trials. */
export class GrowingPool implements RatePool {
  readonly ratePerSecond: number;
  measured: Measured;
  generator: GeneratorFacts;
  judged: JudgedRun;
  label: RateLabel = 'undecided';
  reason: Reason | null = null;
  trials = 0;
  refused = 0;
  measuredMs = 0;
  #stopped: Stop | null = null;
  #drainMs = Infinity;
  #latest: JudgedRun;
  #spentMs = 0;
  #completed = 0;

  /** @param first what the pool begins with, whether or not it can be pooled */
  constructor(first: Trial, alone: JudgedRun) {
    this.ratePerSecond = first.order.ratePerSecond;
    const { plan, recording } = first.measured;
    this.measured = { plan, recording: new Recording(recording.layout), offeredMs: 0, trialStarts: [] };
    this.generator = first.generator;
    this.judged = alone;
    this.#latest = alone;
    this.reason = labelOf(factsOf(first, alone)).reason;
  }

  get p50Ms(): number | null {
    return quantilesOf(this).p50Ms.value;
  }

  get p99Ms(): number | null {
    return quantilesOf(this).p99Ms.value;
  }

  get strain(): number | null {
    const nearest = nearestOf(this.measured.plan.objectives, this.#latest.objectives);
    const seen = nearest === null || (nearest.finding.count ?? 0) === 0 ? null : nearest.strain;
    if (this.#stopped?.by === 'breaker') return Math.max(seen ?? 0, TRIPPED_STRAIN);
    return isStuck(this) ? Math.max(seen ?? 0, STUCK_STRAIN) : seen;
  }

  get completedPerSecond(): number | null {
    return this.measuredMs > 0 ? (this.#completed / this.measuredMs) * 1000 : null;
  }

  get meanInFlight(): number | null {
    return this.#spentMs > 0 ? this.measured.recording.counts.inFlightMs / this.#spentMs : null;
  }

  /** What all is known, to be labelled at other limits. */
  get facts(): JudgedFacts {
    return { run: this.#run(), judged: this.judged, drainMs: this.#drainMs };
  }

  /** The label when the latency limits are scaled. */
  labelAt(factor: number): RateLabel {
    if (this.trials === 0) return 'undecided';
    return factor === 1 ? this.label : labelAt(factor, this.facts);
  }

  /** Counts a trial that says nothing of the server. */
  refuse(reason: Reason | null): void {
    this.refused += 1;
    if (this.trials === 0) this.reason = reason;
  }

  /** Lays a trial behind the earlier ones, takes its recording, and judges all of them. */
  absorb(trial: Trial): void {
    const { offeredMs, recording } = trial.measured;
    const { windowMs } = this.measured.recording.layout;
    const first = Math.ceil(this.measured.offeredMs / windowMs);
    const length = Math.ceil(offeredMs / windowMs);
    this.#completed += recording.completions.within(length).completed;
    this.measured.recording.absorb(shifted(recording.take(), first, { length, windowMs }));
    this.trials += 1;
    this.measured = {
      ...this.measured,
      offeredMs: first * windowMs + offeredMs,
      rule: { kind: 'looks', look: this.trials },
      trialStarts: [...(this.measured.trialStarts ?? []), first],
    };
    this.measuredMs += offeredMs;
    this.#spentMs += spanMs(trial);
    this.generator = this.trials === 1 ? trial.generator : merged(this.generator, trial.generator);
    this.#stopped = trial.stopped ?? this.#stopped;
    this.#drainMs = Math.min(this.#drainMs, drainMsOf(trial));
    this.#latest = judgeRun(this.#run());
    const { label, reason } = labelOf({ run: this.#run(), judged: this.#latest, drainMs: this.#drainMs });
    // Half a trial may show a breach; a pass that was shown before it takes away none of.
    if (label === 'undecided' && this.label === 'held' && trial.stopped?.by === 'signal') return;
    this.judged = this.#latest;
    this.label = label;
    this.reason = reason;
  }

  #run(): RunFacts {
    return { ...this.measured, generator: { ...this.generator, interrupted: false }, stopped: this.#stopped };
  }
}

/**
 * True of a rate at which nothing but its queue, which goes on growing or wandering, leaves anything open: it was
 * measured several times, and measuring on would bring no more.
 */
function isStuck({
  label,
  trials,
  measuredMs,
  judged,
}: Pick<RatePool, 'label' | 'trials' | 'measuredMs' | 'judged'>): boolean {
  if (label !== 'undecided' || trials < STUCK_TRIALS || measuredMs < STUCK_MS) return false;
  const open = judged.objectives.filter(({ status }) => status === 'inconclusive');
  return open.length > 0 && open.every(({ reason }) => UNSTEADY_CODES.includes(reason?.code ?? ''));
}

/** Asked again and again without an answer, for the breaker, a generator that is unfit, or a queue that only grows. */
export function isDeaf(pool: RatePool): boolean {
  const { label, trials, refused, measuredMs } = pool;
  if (label !== 'undecided') return false;
  const isTripped = (pool.strain ?? 0) >= TRIPPED_STRAIN && trials >= DEAF_TRIALS_TRIPPED;
  return isStuck(pool) || isTripped || (trials + refused >= DEAF_TRIALS && measuredMs < DEAF_MS);
}

/** The relevant bounds of RFC 9971, per second. */
export function boundsOf(pools: readonly RatePool[]): {
  readonly lower: number | null;
  readonly upper: number | null;
} {
  return relevantBounds(
    pools.map((pool) => ({ load: pool.ratePerSecond, label: pool.label })),
    (rate) => rate,
  );
}

/** The lowest rate that broke or looks bad, and the highest one below it that held or looks good. */
export function neighbours(pools: readonly RatePool[]): {
  readonly good: number | null;
  readonly bad: number | null;
} {
  const { lower, upper } = boundsOf(pools);
  const between = pools.filter(({ ratePerSecond }) => {
    return ratePerSecond > (lower ?? 0) && ratePerSecond < (upper ?? Infinity);
  });
  const bad = between.find(({ strain }) => (strain ?? 0) > 1)?.ratePerSecond ?? upper;
  const below = between.filter(({ ratePerSecond }) => ratePerSecond < (bad ?? Infinity));
  return { good: below.at(-1)?.ratePerSecond ?? lower, bad };
}

/** A trial as something to judge by itself. */
export function runOf({ measured, generator, stopped }: Trial): RunFacts {
  return { ...measured, rule: { kind: 'once' }, generator, stopped };
}

/** A trial judged by itself, to be labelled. */
export function factsOf(trial: Trial, judged: JudgedRun): JudgedFacts {
  return { run: runOf(trial), judged, drainMs: drainMsOf(trial) };
}

function drainMsOf(trial: Trial): number {
  return spanMs(trial) - trial.measured.offeredMs;
}

type CompletionsPart = ReturnType<Completions['take']>;

/**
 * A part moved behind earlier windows. What ended after the last arrival was due is left out of the completions:
 * it would count as the throughput of the trial that comes next.
 */
export function shifted(
  part: RecordingPart,
  first: number,
  { length, windowMs }: { readonly length: number; readonly windowMs: number },
): RecordingPart {
  const completions: CompletionsPart = part.completions.flatMap(([window, completed, good, broken]) => {
    return window < length ? [[window + first, completed, good, broken] as const] : [];
  });
  const windows = part.windows.map((window) => ({ ...window, index: window.index + first }));
  return { ...part, ...laterExemplars(part, first * windowMs), windows, completions };
}

/** The conduct of the generator over several trials. */
export function merged(a: GeneratorFacts, b: GeneratorFacts): GeneratorFacts {
  return {
    askedPeakPerSecond: pick(Math.max, a.askedPeakPerSecond, b.askedPeakPerSecond),
    closedLoop: a.closedLoop || b.closedLoop,
    workers: Math.min(a.workers, b.workers),
    ceilingPerSecond: pick(Math.min, a.ceilingPerSecond, b.ceilingPerSecond),
    conducts: [...a.conducts, ...b.conducts],
    suspendedMs: a.suspendedMs + b.suspendedMs,
    deadWorkers: a.deadWorkers + b.deadWorkers,
    throttledMs: pick((x, y) => x + y, a.throttledMs, b.throttledMs),
    stealRatio: pick(Math.max, a.stealRatio, b.stealRatio),
    chosenConnections: a.chosenConnections,
    interrupted: a.interrupted || b.interrupted,
  };
}

function pick(choose: (x: number, y: number) => number, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return choose(a, b);
}
