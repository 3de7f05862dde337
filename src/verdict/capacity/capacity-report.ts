/**
 * A search that is over, as its report, and what that comes to as a verdict. The models in it are for explanation: they
 * decide nothing.
 */

import { formatRate, formatRatio } from '../../core/units.ts';
import type { Plan } from '../../plan/plan.ts';
import { kneedle } from '../../stats/models/knee.ts';
import { fitUsl, type UslEstimate, type UslFit } from '../../stats/models/usl.ts';
import type { Reason } from '../finding.ts';
import { formatCount } from '../objective/because.ts';
import type { RunVerdict } from '../verdict.ts';
import {
  flat,
  hasNoGood,
  hysteresis,
  hysteresisOf,
  noRate,
  objectiveOf,
  rateLimited,
  scaler,
  unstable,
  worstTarget,
} from './ailments.ts';
import type { CapacityEnd } from './capacity-search.ts';
import { wallOf } from './climb.ts';
import { type Lack, roomText, type SearchExtent } from './effort.ts';
import { type Bounds, limitReports, type RateBook, type RatePool } from './rate-book.ts';
import { TRIPPED_STRAIN } from './rate-pool.ts';
import type { Recovery } from './recovery.ts';
import type { CapacityReport, Estimate, ModelReport, RateReport, TrialReport, UslReport } from './report.ts';
import { shownOf } from './showing.ts';

/** What a report is made of: a {@link CapacitySearch} is one. */
export interface CapacityFacts {
  readonly plan: Plan;
  readonly book: RateBook;
  readonly options: Omit<SearchExtent, 'startPerSecond'>;
  readonly estimateMs: number | null;
  readonly elapsedMs: number;
  readonly end: CapacityEnd | null;
  readonly recovery: Recovery | null;
  readonly unconfirmed: readonly TrialReport[];
  /** That the first trial got no answer at all; null or absent: it did. */
  readonly unreachable?: Reason | null;
  /** The time that was left, and that the next trial would have taken, ms; null or absent: it had enough. */
  readonly lacked?: Lack | null;
}

/** Worst first. */
const ORDER: readonly string[] = [
  'UNREACHABLE',
  'METASTABLE',
  'UNSTABLE',
  'NO_RATE_HOLDS',
  'HYSTERESIS',
  'FLAT',
  'RATE_LIMITED',
  'SCALING',
  'GENERATOR_LIMIT',
  'RATE_CAP',
  'UNDECIDED_BUDGET',
  'UNDECIDED',
];

/** What broke is known better than by a guess at what might have come. */
const NAMED: readonly string[] = ['METASTABLE', 'UNSTABLE', 'HYSTERESIS', 'RATE_LIMITED'];

/** The report of a search, also of one that was stopped. */
export function capacityReport(facts: CapacityFacts): CapacityReport {
  const { book, options } = facts;
  const bounds = book.bounds();
  const { held, broke } = bounds;
  const objective = broke === null ? null : objectiveOf(broke);
  return {
    heldPerSecond: held?.ratePerSecond ?? null,
    brokePerSecond: broke?.ratePerSecond ?? null,
    widthRatio: widthOf(bounds),
    precisionRatio: options.precisionRatio,
    brokeBy: objective?.text ?? null,
    brokeTarget: broke === null ? null : worstTarget(objective, broke),
    limitedBy: limitedBy(facts, bounds),
    findings: findingsOf(facts, bounds),
    rates: book.pools().map(rateReport),
    trials: book.trials,
    atLimits: limitReports(book),
    model: modelOf(book.pools()),
    estimateMs: facts.estimateMs,
    elapsedMs: facts.elapsedMs,
    budgetMs: options.budgetMs,
    requests: book.requests,
  };
}

function widthOf({ held, broke }: Bounds): number | null {
  if (held === null || broke === null) return null;
  return (broke.ratePerSecond - held.ratePerSecond) / broke.ratePerSecond;
}

function limitedBy(facts: CapacityFacts, { held, broke }: Bounds): CapacityReport['limitedBy'] {
  if (broke !== null) return held === null && facts.book.pools().every(hasNoGood) ? null : 'server';
  if (wallOf(facts.book.pools()) < Infinity) return 'generator';
  if (held !== null && held.ratePerSecond === facts.options.maxPerSecond) return 'rate-cap';
  return facts.end === 'budget' ? 'budget' : null;
}

