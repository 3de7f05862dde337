/** One source's word on a resource, before it is decided which of several counts. */

import type { SignalState } from '../../core/server/signal.ts';
import { formatRatio } from '../../core/units.ts';

/** What one source shows of a resource. */
export interface Candidate {
  /** Share of what there is, 1: all of it. */
  readonly share: number;
  readonly evidence: string;
}

/** Limits of a share. */
export interface Limits {
  /** Above it: short before the limit. */
  readonly near: number;
  /** Above it: at the limit. */
  readonly saturated: number;
}

/** The candidate of the highest share; undefined for none. */
export function fullest(candidates: readonly (Candidate | undefined)[]): Candidate | undefined {
  const known = candidates.filter((candidate) => candidate !== undefined);
  return known.toSorted((a, b) => b.share - a.share)[0];
}

/** What a value means against its limits. */
export function stateOf(value: number, { near, saturated }: Limits): SignalState {
  if (value > saturated) return 'saturated';
  return value > near ? 'near' : 'ok';
}

/** No server uses a million times what it has: such a number is none. */
const HIGHEST = 1e6;

/**
 * A share with what it was read from. Slightly negative ones, which clocks that disagree make, count as 0; undefined
 * for what can be no share.
 */
export function candidate(share: number, evidence: string): Candidate | undefined {
  return share > -1 && share <= HIGHEST ? { share: Math.max(0, share), evidence } : undefined;
}

/** A ready share of somebody else, as a candidate. */
export function ready(
  fact: { readonly value: number; readonly from: string } | undefined,
): Candidate | undefined {
  if (fact === undefined || !(fact.value >= 0)) return undefined;
  return candidate(fact.value, `${formatRatio(fact.value)}, ${fact.from}`);
}

/** One number as a share of another. */
export function shareOf(
  used: { readonly value: number; readonly from: string } | undefined,
  limit: { readonly value: number; readonly from: string } | undefined,
  tell: (value: number) => string,
): Candidate | undefined {
  if (used === undefined || limit === undefined) return undefined;
  if (!(used.value >= 0) || !(limit.value > 0) || !Number.isFinite(limit.value)) return undefined;
  return candidate(used.value / limit.value, `${tell(used.value)} of ${tell(limit.value)}, ${used.from}`);
}
