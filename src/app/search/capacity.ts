/** The search for the capacity of a plan's targets: ground, announcement, trials, document. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import { DEFAULTS, type Plan } from '../../plan/plan.ts';
import type { ResultDocument } from '../../result/document.ts';
import { capacityReport, capacityVerdict } from '../../verdict/capacity/capacity-report.ts';
import { CapacitySearch, PRECISION_RATIO } from '../../verdict/capacity/capacity-search.ts';
import { longestMs } from '../../verdict/capacity/effort.ts';
import type { RateBook, RatePool } from '../../verdict/capacity/rate-book.ts';
import { emitting } from '../emit/emitting.ts';
import type { Subject } from '../send.ts';
import type { World } from '../world.ts';
import { carryOut, heardBy, prepareSearch, type SearchOptions } from './carry-out.ts';
import { searchDocument } from './document.ts';
import { checkBudget } from './least-budget.ts';

/** What is searched for; null: the default. */
export interface CapacityWish {
  /** Rate of the first trial, per second; default: that of a run. */
  readonly startPerSecond: number | null;
  /** Highest rate to send, per second; default: none. */
  readonly maxPerSecond: number | null;
  /** Width of the bracket at which the search is content, 0..1; default 0.1. */
  readonly precisionRatio: number | null;
  /** Longest that the search may take, ms; default: as long as it needs. */
  readonly maxDurationMs: number | null;
}

/**
 * Searches for the highest rate that holds the plan's objectives. The document's totals are those of the highest rate
 * that held, else of the lowest that broke.
 *
 * @throws UsageError when nothing may be sent  @throws InternalError for a bug of ours
 */
export async function searchCapacity(
  subject: Subject,
  world: World,
  options: SearchOptions & CapacityWish,
): Promise<ResultDocument> {
  const place = { subject, world, options };
  const ground = await prepareSearch(place, options.maxPerSecond ?? Infinity);
  const search = searchFor(subject.plan, options);
  const withBudget = (budgetMs: number): CapacitySearch =>
    new CapacitySearch(subject.plan, { ...search.options, budgetMs });
  checkBudget(options.maxDurationMs, withBudget);
  announce(search, options);
  return emitting({ subject, ground, say: options.say }, async (listeners, end) => {
    const carried = await carryOut(search, ground, heardBy(place, listeners));
    const sinks = await end();
    const capacity = capacityReport(search);
    const verdict = capacityVerdict(capacity);
    const found = { command: 'capacity' as const, decisive: decisivePool(search.book), capacity, verdict };
    return searchDocument(found, { ...carried, ...sinks }, place);
  });
}

function searchFor(plan: Plan, wish: CapacityWish): CapacitySearch {
  const { maxPerSecond } = wish;
  return new CapacitySearch(plan, {
    startPerSecond: wish.startPerSecond ?? Math.min(DEFAULTS.ratePerSecond, maxPerSecond ?? Infinity),
    maxPerSecond,
    precisionRatio: wish.precisionRatio ?? PRECISION_RATIO,
    budgetMs: wish.maxDurationMs,
  });
}

/** What will be done, and how long it takes. */
function announce({ plan, options, estimateMs }: CapacitySearch, { say }: SearchOptions): void {
  const { startPerSecond, maxPerSecond, precisionRatio, budgetMs } = options;
  const objectives = plan.objectives.map(({ text }) => text).join(', ');
  const ceiling = maxPerSecond === null ? '' : `, never above ${formatRate(maxPerSecond)}`;
  say(
    `searching for the highest rate that holds ${objectives}, to within ${formatRatio(precisionRatio)}, from ${formatRate(startPerSecond)} on${ceiling}`,
  );
  say(
    budgetMs === null
      ? `this takes ${spanText(estimateMs, longestMs(options, plan))}; --max-duration ends it sooner, with the bracket so far`
      : `this takes at most ${formatDurationMs(budgetMs)}`,
  );
}

/** `about 15m to 1h30m`: the more a queue makes requests alike, the longer. */
function spanText(lowMs: number, highMs: number): string {
  const [low, high] = [lowMs, highMs].map((ms) => formatDurationMs(wholeMinutes(ms)));
  return low === high ? `about ${low}` : `about ${low} to ${high}`;
}

function wholeMinutes(ms: number): number {
  return Math.max(1, Math.round(ms / 60_000)) * 60_000;
}

/** The highest rate that held, else the lowest that broke, else the one that was measured longest; null: none. */
export function decisivePool(book: Pick<RateBook, 'bounds' | 'pools'>): RatePool | null {
  const { held, broke } = book.bounds();
  if (held !== null || broke !== null) return held ?? broke;
  const [longest] = book.pools().toSorted((a, b) => b.measuredMs - a.measuredMs);
  return longest ?? null;
}
