/** Exchanges made by hand, for tests of the parts of the load engine. */

import { blankAttempt } from '../../src/core/attempt.ts';
import { routeTo } from '../../src/load/dial/route.ts';
import { jobsOf } from '../../src/load/job.ts';
import type { Exchange } from '../../src/load/transport/transport.ts';
import { type PlanChanges, planFor } from './traffic.ts';

/** An exchange of a plan's first target that nobody has begun. */
export function exchangeTo(url = 'http://127.0.0.1:8080/', changes: PlanChanges = {}): Exchange {
  const plan = planFor(url, changes);
  const routeFor = (origin: string) => routeTo(origin, plan.http, null);
  const [job] = jobsOf({ plan, secrets: {}, runId: 'test', userAgent: 'tester', routeFor });
  if (job === undefined) throw new Error('the plan has no target');
  return {
    attempt: blankAttempt(),
    job,
    route: job.route,
    method: job.method,
    request: job.template.render(0),
    stage: 'idle',
    fresh: false,
    deadlineMs: Infinity,
    wheelNext: null,
    wheelPrevious: null,
    wheelSlot: -1,
    user: -1,
    stallBaseMs: 0,
    ride: null,
  };
}
