/** Exchanges made by hand, for tests of the parts of the load engine. */

import { routeTo } from '../../src/load/dial/route.ts';
import { newExchange } from '../../src/load/exchange.ts';
import { jobsOf } from '../../src/load/job.ts';
import type { Exchange } from '../../src/load/transport/transport.ts';
import { type PlanChanges, planFor } from './traffic.ts';

/** An exchange of a plan's first target that nobody has begun. */
export function exchangeTo(url = 'http://127.0.0.1:8080/', changes: PlanChanges = {}): Exchange {
  const plan = planFor(url, changes);
  const routeFor = (origin: string) => routeTo(origin, plan.http, null);
  const [job] = jobsOf({ plan, secrets: {}, runId: 'test', userAgent: 'tester', routeFor });
  if (job === undefined) throw new Error('the plan has no target');
  return newExchange(job);
}
