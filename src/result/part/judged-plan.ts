/** What judging reads of a plan, without anything that could be a secret, and a plan again that can be judged. */

import type { Objective, Plan } from '../../plan/plan.ts';
import type { JudgedPlan } from './part.ts';

/** The plan for a part. @param redact takes secrets out of any text: also out of names */
export function judgedPlan(plan: Plan, redact: (text: string) => string): JudgedPlan {
  const shown = (objective: Objective): Objective => ({
    ...objective,
    text: redact(objective.text),
    target: objective.target === null ? null : redact(objective.target),
  });
  return {
    targets: plan.targets.map(({ name, weight, timeoutMs }) => ({ name: redact(name), weight, timeoutMs })),
    load: plan.load,
    objectives: plan.objectives.map(shown),
    objectivesDefaulted: plan.objectivesDefaulted,
    agreement: plan.agreement.map(shown),
    insecure: plan.tls.insecure,
    seed: plan.seed,
  };
}

const NO_EXPECTATION = { statuses: null, headers: [], body: [], json: [], size: null };
const NO_HTTP: Plan['http'] = {
  version: '1.1',
  keepAlive: true,
  redirects: 0,
  maxBodyBytes: 0,
  proxy: null,
  unixSocket: null,
  connectTo: [],
  resolve: [],
};

/** A plan that is judged, and explained, as the shard's own: it can be judged and cannot be sent. */
export function planToJudge({ targets, insecure, ...kept }: JudgedPlan): Plan {
  return {
    version: 1,
    ...kept,
    targets: targets.map((target) => ({
      ...target,
      method: 'GET',
      url: '',
      headers: [],
      body: null,
      expect: NO_EXPECTATION,
    })),
    data: null,
    http: NO_HTTP,
    tls: { insecure, ca: null, cert: null, key: null, serverName: null },
    owner: null,
  };
}
