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

/** `97% of it, FROM`; a negative share, which clocks that disagree make, counts as 0. */
export function candidate(share: number, evidence: string): Candidate | undefined {
  return Number.isFinite(share) ? { share: Math.max(0, share), evidence } : undefined;
}

/** A ready share of somebody else, as a candidate. */
export function ready(
  fact: { readonly value: number; readonly from: string } | undefined,
): Candidate | undefined {
  return fact && candidate(fact.value, `${formatRatio(fact.value)}, ${fact.from}`);
}

/** One number as a share of another. */
export function shareOf(
  used: { readonly value: number; readonly from: string } | undefined,
  limit: { readonly value: number; readonly from: string } | undefined,
  tell: (value: number) => string,
): Candidate | undefined {
  if (used === undefined || limit === undefined || !(limit.value > 0) || !Number.isFinite(limit.value)) {
    return undefined;
  }
  return candidate(used.value / limit.value, `${tell(used.value)} of ${tell(limit.value)}, ${used.from}`);
}
