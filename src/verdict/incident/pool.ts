/** The objectives over many runs: what twenty requests cannot show, a thousand can. */

import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type { CanarySettings } from '../../plan/canary/settings.ts';
import type { Indicator } from '../../plan/plan.ts';
import { batchInflation } from '../../stats/batches/inflation.ts';
import { logEvidenceDoubled, logEvidenceHeld, type SequentialCounts } from '../../stats/e-process.ts';
import type { PooledFinding } from '../canary/report.ts';
import type { CanaryRun, FailureKind } from '../canary/run.ts';
import { formatCount, requests } from '../objective/because.ts';
import { isoOf } from './notice.ts';
import type { Known } from './past.ts';
import { type Promised, promisedBy } from './promised.ts';

const HOUR_MS = 3_600_000;

/** Over which the runs are pooled, ms. */
export const WINDOWS_MS: readonly number[] = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];

/** Not more runs than that, however often they come. */
const RUNS_MAX = 2000;

/** Fewer runs do not show how far they differ from each other. */
export const RUNS_MIN = 10;

/** Fewer bad runs than that are for the count of bad runs to tell. */
export const HIT_RUNS_MIN = 5;

/** From so many bad requests on, and half of all of them, a run is an outage of its own. */
const OUTAGE_BAD_MIN = 5;

/** Level of a breach, which wakes somebody. */
export const BREACH_ALPHA = 0.01;

/** Level of a pass. */
const PASS_ALPHA = 0.05;

/** One objective over the runs of a window, with what an incident needs of it. */
export interface Pooled {
  readonly finding: PooledFinding;
  readonly kind: FailureKind;
  /** The first of its runs, Unix time in ms. */
  readonly sinceMs: number;
}

/** What is pooled. */
export interface PoolFacts {
  readonly known: Known;
  readonly settings: Pick<CanarySettings, 'everyMs'>;
  /** The end of the last incident: what was before it is told; null: none. */
  readonly fromMs: number | null;
}

/**
 * Each objective over the runs of the last hour, six hours and day: a breach where one of the three shows it, else a
 * pass where one does, by e-processes at 0.01 and 0.05. Counts are deflated by how much more they differ from run to
 * run than those of independent requests would; besides, ten runs must be known, and five of them have something
 * against the objective. A breach is to be shown by what is sparse within runs: a run of which half is bad is an outage
 * of its own, which k of n and the budget tell of. A pass takes all runs.
 *
 * The e-process may be looked at after each run; that the windows move on is as if one began anew with each run, so of
 * a service exactly at its limit a false breach comes in time. Below half of the limit it practically does not.
 */
export function poolRuns({ known, settings, fromMs }: PoolFacts): Pooled[] {
  const { nowMs } = known;
  const dayMs = longestPoolMs(settings.everyMs);
  const runs = known.since(Math.max(nowMs + 1 - dayMs, Math.min(fromMs ?? -Infinity, nowMs)));
  const texts = runs.at(-1)?.tallies.map(({ text }) => text) ?? [];
  return texts.flatMap((text) => {
    const promised = promisedBy(text);
    if (promised === null) return [];
    const counted = runs.map((run) => ({ run, ...tallyOf(run, text) })).filter(({ count }) => count > 0);
    const judged = WINDOWS_MS.map((windowMs) => {
      const within = counted.filter(({ run }) => run.atMs > nowMs - windowMs);
      return judge(promised, within, nowMs);
    });
    const [first] = [
      ...judged.filter(({ finding }) => finding.status === 'fail'),
      ...judged.filter(({ finding }) => finding.status === 'pass'),
      ...judged.slice(-1),
    ];
    return first === undefined ? [] : [first];
  });
}

/** The longest time over which runs are pooled, ms. */
export function longestPoolMs(everyMs: number): number {
  return Math.min(24 * HOUR_MS, RUNS_MAX * everyMs);
}

/** What a run counted of an objective. */
export function tallyOf(run: CanaryRun, text: string): { readonly count: number; readonly bad: number } {
  return run.tallies.find((tally) => tally.text === text) ?? { count: 0, bad: 0 };
}

