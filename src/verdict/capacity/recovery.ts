/**
 * Whether a system comes back once overload ends. One that stays down when the load falls far below what it used to
 * carry is metastable: Bronson, Aghayev, Charapko, Zhu, "Metastable Failures in Distributed Systems", HotOS 2021.
 */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { Reason } from '../finding.ts';
import type { Stretch, Trial, TrialOrder } from '../trial.ts';
import { SETTLE_MS } from './effort.ts';
import { neighbours, type RatePool } from './rate-pool.ts';
import type { TrialReport } from './report.ts';

/** What the looks showed. `slower`: it holds, but not as fast as before. `worsening`: it keeps getting slower. */
export type RecoveryResult = 'recovered' | 'slower' | 'metastable' | 'worsening';

/** The median may be this much above what it was, plus a few ms. */
const MEDIAN_RATIO = 1.2;
const MEDIAN_SLACK_MS = 5;

/** The drain is waited for this many times over, at least so long, ms. */
const DRAINS = 3;
const WAIT_MS_MIN = 3000;

/** Longest approach of a look, and longest wait where it is known what is completed, ms. */
const WAIT_MS_MAX = 60_000;

/** Longest that a queue of unknown length is waited for, ms. */
const DRAIN_MS_MAX = 300_000;
const UNKNOWN_WAIT_MS = 30_000;

/** Lengths of the looks, ms. */
const LOOK_MS = 10_000;
const LONG_LOOK_MS = 30_000;

/** Looks at half the load, and one at the lightest load. */
const LOOKS = 2;

/** A rate with the median response time that it had before the overload. */
interface Baseline {
  readonly ratePerSecond: number;
  readonly p50Ms: number | null;
}

/** The looks after the first overload. */
export class Recovery {
  readonly #half: Baseline;
  readonly #light: Baseline;
  readonly #waitMs: number;
  readonly #looks: TrialReport[] = [];
  /** Time under the light load so far, of looks that the breaker ended before anything was measured, ms. */
  #waitedMs = 0;

