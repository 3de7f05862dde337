/** What a server's signals show together with the rate that it was sent. */

import type { ServerLooks } from '../../core/server/signal.ts';
import { type Binding, bindingOf } from './binding.ts';
import { type Diagnosis, faultsOf } from './faults.ts';
import { momentsOf, type RatePoint } from './moments.ts';
import { type ResourceSummary, summarize } from './resources.ts';

/** One server, judged. */
export interface ServerDiagnosis {
  readonly binding: Binding | null;
  readonly diagnoses: readonly Diagnosis[];
  readonly resources: readonly ResourceSummary[];
}

/**
 * Judges one server over the measured part.
 *
 * @param looks at it, in the order of time; none: nothing is known
 * @param rates of what it was sent, window by window in the order of time; none: every look counts as one of the
 *   highest rate, and the rate as constant
 */
export function diagnose(looks: ServerLooks, rates: readonly RatePoint[]): ServerDiagnosis {
  const moments = momentsOf(looks.looks, rates);
  const resources = summarize(moments);
  return { binding: bindingOf(moments, resources), diagnoses: faultsOf(moments), resources };
}