/** A run with what it counted of the objective. */
interface Tallied {
  readonly run: CanaryRun;
  readonly count: number;
  readonly bad: number;
}

function judge(promised: Promised, runs: readonly Tallied[], nowMs: number): Pooled {
  const { text, q } = promised;
  const held = weigh(promised, runs);
  const sparse = runs.filter((tallied) => !isOutage(tallied));
  const breach = sparse.length === runs.length ? held : weigh(promised, sparse);
  const isBreached =
    breach.isEnough &&
    breach.hits >= HIT_RUNS_MIN &&
    logEvidenceDoubled(breach.seen) >= -Math.log(BREACH_ALPHA);
  const isHeld = !isBreached && held.isEnough && logEvidenceHeld(held.seen) >= -Math.log(PASS_ALPHA);
  const shown = isBreached ? sparse : runs;
  const { count, exceeded: bad, inflation } = (isBreached ? breach : held).seen;
  const status = isBreached ? 'fail' : isHeld ? 'pass' : 'inconclusive';
  const sinceMs = shown[0]?.run.atMs ?? nowMs;
  const spanMs = (shown.at(-1)?.run.atMs ?? sinceMs) - sinceMs;
  const because = sentence({ runs: shown.length, count, bad, spanMs, q });
  return {
    finding: { text, status, runs: shown.length, since: isoOf(sinceMs), count, bad, inflation, because },
    kind: kindOf(promised.indicator, shown, bad),
    sinceMs,
  };
}

/** Whether a run's count against an objective tells of an outage, which says nothing of what is sparse within runs. */
export function isOutage({ count, bad }: Pick<Tallied, 'count' | 'bad'>): boolean {
  return bad >= OUTAGE_BAD_MIN && bad * 2 >= count;
}

/** What runs show together. */
interface Weighed {
  readonly seen: SequentialCounts & { readonly inflation: number };
  /** Runs with anything against the objective. */
  readonly hits: number;
  readonly isEnough: boolean;
}

function weigh({ q }: Promised, runs: readonly Tallied[]): Weighed {
  const batches = runs.map(({ count, bad }) => ({ count, exceeded: bad }));
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const exceeded = batches.reduce((sum, batch) => sum + batch.exceeded, 0);
  return {
    seen: { q, count, exceeded, inflation: batchInflation(batches) },
    hits: batches.filter((batch) => batch.exceeded > 0).length,
    isEnough: runs.length >= RUNS_MIN,
  };
}

interface Counted {
  readonly runs: number;
  readonly count: number;
  readonly bad: number;
  readonly spanMs: number;
  readonly q: number;
}

function sentence({ runs, count, bad, spanMs, q }: Counted): string {
  const allowed = formatRatio(Number((1 - q).toPrecision(12)));
  const ratio = count === 0 ? '' : ` (${formatRatio(bad / count)})`;
  const within = runs === 1 ? '1 run' : `${formatCount(runs)} runs within ${formatDurationMs(spanMs)}`;
  return `${formatCount(bad)} of ${requests(count)}${ratio} in ${within} count against it; at most ${allowed} may`;
}

/**
 * A latency objective counts failures too: where they are half of what is against it or more, they are what is wrong,
 * in the way that most bad runs were.
 */
function kindOf({ kind }: Indicator, tallied: readonly Tallied[], bad: number): FailureKind {
  const failed = tallied.reduce((sum, { run }) => sum + run.failed, 0);
  const isOfErrors = kind === 'errors' || kind === 'status';
  if (!isOfErrors && failed * 2 < bad) return 'slow';
  const kinds = tallied.flatMap(({ run }) => (run.kind === null ? [] : [run.kind]));
  const ways = (['wrong', 'erroring', 'offline', 'certificate', 'slow'] as const).map((one) => ({
    one,
    times: kinds.filter((each) => each === one).length,
  }));
  const most = ways.reduce((best, way) => (way.times > best.times ? way : best), {
    one: 'erroring',
    times: 0,
  });
  return most.one;
}