  /**
   * @param pools all rates at the time of the overload, ascending @param overload the trial that broke
   * @param approach the way up to it
   */
  constructor(pools: readonly RatePool[], overload: TrialReport, approach: readonly Stretch[]) {
    const good = pools.filter(({ label, ratePerSecond, strain }) => {
      return ratePerSecond < overload.ratePerSecond && label !== 'broken' && (strain ?? 0) <= 1;
    });
    const top = good.at(-1)?.ratePerSecond ?? overload.ratePerSecond;
    const below = good.filter(({ ratePerSecond }) => ratePerSecond <= top / 2);
    this.#half = baselineOf(below.at(-1), top / 2);
    this.#light = baselineOf(below[0], top / 4);
    this.#waitMs = drainWaitMs(overload, {
      topPerSecond: good.at(-1)?.completedPerSecond ?? top,
      lowPerSecond: this.#half.ratePerSecond,
      approach,
      longestMs: DRAIN_MS_MAX,
    });
  }

  /** The next look; null when the result is known. */
  next(): Omit<TrialOrder, 'purpose'> | null {
    const count = this.#looks.length;
    if (this.result !== null) return null;
    const leftMs = Math.max(WAIT_MS_MIN, this.#waitMs - this.#waitedMs);
    if (count === 0) {
      return this.#order(this.#half, { waitMs: Math.min(leftMs, WAIT_MS_MAX), durationMs: LOOK_MS });
    }
    const waitMs = Math.min(2 * this.#waitMs, WAIT_MS_MAX);
    return this.#order(count < LOOKS ? this.#half : this.#light, { waitMs, durationMs: LONG_LOOK_MS });
  }

  #order(
    { ratePerSecond }: Baseline,
    { waitMs, durationMs }: { readonly waitMs: number; readonly durationMs: number },
  ): Omit<TrialOrder, 'purpose'> {
    const approach: Stretch[] = [{ ratePerSecond, durationMs: waitMs }];
    return { ratePerSecond, durationMs, approach };
  }

  /**
   * Takes in a look. One that the breaker ended before anything was measured shows a queue that still drains: it counts
   * only once the load was down for all the time that the queue may take.
   *
   * @param tookMs from its first request to its end
   */
  add(look: TrialReport, tookMs: number): void {
    const isDraining = look.sent === 0 && look.codes.includes('BREAKER') && this.#waitedMs < this.#waitMs;
    this.#waitedMs += tookMs;
    if (!isDraining) this.#looks.push(look);
  }

  /** Null: not known yet. */
  get result(): RecoveryResult | null {
    const [first, second, light] = this.#looks;
    if (first === undefined) return null;
    if (isBack(first, this.#half)) return 'recovered';
    if (second === undefined) return null;
    if (isBack(second, this.#half)) return 'recovered';
    if (!isBroken(second)) return isWorse(second, first) ? 'worsening' : 'slower';
    if (light === undefined) return null;
    // A system that is only slow when next to nothing is asked of it does not hang on the load: it decays.
    return isBroken(light) || isBack(light, this.#light) ? 'metastable' : 'worsening';
  }

  /** What is to be said of it; null after a recovery. */
  reason(): Reason | null {
    const last = this.#looks.at(-1);
    const { result } = this;
    if (last === undefined || result === null || result === 'recovered') return null;
    const rate = formatRate(this.#half.ratePerSecond);
    const waited = formatDurationMs(this.#waitMs);
    const was = medianText(this.#half.p50Ms);
    const is = medianText(this.#looks[LOOKS - 1]?.p50Ms.value ?? null);
    if (result === 'metastable') {
      const text = `After overload the system did not come back when the load fell to ${rate}, which it had carried before: it stays in its failed state until nearly all load is gone. The vulnerable region starts at or below ${rate}.`;
      return { code: 'METASTABLE', text };
    }
    if (result === 'worsening') {
      const text = `At ${rate} the median was ${was} at first and ${is} later, and went on growing after the overload was over: quality decays with time, so no rate is sustainable.`;
      return { code: 'UNSTABLE', text };
    }
    const text = `After overload the median at ${rate} was ${is} where it had been ${was}, ${waited} after the overload ended: the system is slower than before.`;
    return { code: 'HYSTERESIS', text };
  }
}

function baselineOf(pool: RatePool | undefined, otherwisePerSecond: number): Baseline {
  return { ratePerSecond: pool?.ratePerSecond ?? otherwisePerSecond, p50Ms: pool?.p50Ms ?? null };
}

function medianText(ms: number | null): string {
  return ms === null ? 'not known' : formatDurationMs(ms);
}

/**
 * Three times the time in which the queue that a trial left behind should drain, ms: it grew by (asked - completed) x
 * time, and shrinks by completed - what goes on being asked. What is completed is at least `topPerSecond`, the highest
 * rate that looked good; where there is none, half a minute.
 */
function drainWaitMs(
  overload: TrialReport,
  { topPerSecond, lowPerSecond, approach, longestMs = WAIT_MS_MAX }: Drain,
): number {
  if (topPerSecond === null) return UNKNOWN_WAIT_MS;
  const { ratePerSecond, durationMs } = overload;
  const completed = Math.max(overload.completedPerSecond, topPerSecond);
  const way = approach ?? [{ ratePerSecond, durationMs: SETTLE_MS }];
  const queued = [...way, { ratePerSecond, durationMs }].reduce((sum, stretch) => {
    return sum + Math.max(0, stretch.ratePerSecond - completed) * stretch.durationMs;
  }, 0);
  const drainMs = completed > lowPerSecond ? queued / (completed - lowPerSecond) : longestMs;
  return Math.min(longestMs, Math.max(WAIT_MS_MIN, Math.ceil((DRAINS * drainMs) / 1000) * 1000));
}

/** Time in which nothing is sent after an overload. @param known the highest good rate, and what was served at most */
export function restAfter(
  overload: TrialReport,
  { good, servedPerSecond: served }: { readonly good: number | null; readonly servedPerSecond: number },
): Stretch {
  const topPerSecond = good ?? (served > 0 ? served : null);
  const longestMs = good === null ? DRAIN_MS_MAX : WAIT_MS_MAX;
  return {
    ratePerSecond: 0,
    durationMs: drainWaitMs(overload, { topPerSecond, lowPerSecond: 0, longestMs }),
  };
}

/** What a queue drains by. */
interface Drain {
  /** What is completed at least, per second; null: not known. */
  readonly topPerSecond: number | null;
  /** What goes on being asked, per second. */
  readonly lowPerSecond: number;
  /** The way up to the overload; default: two seconds at its rate. */
  readonly approach?: readonly Stretch[];
  /** Default: a minute. */
  readonly longestMs?: number;
}

/** What was answered as expected per second of a trial, its approach and its drain included. */
export function servedPerSecond({ measured: { recording }, startedMs, endedMs }: Trial): number {
  const { completed, broken, failed, warmup, warmupFailed } = recording.counts;
  const served = completed + broken - failed + warmup - warmupFailed;
  return endedMs > startedMs ? (served / (endedMs - startedMs)) * 1000 : 0;
}

/** True of the trial that broke first, above a good rate; a search that came down from overload saw it recover. */
export function isFirstOverload(before: readonly RatePool[], { label }: TrialReport): boolean {
  return (
    label === 'broken' && before.every((pool) => pool.label !== 'broken') && neighbours(before).good !== null
  );
}

/** True of a trial after which a queue may be left. */
export function isOverload(report: TrialReport | undefined): report is TrialReport {
  return report !== undefined && isBroken(report);
}

function isBroken({ shows, codes }: TrialReport): boolean {
  return shows === 'broken' || codes.includes('BREAKER');
}

function isBack(look: TrialReport, { p50Ms }: Baseline): boolean {
  return !isBroken(look) && !isAbove(look.p50Ms.value, p50Ms);
}

function isWorse(later: TrialReport, earlier: TrialReport): boolean {
  return isAbove(later.p50Ms.value, earlier.p50Ms.value);
}

function isAbove(ms: number | null, baselineMs: number | null): boolean {
  return ms !== null && baselineMs !== null && ms > MEDIAN_RATIO * baselineMs + MEDIAN_SLACK_MS;
}