function rateReport(pool: RatePool): RateReport {
  const finding = shownOf(pool.measured.plan.objectives, pool.judged.objectives);
  return {
    ratePerSecond: pool.ratePerSecond,
    label: pool.label,
    trials: pool.trials,
    measuredMs: pool.measuredMs,
    objective: finding?.text ?? null,
    count: finding?.count ?? null,
    exceeded: finding?.exceeded ?? null,
    inflation: finding?.inflation ?? 1,
    reason: pool.reason,
  };
}

function findingsOf(facts: CapacityFacts, bounds: Bounds): Reason[] {
  const { book, unreachable = null } = facts;
  if (unreachable !== null) return [unreachable];
  const pools = book.pools();
  const untripped = pools.filter(({ strain }) => (strain ?? 0) < TRIPPED_STRAIN);
  const found = [
    ...afterOverload(facts),
    ...unstable(pools, book.trials, bounds),
    ...(facts.end === 'bottom' ? noRate(pools, book.trials, bounds) : []),
    ...flat(untripped, bounds),
    ...rateLimited(bounds),
    ...scaler(bounds),
    ...atTheEnd(facts, bounds),
  ];
  const isDecaying = found.some(({ code }) => code === 'UNSTABLE');
  const isNamed = found.some(({ code }) => NAMED.includes(code));
  const seen = new Set<string>([...(isDecaying ? ['HYSTERESIS'] : []), ...(isNamed ? ['SCALING'] : [])]);
  return found
    .filter(({ code }) => !seen.has(code) && seen.add(code) !== undefined)
    .sort((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code));
}

function afterOverload({ recovery, unconfirmed, book }: CapacityFacts): Reason[] {
  const reason = recovery?.reason() ?? null;
  const said = reason === null ? [] : [reason];
  return [...unconfirmed.slice(0, 1).map(hysteresisOf), ...hysteresis(book.trials), ...said];
}

function atTheEnd(facts: CapacityFacts, bounds: Bounds): Reason[] {
  const { book, options, end, lacked = null, estimateMs, elapsedMs } = facts;
  const budgetMs = options.budgetMs ?? elapsedMs;
  const { held, broke } = bounds;
  const width = widthOf(bounds);
  const wall = wallOf(book.pools());
  if (broke === null && wall < Infinity) {
    const why = book.at(wall)?.reason?.text ?? '';
    const text = `From ${formatRate(wall)} on the load generator is at its end, so nothing is known of the server there. ${why}`;
    return [{ code: 'GENERATOR_LIMIT', text: text.trim() }];
  }
  if (held !== null && held.ratePerSecond === options.maxPerSecond) {
    const text = `${formatRate(held.ratePerSecond)} holds, and no more was to be sent: the capacity may be higher.`;
    return [{ code: 'RATE_CAP', text }];
  }
  const isNarrow = width !== null && width <= options.precisionRatio + 1e-9;
  if (isNarrow || (end !== 'budget' && end !== 'undecidable')) return [];
  const wide =
    width === null ? '' : ` (${formatRatio(width)} wide, asked for ${formatRatio(options.precisionRatio)})`;
  return end === 'budget'
    ? [
        {
          code: 'UNDECIDED_BUDGET',
          text: `The time ended before the bracket was closed${wide}: ${roomText({ lacked, estimateMs, elapsedMs, budgetMs })}`,
        },
      ]
    : [
        {
          code: 'UNDECIDED',
          text: `No trial of reasonable length would close the bracket${wide}: a wider --precision, or another limit, would.`,
        },
      ];
}

/** Codes with which there is no capacity to speak of, whatever the bracket. */
const FATAL: readonly string[] = ['UNREACHABLE', 'METASTABLE', 'NO_RATE_HOLDS'];

/**
 * Pass: a rate holds, and another one broke above it or no more was to be sent. Fail: nothing holds, or overload left
 * the system down. Anything else is inconclusive.
 */
