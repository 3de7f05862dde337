/**
 * A search that is over, as its report, and what that comes to as a verdict. The models in it are for explanation: they
 * decide nothing.
 */

import { formatRate, formatRatio } from '../../core/units.ts';
import { isLatency, type Plan } from '../../plan/plan.ts';
import { LIMIT_FACTORS } from '../../plan/trial-plan.ts';
import { kneedle } from '../../stats/models/knee.ts';
import { fitUsl, type UslEstimate, type UslFit } from '../../stats/models/usl.ts';
import type { Reason } from '../finding.ts';
import { formatCount } from '../objective/because.ts';
import type { RunVerdict } from '../verdict.ts';
import {
  flat,
  hysteresis,
  hysteresisOf,
  objectiveOf,
  rateLimited,
  unstable,
  worstTarget,
} from './ailments.ts';
import type { CapacityEnd } from './capacity-search.ts';
import { wallOf } from './climb.ts';
import type { SearchExtent } from './effort.ts';
import type { Bounds, RateBook, RatePool } from './rate-book.ts';
import type { Recovery } from './recovery.ts';
import type {
  CapacityReport,
  Estimate,
  LimitReport,
  ModelReport,
  RateReport,
  TrialReport,
  UslReport,
} from './report.ts';
import { nearestOf } from './showing.ts';

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
}

/** Worst first. */
const ORDER: readonly string[] = [
  'METASTABLE',
  'UNSTABLE',
  'NO_RATE_HOLDS',
  'HYSTERESIS',
  'FLAT',
  'RATE_LIMITED',
  'GENERATOR_LIMIT',
  'RATE_CAP',
  'UNDECIDED_BUDGET',
  'UNDECIDED',
];

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
    atLimits: limitReports(facts),
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
  if (broke !== null) return 'server';
  if (wallOf(facts.book.pools()) < Infinity) return 'generator';
  if (held !== null && held.ratePerSecond === facts.options.maxPerSecond) return 'rate-cap';
  return facts.end === 'budget' ? 'budget' : null;
}

function rateReport(pool: RatePool): RateReport {
  const finding = nearestOf(pool.measured.plan.objectives, pool.judged.objectives)?.finding;
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

function limitReports({ plan, book }: CapacityFacts): LimitReport[] {
  const isScalable = plan.objectives.some(({ indicator, op }) => isLatency(indicator) && op.startsWith('<'));
  if (!isScalable) return [];
  const [half, twice] = LIMIT_FACTORS;
  return ([half, 1, twice] as const).map((factor) => {
    const { held, broke } = book.bounds(factor);
    return {
      factor,
      heldPerSecond: held?.ratePerSecond ?? null,
      brokePerSecond: broke?.ratePerSecond ?? null,
    };
  });
}

function findingsOf(facts: CapacityFacts, bounds: Bounds): Reason[] {
  const { book } = facts;
  const pools = book.pools();
  const found = [
    ...afterOverload(facts),
    ...unstable(pools, book.trials, bounds),
    ...noRate(facts, bounds),
    ...flat(pools, bounds),
    ...rateLimited(bounds),
    ...atTheEnd(facts, bounds),
  ];
  const isDecaying = found.some(({ code }) => code === 'UNSTABLE');
  const seen = new Set<string>(isDecaying ? ['HYSTERESIS'] : []);
  return found
    .filter(({ code }) => !seen.has(code) && seen.add(code) !== undefined)
    .sort((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code));
}

function afterOverload({ recovery, unconfirmed, book }: CapacityFacts): Reason[] {
  const reason = recovery?.reason() ?? null;
  const said = reason === null ? [] : [reason];
  return [...unconfirmed.slice(0, 1).map(hysteresisOf), ...hysteresis(book.trials), ...said];
}

function noRate({ end }: CapacityFacts, { held, broke }: Bounds): Reason[] {
  if (end !== 'bottom' || held !== null || broke === null) return [];
  const text = `The objectives are breached down to ${formatRate(broke.ratePerSecond)}: no rate holds.`;
  return [{ code: 'NO_RATE_HOLDS', text }];
}

function atTheEnd({ book, options, end }: CapacityFacts, bounds: Bounds): Reason[] {
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
    ? [{ code: 'UNDECIDED_BUDGET', text: `The time ran out before the bracket was closed${wide}.` }]
    : [{ code: 'UNDECIDED', text: `No trial of reasonable length would close the bracket${wide}.` }];
}

/** Codes with which there is no capacity to speak of, whatever the bracket. */
const FATAL: readonly string[] = ['METASTABLE', 'NO_RATE_HOLDS'];

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
      ? 'No rate was shown to hold, and none to break.'
      : `${formatRate(heldPerSecond)} holds; where it breaks is not known.`;
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
