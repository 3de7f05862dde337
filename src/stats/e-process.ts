/**
 * Evidence that may be looked at as often as one likes. An e-process is a likelihood ratio against the limit
 * itself, mixed over everything on one side of it: while the claim is just false its expectation stays at most
 * 1 at every look, so the chance that it ever reaches 1 / alpha is at most alpha (Ville's inequality). Ramdas,
 * Grunwald, Vovk, Shafer, "Game-Theoretic Statistics and Safe Anytime-Valid Inference", Statistical Science
 * 38 (2023). It holds for independent attempts: dependent ones must come with their inflation.
 */

import { incompleteBeta } from './beta.ts';
import { logProbability } from './binomial.ts';
import type { Claim, ExceedanceCounts } from './exceedance-test.ts';
import { firstFrom } from './integer-search.ts';

/** What was seen of a claim, without the level at which it is to be decided. */
export type SequentialCounts = Omit<ExceedanceCounts, 'alpha'>;

/** Largest number of attempts that planning answers with. */
const COUNT_LIMIT = 1e12;

/** Independent attempts, whole numbers, and the two sides of the limit: p0 of them may exceed. */
interface Seen {
  readonly exceeded: number;
  readonly count: number;
  readonly q: number;
}

function check({ exceeded, count, q, inflation = 1 }: SequentialCounts): void {
  if (!(q > 0 && q < 1 && inflation >= 1 && exceeded >= 0 && exceeded <= count)) {
    throw new RangeError(`no evidence from ${exceeded} of ${count} at q=${q}, inflation ${inflation}`);
  }
}

/** Logarithms of the likelihood integrated over p below and above 1 - q, over the likelihood at 1 - q. */
function logMixtures({ exceeded, count, q }: Seen): { readonly below: number; readonly above: number } {
  const p = 1 - q;
  const { logLower, logUpper } = incompleteBeta(
    { a: exceeded + 1, b: count - exceeded + 1 },
    { x: p, complement: q },
  );
  // B(t + 1, n - t + 1) = 1 / ((n + 1) C(n, t)): the binomial term keeps the digits that logarithms of
  // factorials would lose at n = 1e7.
  const log = -Math.log1p(count) - logProbability(exceeded, { n: count, p });
  return { below: log + logLower, above: log + logUpper };
}

/**
 * Natural logarithm of the e-value for "at least the fraction q is within the limit": the likelihood mixed
 * uniformly over 0 < p < 1 - q, against p = 1 - q. The claim may be taken as shown once it reaches ln(1 / alpha).
 * Deflated counts are rounded against the claim: exceedances up, attempts down.
 *
 * @param counts q in (0, 1), inflation >= 1  @returns 0 without attempts  @throws RangeError outside
 */
export function logEvidenceHeld(counts: SequentialCounts): number {
  check(counts);
  const { q, inflation = 1 } = counts;
  const count = Math.floor(counts.count / inflation);
  const exceeded = Math.min(count, Math.ceil(counts.exceeded / inflation));
  return logMixtures({ exceeded, count, q }).below - Math.log1p(-q);
}

/**
 * Natural logarithm of the e-value for "less than the fraction q is within the limit": the likelihood mixed
 * uniformly over 1 - q < p < 1, against p = 1 - q. Deflated counts are rounded down, so that fewer exceedances
 * than the inflation are none: the result is then at most 0, no evidence at all.
 *
 * @param counts q in (0, 1), inflation >= 1  @returns 0 without attempts  @throws RangeError outside
 */
export function logEvidenceBreached(counts: SequentialCounts): number {
  check(counts);
  const { q, inflation = 1 } = counts;
  const count = Math.floor(counts.count / inflation);
  const exceeded = Math.floor(counts.exceeded / inflation);
  return logMixtures({ exceeded, count, q }).above - Math.log(q);
}

/**
 * The same as {@link logEvidenceBreached}, staked otherwise: one half on twice the share that may exceed (Wald's
 * likelihood ratio), the other on the mixture. A mean of e-values is one (Vovk and Wang, "E-values: calibration,
 * combination and applications", Annals of Statistics 49 (2021)). Twice the limit shows in about half as many attempts,
 * since the mixture alone stakes little so near to it; anything else takes but ln 2 more of evidence.
 *
 * @param counts q in (0, 1), inflation >= 1  @returns 0 without attempts  @throws RangeError outside
 */
export function logEvidenceDoubled(counts: SequentialCounts): number {
  const mixed = logEvidenceBreached(counts);
  const { q, inflation = 1 } = counts;
  const p = 2 * (1 - q);
  if (p >= 1) return mixed;
  const count = Math.floor(counts.count / inflation);
  const exceeded = Math.floor(counts.exceeded / inflation);
  const doubled = exceeded * Math.log(2) + (count - exceeded) * (Math.log1p(-p) - Math.log(q));
  const most = Math.max(mixed, doubled);
  return most + Math.log((Math.exp(mixed - most) + Math.exp(doubled - most)) / 2);
}

/**
 * Smallest number of attempts that shows the claim with `exceeded` exceedances, however often one looked before;
 * null when none does.
 *
 * @param exceeded integer >= 0  @param claim q in (0, 1), alpha in (0, 1)
 */
export function countToHold(exceeded: number, { q, alpha }: Claim): number | null {
  const enough = -Math.log(alpha);
  return firstFrom(Math.max(1, exceeded), COUNT_LIMIT, (count) => {
    return logEvidenceHeld({ exceeded, count, q }) >= enough;
  });
}

/**
 * About how many attempts in all would settle the claim either way, if exceedances went on at the ratio seen
 * and under the same inflation; null when no number does, as at the limit itself, or nothing was seen.
 */
export function countToSettle(counts: ExceedanceCounts): number | null {
  if (counts.count === 0) return null;
  const ratio = counts.exceeded / counts.count;
  const enough = -Math.log(counts.alpha);
  return firstFrom(counts.count, COUNT_LIMIT / 1000, (count) => {
    const seen = { ...counts, count, exceeded: Math.round(ratio * count) };
    return logEvidenceHeld(seen) >= enough || logEvidenceBreached(seen) >= enough;
  });
}
