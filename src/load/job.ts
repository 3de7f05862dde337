/** A target made ready to be sent: everything about it that does not depend on the arrival. */

import type { Plan, Secrets, Target } from '../plan/plan.ts';
import { type Check, compileExpectation } from '../plan/request/expectation.ts';
import { type CompiledTarget, compileTarget } from '../plan/request/template.ts';
import type { Route } from './dial/route.ts';

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
}

/** What makes jobs out of targets. */
export interface JobContext {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly runId: string;
  readonly userAgent: string;
  readonly routeFor: (origin: string) => Route;
}

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** The plan's targets, in order, ready to be sent. @throws UsageError when a secret does not fit where it is used */
export function jobsOf(context: JobContext): Job[] {
  return context.plan.targets.map((target, index) => jobOf(target, index, context));
}

function jobOf(target: Target, index: number, context: JobContext): Job {
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
  };
}

/** The target with a user agent, unless it has its own, and the header that marks synthetic traffic. */
function identified(target: Target, context: JobContext): Target {
  const own = target.headers.some(([name]) => name === 'user-agent');
  const agent: [string, string][] = own ? [] : [['user-agent', context.userAgent]];
  return { ...target, headers: [...target.headers, ...agent, [RUN_HEADER, context.runId]] };
}
