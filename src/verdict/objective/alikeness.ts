/** How far the requests that an objective is about fare alike: for a pass, and for a breach. */

import { claimOf, isObservedOnly, isShare } from './evidence.ts';
import { type Inflation, latencyInflation, limitInflation, type Series } from './inflation.ts';
import type { JudgedSpan } from './judged-spans.ts';
import { badIn, type Question } from './question.ts';

/** The inflation of a span, by what is to be shown. */
export interface Alikeness {
  /** For a pass. */
  readonly held: Inflation;
  /** For a breach: smaller where a pass has to take the worst for granted. */
  readonly breach: number;
}

/** Of what has its scatter from batches, and of what is of one run only. */
export const INDEPENDENT: Alikeness = { held: { value: 1, isKnown: true }, breach: 1 };

/**
 * The inflations of a question's spans. A short window says too little of how alike its requests are: the stage that
 * it is of says it. But the window that fared worst is no witness against itself: of a spell within it, the stage
 * would say that its requests are alike and therefore few. So for a breach the rest of the stage says it. Means have
 * their scatter from batches already, and what is of one run only is not inferred from counts.
 */
export function alikenessOf(question: Question): (span: JudgedSpan) => Alikeness {
  const { objective } = question;
  const isInferred =
    isShare(objective) && !isObservedOnly(claimOf(objective, { count: 0, exceeded: 0, pending: 0 }));
  if (!isInferred) return () => INDEPENDENT;
  const known = new Map<JudgedSpan, Alikeness>();
  const worst = worstWindow(question);
  return (span) => {
    const stage = span.stage ?? span;
    const found = known.get(stage) ?? inStage(question, stage);
    known.set(stage, found);
    return span === worst ? { ...found, breach: Math.min(found.breach, besides(question, span)) } : found;
  };
}

function inStage(question: Question, stage: JudgedSpan): Alikeness {
  const held = inflationIn(question, question, stage);
  return { held, breach: bounded(held) };
}

function inflationIn({ objective, index, measured }: Question, series: Series, stage: JudgedSpan): Inflation {
  if (objective.indicator.kind !== 'quantile') return limitInflation(series, stage, index);
  const isOfAll = objective.target === null || measured.plan.targets.length === 1;
  // Of `p50 > 300ms` the limit is no upper end that the tail could stay far below.
  const limitMs = objective.op.startsWith('<') ? objective.limit : 0;
  return latencyInflation(series, stage, { index, limitMs, isOfAll });
}

/**
 * Where nothing is known, all n requests weigh as one for a pass. A breach needs some bound as well, lest a run of a
 * moment in which half of all fails prove nothing: as alike as in groups that are as large as there are groups.
 */
function bounded({ value, isKnown }: Inflation): number {
  return isKnown ? value : Math.sqrt(value);
}

/** Of the windows of a stage that has several, the one with the largest share against the objective. */
function worstWindow(question: Question): JudgedSpan | null {
  const rated = question.spans
    .filter((span) => span.stage !== undefined && hasNeighbours(question, span))
    .map((span) => ({ span, ratio: badIn(question, span).ratio }));
  return rated.sort((a, b) => b.ratio - a.ratio)[0]?.span ?? null;
}

function hasNeighbours({ spans }: Question, span: JudgedSpan): boolean {
  return spans.some((other) => other !== span && other.stage === span.stage);
}

function besides(question: Question, { stage, from, to }: JudgedSpan): number {
  if (stage === undefined) return Infinity;
  const windows = question.windows.filter(({ index }) => index < from || index >= to);
  return bounded(inflationIn(question, { windows, clock: question.clock }, stage));
}
