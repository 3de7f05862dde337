/** How requests are traced: what the plan asks for, and below which span. */

import type { TraceParent } from '../../core/trace/parent.ts';
import type { TraceOrder } from '../../load/protocol.ts';
import type { Plan } from '../../plan/plan.ts';

/** Who listens, and the span above all requests. */
export interface TraceNeeds {
  /** Somebody is told of every request. */
  readonly spans: boolean;
  readonly parent: TraceParent | null;
  /** As in the order. */
  readonly idsOf?: string | undefined;
}

/** The order for a load; null when its requests carry no trace and nobody is told of them. */
export function traceOrderOf(
  { trace }: Pick<Plan, 'trace'>,
  { spans, parent, idsOf }: TraceNeeds,
): TraceOrder | null {
  const headers = trace?.headers ?? false;
  if (!headers && !spans) return null;
  return {
    headers,
    spans,
    phases: spans && trace?.phases === true,
    parent,
    ...(idsOf === undefined ? {} : { idsOf }),
  };
}
