/** Sentences about what was measured, for people who never read a statistics book. */

import { RESOURCE_UNITS } from '../../core/server/signal.ts';
import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import type { Indicator, Objective } from '../../plan/plan.ts';
import type { Finding } from '../finding.ts';
import { type CountClaim, isObservedOnly } from './evidence.ts';

/** Whole number for people: `12,346`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 request`, `2,000 requests`. */
export function requests(count: number): string {
  return `${formatCount(count)} request${Math.round(count) === 1 ? '' : 's'}`;
}

/** A quantity in an objective's own unit. */
export function formatValue(value: number, unit: Finding['unit']): string {
  switch (unit) {
    case 'ms':
      return formatDurationMs(value);
    case 'ratio':
      return formatRatio(value);
    case 'per-second':
      return formatRate(value);
    case 'score':
      return String(Number(value.toPrecision(3)));
    case 'count':
      return value < 1000 ? String(Number(value.toPrecision(3))) : formatCount(value);
  }
}

/** The unit of an indicator's values and limits. */
export function unitOf(indicator: Indicator): Finding['unit'] {
  switch (indicator.kind) {
    case 'quantile':
    case 'mean':
    case 'max':
    case 'min':
      return 'ms';
    case 'errors':
    case 'status':
    case 'dropped':
      return 'ratio';
    case 'throughput':
    case 'goodput':
      return 'per-second';
    case 'apdex':
      return 'score';
    case 'server':
      return RESOURCE_UNITS[indicator.resource];
  }
}

/** What an attempt did that counts as exceeding. */
function deed({ indicator, limit }: Objective): string {
  switch (indicator.kind) {
    case 'errors':
      return 'failed';
    case 'status':
      return indicator.from === indicator.to
        ? `were answered with status ${indicator.from}`
        : `were answered with a status of ${indicator.from} to ${indicator.to}`;
    case 'dropped':
      return 'were never sent, because no connection was free in time';
    default:
      return `took longer than ${formatDurationMs(limit)} or failed`;
  }
}

/** What was seen of a share: `31 of 600 requests (5.17%) failed; at most 1% may.` */
export function shareSentence(objective: Objective, claim: CountClaim, place: string): string {
  const isUpper = objective.op.startsWith('<');
  const did = isUpper ? claim.bad : claim.count - claim.bad;
  const share = claim.count === 0 ? '' : ` (${formatRatio(did / claim.count)})`;
  const asked = isObservedOnly(claim) ? observedAsk(isUpper, claim) : ratioAsk(isUpper, claim);
  return `${formatCount(did)} of ${requests(claim.count)}${share}${place} ${deed(objective)}; ${asked}.`;
}

function observedAsk(isUpper: boolean, { q }: CountClaim): string {
  if (isUpper) return q >= 1 ? 'none may' : 'some must not';
  return q >= 1 ? 'all must' : 'some must';
}

function ratioAsk(isUpper: boolean, { q }: CountClaim): string {
  // Twelve digits take the rounding of 1 - 0.99 away.
  const ratio = Number((isUpper ? 1 - q : q).toPrecision(12));
  return isUpper ? `at most ${formatRatio(ratio)} may` : `at least ${formatRatio(ratio)} must`;
}

/** What was seen of a mean or a rate. */
export function meanSentence(
  objective: Objective,
  { value, low, high }: Pick<Finding, 'value' | 'low' | 'high'>,
  place: string,
): string {
  const unit = unitOf(objective.indicator);
  if (value === null) return `Nothing was measured${place}.`;
  const between =
    low === null || high === null
      ? ''
      : `, with 95% confidence between ${formatValue(low, unit)} and ${formatValue(high, unit)}`;
  return `Measured ${formatValue(value, unit)}${place}${between}; asked for ${objective.op} ${formatValue(objective.limit, unit)}.`;
}

/** Said of an objective for which no request ended. */
export const NOTHING_MEASURED = 'No request in its scope was measured';
