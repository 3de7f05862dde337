/** The pieces of text that the live displays of a search are made of. */

import type { SearchMoment } from '../../app/search/moment.ts';
import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';

type State = SearchMoment['state'];

/** `p50 21ms, p99 212ms`; a value that is not known is a dash. */
export function latencyText(
  { p50Ms, p99Ms }: { readonly p50Ms: number | null; readonly p99Ms: number | null },
  gap = ', ',
): string {
  const shown = (ms: number | null): string => (ms === null ? '-' : formatDurationMs(ms));
  return `p50 ${shown(p50Ms)}${gap}p99 ${shown(p99Ms)}`;
}

/** `no errors`, or their share. */
export function errorsText({ errorRatio }: { readonly errorRatio: number }): string {
  return errorRatio === 0 ? 'no errors' : `${formatRatio(errorRatio)} errors`;
}

/** `about 2m left`, or what is left of the budget; empty when neither is known. */
export function leftText({ state, budgetMs }: Pick<SearchMoment, 'state' | 'budgetMs'>): string {
  const { leftMs, elapsedMs } = state;
  if (leftMs !== null) return `about ${formatDurationMs(coarseMs(leftMs))} left`;
  return budgetMs === null ? '' : `at most ${formatDurationMs(coarseMs(budgetMs - elapsedMs))} left`;
}

/** What has held and what has broken so far. */
export function bracketText({ heldPerSecond: held, brokePerSecond: broke }: State): string {
  if (held === null && broke === null) return 'no bound yet';
  if (broke === null) return `held up to ${formatRate(held ?? 0)}`;
  if (held === null) return `broken at ${formatRate(broke)}`;
  const width = formatRatio(Math.round((1 - held / broke) * 100) / 100);
  return `held ${formatRate(held)}, broken ${formatRate(broke)}: ${width} apart`;
}

/** An estimate of a time must not look like a measurement: steps of 5 s, beyond two minutes of half a minute. */
function coarseMs(ms: number): number {
  const step = ms > 120_000 ? 30_000 : 5000;
  return Math.max(step, Math.round(ms / step) * step);
}
