/** A target made ready to be sent: everything about it that does not depend on the arrival. */

import { RunIds } from '../core/trace/ids.ts';
import type { Plan, Secrets, Target } from '../plan/plan.ts';
import { type Check, compileExpectation } from '../plan/request/expectation.ts';
import { type CompiledTarget, compileTarget } from '../plan/request/template.ts';
import type { Route } from './dial/route.ts';
import type { TraceOrder } from './protocol.ts';
import { RequestTrace } from './trace/request-trace.ts';

/** Names the run in the traffic that it makes, so that a server's owner can tell it from real traffic. */
export const RUN_HEADER = 'x-headroom-run';

export interface Job {
  /** Index of the target in the plan. */
  readonly target: number;
  readonly method: string;
  /** RFC 9110 section 9.2.2: may be sent again after a stale connection. */
  readonly idempotent: boolean;
  readonly timeoutMs: number;
  readonly check: Check;
  readonly template: CompiledTarget;
  readonly route: Route;
  /** Null: its requests belong to no trace that we know of. */
  readonly trace: RequestTrace | null;
}

/** What makes jobs out of targets. */
export interface JobContext {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly runId: string;
  readonly userAgent: string;
  readonly routeFor: (origin: string) => Route;
  readonly trace?: TraceOrder;
}

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** The plan's targets, in order, ready to be sent. @throws UsageError when a secret does not fit where it is used */
export function jobsOf(context: JobContext): Job[] {
  const { runId, plan, trace } = context;
  const ids = new RunIds({ runId: trace?.idsOf ?? runId, seed: plan.seed }, trace?.parent ?? null);
  return plan.targets.map((target, index) => jobOf(target, index, { ...context, ids }));
}

interface TracedContext extends JobContext {
  readonly ids: RunIds;
}

function jobOf(target: Target, index: number, context: TracedContext): Job {
  const { plan, secrets } = context;
  const template = compileTarget(identified(target, context), { secrets, data: plan.data, seed: plan.seed });
  return {
    target: index,
    method: target.method,
    idempotent: IDEMPOTENT.has(target.method),
    timeoutMs: target.timeoutMs,
    check: compileExpectation(target.expect),
    template,
    route: context.routeFor(template.origin),
    trace: traceOf(template, context),
  };
}

/** A target that has a `traceparent` of its own is found by it, whether or not the run adds anything. */
function traceOf(template: CompiledTarget, { ids, trace }: TracedContext): RequestTrace | null {
  const own = new Set(
    template
      .render(0)
      .headers.filter((_, at) => at % 2 === 0)
      .map(lowerCase),
  );
  if (trace === undefined && !own.has('traceparent')) return null;
  const ownTraceparent = (index: number): string | null => {
    const { headers } = template.render(index);
    const at = headers.findIndex((name, place) => place % 2 === 0 && lowerCase(name) === 'traceparent');
    return headers[at + 1] ?? null;
  };
  return new RequestTrace({ ids, headers: trace?.headers ?? false, own, ownTraceparent });
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}

/** The target with a user agent, unless it has its own, and the header that marks synthetic traffic. */
function identified(target: Target, context: JobContext): Target {
  const own = target.headers.some(([name]) => name === 'user-agent');
  const agent: [string, string][] = own ? [] : [['user-agent', context.userAgent]];
  return { ...target, headers: [...target.headers, ...agent, [RUN_HEADER, context.runId]] };
}
