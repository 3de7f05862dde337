/** The value that a finding about a share shows beside its counts, with its interval. */

import { CONFIDENCE, summarizeRatio, sumOf } from '../../record/summary.ts';
import type { Tally } from '../../record/tally.ts';
import {
  coarseBetween,
  coarseEdgeMs,
  coarseMs,
  coarsePosition,
  type Exceedance,
} from '../../record/window.ts';
import { wilson } from '../../stats/proportion.ts';
import { countForUpperBound, nearestRank, quantileRanks } from '../../stats/quantile-interval.ts';
import type { Finding } from '../finding.ts';
import { unitOf } from './because.ts';
import type { JudgedSpan } from './judged-spans.ts';
import { countsIn, pendingIn, type Question } from './question.ts';

/** A value with what is missing of it. */
export interface Shown extends Pick<Finding, 'value' | 'low' | 'high'> {
  /** Attempts needed to show a value; null when there are enough. */
  readonly needs: number | null;
  /** True when it was read off coarse counts, within 6 %. */
  readonly isAbout: boolean;
  /** True when response times of its target were not kept for this part of the run. */
  readonly isLost: boolean;
}

/** Where values by rank come from, ms; NaN beyond what has a time. */
interface Ranked {
  readonly at: (rank: number, edge: 'lowest' | 'middle' | 'highest') => number;
  /** How many have a time. */
  readonly count: number;
}

const UNKNOWN: Shown = { value: null, low: null, high: null, needs: null, isAbout: false, isLost: false };

/**
 * The ratio of a span, or a quantile of all its attempts, failures as infinity. Intervals are as wide as those of
 * so many independent attempts as these weigh. Of the whole measured part response times are exact; of a part of it
 * they are read off the series, to within 6 %, and never on the other side of the limit than the counts.
 */
export function shownShare(question: Question, span: JudgedSpan, inflation: number): Shown {
  const { objective } = question;
  const counts = countsIn(question, span);
  if (unitOf(objective.indicator) === 'ratio') return ratioShown(counts, inflation);
  const values = span.isWhole ? exactValues(question) : coarseValues(question, span, counts);
  if (values === null) return { ...UNKNOWN, isLost: true };
  const count = counts.count + pendingIn(question, span).pending;
  const { indicator } = objective;
  const q = indicator.kind === 'quantile' ? indicator.q : indicator.kind === 'max' ? 1 : 0;
  const shown =
    q > 0 && q < 1 ? quantileShown(values, { q, count, inflation }) : extremeShown(values, q, count);
  return { ...UNKNOWN, ...shown, isAbout: !span.isWhole };
}

function ratioShown({ exceeded, count }: Exceedance, inflation: number): Shown {
  const { value } = summarizeRatio(exceeded, count);
  if (value === null) return UNKNOWN;
  return {
    ...UNKNOWN,
    value,
    ...wilson({ hits: exceeded / inflation, count: count / inflation }, CONFIDENCE),
  };
}

interface QuantileAsked {
  readonly q: number;
  readonly count: number;
  readonly inflation: number;
}

/** Ranks among the independent attempts that these weigh as are spread over all of them. */
function quantileShown(values: Ranked, { q, count, inflation }: QuantileAsked): Partial<Shown> {
  const asked = { q, confidence: CONFIDENCE };
  const plain = quantileRanks(count, asked);
  if (plain.upper === null || plain.lower === 0) {
    const needsBelow = countForUpperBound({ q: 1 - q, confidence: CONFIDENCE });
    return { needs: Math.max(countForUpperBound(asked), needsBelow) };
  }
  const { lower, upper } = quantileRanks(Math.floor(count / inflation), asked);
  // Of one or two independent attempts the least may be known only as the greatest of all: no bound beyond the value.
  const rank = nearestRank(count, q);
  const lowest = Math.min(rank, Math.max(1, Math.floor(lower * inflation)));
  const highest = Math.max(rank, Math.min(count, Math.ceil((upper ?? 0) * inflation)));
  return {
    value: finite(values.at(rank, 'middle')),
    low: lower === 0 ? null : finite(values.at(lowest, 'lowest')),
    high: upper === null ? null : finite(values.at(highest, 'highest')),
  };
}

function extremeShown(values: Ranked, q: number, count: number): Partial<Shown> {
  const isKnown = values.count > 0 && (q === 0 || values.count === count);
  return { value: isKnown ? finite(values.at(q === 0 ? 1 : count, 'middle')) : null };
}

function exactValues({ measured: { recording }, index }: Question): Ranked {
  const target = recording.layout.objectives[index]?.target ?? null;
  const inScope = recording.targets.filter((_, position) => target === null || target === position);
  const tally: Tally = sumOf(inScope.map(({ response }) => response));
  return {
    count: tally.count,
    at: (rank, edge) => tally.atRank(rank, edge === 'lowest' ? 'lowest' : 'highest'),
  };
}

/** Null when the objective is about one of several targets: the series does not tell them apart. */
function coarseValues(question: Question, span: JudgedSpan, counts: Exceedance): Ranked | null {
  const { measured, windows, objective, index } = question;
  const { targets, layout } = measured.recording;
  if ((layout.objectives[index]?.target ?? null) !== null && targets.length > 1) return null;
  const coarse = coarseBetween(windows, span.from, span.to);
  const within = counts.count - counts.exceeded;
  return {
    count: coarse.reduce((sum, here) => sum + here, 0),
    at: (rank, edge) => {
      const bucket = coarsePosition(coarse, rank);
      if (bucket === null) return NaN;
      const ms = {
        lowest: coarseEdgeMs(bucket),
        middle: coarseMs(bucket),
        highest: coarseEdgeMs(bucket + 1),
      };
      // The counts at the limit are exact.
      return rank <= within ? Math.min(ms[edge], objective.limit) : Math.max(ms[edge], objective.limit);
    },
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
