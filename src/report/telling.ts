/** Which of many things are shown where all would bury the answer: the most telling ones, and how many are left out. */

import type { ObjectiveResult, Reason, Status, TargetResult } from '../result/document.ts';
import { formatCount } from './format.ts';

/** Rows up to which a list stands whole, in the order of the plan. */
export const MOST_ROWS = 20;
/** Reasons under a verdict; the objectives say the rest again. */
const MOST_REASONS = 10;

/** A list in two parts. */
export interface Told<Item> {
  readonly shown: readonly Item[];
  /** Left out of the short form, in the same order. */
  readonly others: readonly Item[];
}

const RANK: Readonly<Record<Status, number>> = { fail: 0, inconclusive: 1, pass: 2 };

/** Objectives: more than {@link MOST_ROWS} of them with the breached first, then the undecided. */
export function tellingObjectives(objectives: readonly ObjectiveResult[]): Told<ObjectiveResult> {
  return told(objectives, (one, other) => RANK[one.status] - RANK[other.status]);
}

/** What the order of many targets is called, beside their title. */
export const TARGETS_ORDER = 'most errors first, then slowest';

/** Targets: more than {@link MOST_ROWS} of them in {@link TARGETS_ORDER}; one that answered nothing comes before all others. */
export function tellingTargets(targets: readonly TargetResult[]): Told<TargetResult> {
  return told(
    targets,
    (one, other) => errorsOf(other) - errorsOf(one) || slownessOf(other) - slownessOf(one),
  );
}

/** The reasons of a verdict, which stand in order already. */
export function tellingReasons<Kind extends Reason | string>(reasons: readonly Kind[]): Told<Kind> {
  // A line that says "and 1 more" takes the place of that one.
  const most = reasons.length <= MOST_REASONS ? MOST_REASONS : MOST_REASONS - 1;
  return { shown: reasons.slice(0, most), others: reasons.slice(most) };
}

/** `and 980 more: 12 fail, 968 pass`; of a list without statuses, `and 980 more`. */
export function othersText(count: number, statuses: readonly Status[] = []): string {
  const parts = (['fail', 'inconclusive', 'pass'] as const).flatMap((status) => {
    const of = statuses.filter((each) => each === status).length;
    return of === 0 ? [] : [`${formatCount(of)} ${status}`];
  });
  return `and ${formatCount(count)} more${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

function told<Item>(items: readonly Item[], order: (one: Item, other: Item) => number): Told<Item> {
  if (items.length <= MOST_ROWS) return { shown: items, others: [] };
  const sorted = items.toSorted(order);
  return { shown: sorted.slice(0, MOST_ROWS), others: sorted.slice(MOST_ROWS) };
}

/**
 * Least share of errors that a target's counts allow, 0..1: by their number alone a busy target with a few would come
 * before a rare one that is broken, and by their share 1 of 1 before 90 of 100.
 */
function errorsOf({ failed, completed, broken, inFlight, errorRatio }: TargetResult): number {
  if (inFlight > 0 && completed + broken === 0) return 1;
  return failed === 0 ? 0 : (errorRatio.low ?? 0);
}

/** p99 of the successes, ms, or where they are too few for one the slowest of them. */
function slownessOf({ response }: TargetResult): number {
  const { valueMs = null, needs = null } = response.quantiles['p99'] ?? {};
  return (needs === null ? valueMs : null) ?? response.maxMs ?? 0;
}