export function capacityVerdict(report: CapacityReport): RunVerdict {
  const { findings, heldPerSecond, brokePerSecond, limitedBy: by } = report;
  const fatal = findings.filter(({ code }) => FATAL.includes(code));
  if (fatal.length > 0) return { status: 'fail', reasons: findings };
  const isDecaying = findings.some(({ code }) => code === 'UNSTABLE');
  const isKnown = heldPerSecond !== null && (brokePerSecond !== null || by === 'rate-cap');
  if (isKnown && !isDecaying) return { status: 'pass', reasons: [] };
  return { status: 'inconclusive', reasons: findings.length > 0 ? findings : [openEnded(report)] };
}

function openEnded({ heldPerSecond }: CapacityReport): Reason {
  const text =
    heldPerSecond === null
      ? 'No rate was shown to hold, and none to break: a longer search, or one from a lower --start-rate on, may show it.'
      : `${formatRate(heldPerSecond)} holds; where it breaks is not known: a longer search may show it.`;
  return { code: 'UNDECIDED', text };
}

/** Fewest points for a fit, and for a knee. */
const POINTS_MIN = 6;
const KNEE_POINTS_MIN = 4;

/** A law is no guide beyond this many times the largest concurrency that was measured. */
const RANGE_FACTOR = 1.5;

/** The Universal Scalability Law over held rates, and the knee of the p99 curve, each with what limits it. */
function modelOf(pools: readonly RatePool[]): ModelReport {
  const held = pools.filter(({ label }) => label === 'held');
  const points = held.flatMap(({ meanInFlight: concurrency, completedPerSecond: throughput }) => {
    return concurrency !== null && throughput !== null && concurrency > 0 && throughput > 0
      ? [{ concurrency, throughput }]
      : [];
  });
  const fit = points.length < POINTS_MIN ? null : fitUsl(points);
  const kneePerSecond = kneeOf(pools);
  return {
    usl: fit === null ? null : uslReport(fit),
    kneePerSecond,
    remarks: [
      ...(fit === null ? [noFit(points.length)] : rangeRemarks(fit)),
      ...(kneePerSecond === null ? [] : [kneeRemark(kneePerSecond)]),
    ],
  };
}

function uslReport(fit: UslFit): UslReport {
  return {
    sigma: estimateOf(fit.sigma),
    kappa: estimateOf(fit.kappa),
    lambda: estimateOf(fit.lambda),
    peakPerSecond: fit.peak?.throughput ?? null,
    peakInFlight: fit.peak?.concurrency ?? null,
    measuredInFlight: fit.measuredConcurrency,
    points: fit.points,
  };
}

function estimateOf({ value, low, high }: UslEstimate): Estimate {
  return { value, low, high };
}

function noFit(points: number): Reason {
  const text =
    points < POINTS_MIN
      ? `The Universal Scalability Law needs ${POINTS_MIN} rates that were shown to hold; there are ${points}.`
      : 'The Universal Scalability Law does not fit what was measured.';
  return { code: 'NO_MODEL', text };
}

function rangeRemarks({ peak, measuredConcurrency }: UslFit): Reason[] {
  if (peak === null) {
    const text = `No peak: throughput levels off without falling. Beyond ${formatCount(measuredConcurrency * RANGE_FACTOR)} requests in flight the law is a guess.`;
    return [{ code: 'MODEL_RANGE', text }];
  }
  if (peak.concurrency <= measuredConcurrency) return [];
  const isFar = peak.concurrency > measuredConcurrency * RANGE_FACTOR;
  const text = `The law puts its peak at ${formatCount(peak.concurrency)} requests in flight, outside what was measured (up to ${formatCount(measuredConcurrency)})${isFar ? `, and further than ${RANGE_FACTOR} times beyond it: no evidence` : ''}.`;
  return [{ code: 'MODEL_RANGE', text }];
}

function kneeOf(pools: readonly RatePool[]): number | null {
  const points = pools.flatMap(({ ratePerSecond, p99Ms }) =>
    p99Ms === null ? [] : [{ ratePerSecond, p99Ms }],
  );
  if (points.length < KNEE_POINTS_MIN) return null;
  return kneedle(
    points.map(({ ratePerSecond }) => ratePerSecond),
    points.map(({ p99Ms }) => p99Ms),
    { curve: 'convex', direction: 'increasing' },
  );
}

function kneeRemark(kneePerSecond: number): Reason {
  const text = `The p99 curve bends at about ${formatRate(kneePerSecond)}: where a curve bends depends on the range of rates that was measured, so this is a mark on a plot and no capacity.`;
  return { code: 'KNEE', text };
}
