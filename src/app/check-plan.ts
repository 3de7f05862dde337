/** A dry run: what a plan would send, whether it may, and whether it can be judged. Sends nothing. */

import { createRedactor, safeText } from '../core/text.ts';
import { failRuleText } from '../plan/canary/fail-rule.ts';
import { planHash } from '../plan/canonical.ts';
import { describePlan } from '../plan/describe.ts';
import type { Plan } from '../plan/plan.ts';
import { secretValues } from '../plan/secrets.ts';
import type {
  PlannedCanary,
  PlannedHost,
  PlannedLoad,
  PlannedObjective,
  PlanReport,
} from '../report/plan/plan-report.ts';
import { judgeablePlan, originSentence, whyAwaiting } from '../verdict/baseline/awaiting.ts';
import { planPower, powerLines } from '../verdict/power.ts';
import { EXIT } from './exit.ts';
import { type GuardSubject, guardRefusal, mayGoPublic } from './safety/guard.ts';
import { type FoundHost, findHosts } from './safety/hosts.ts';
import type { World } from './world.ts';

/** The report of a dry run. Names are looked up; nothing is connected to. */
export async function checkPlan(
  subject: GuardSubject,
  world: Pick<World, 'lookup' | 'machine' | 'clock'>,
): Promise<PlanReport> {
  const { plan, secrets } = subject;
  const redact = createRedactor(secretValues(plan, secrets));
  const clean = (text: string): string => safeText(redact(text));
  const hosts = await findHosts(subject, world);
  const allowed = mayGoPublic(subject);
  const stopping = allowed ? undefined : hosts.find(({ isForeign }) => isForeign);
  const described = describePlan(plan);
  return {
    schema: 'headroom.check/1',
    planHash: planHash(plan),
    seed: plan.seed,
    load: plannedLoad(described),
    targets: described.targets.map(({ name, method, url, share }) => ({
      name: clean(name),
      method,
      url: clean(url),
      share,
    })),
    hosts: hosts.map((host) => plannedHost(host, allowed, clean)),
    objectives: plannedObjectives(plan, clean),
    canary: plannedCanary(plan),
    notify: (plan.notify ?? []).map(({ name, kind, least }) => ({ name: clean(name), kind, least })),
    refusal: stopping === undefined ? null : clean(guardRefusal(stopping, plan.load).message),
    exitCode: stopping === undefined ? EXIT.pass : EXIT.usage,
  };
}

function plannedCanary({ canary }: Plan): PlannedCanary | null {
  if (canary === undefined) return null;
  const { check, everyMs, ratePerSecond, durationMs, fail } = canary;
  return { check, everyMs, ratePerSecond, durationMs, fail: failRuleText(fail) };
}

function plannedLoad(described: ReturnType<typeof describePlan>): PlannedLoad {
  const { loop, requests, warmupRequests, warmupMs, durationMs, peakPerSecond, users } = described;
  return { kind: loop, requests, warmupRequests, warmupMs, durationMs, peakPerSecond, users };
}

function plannedObjectives(plan: Plan, clean: (text: string) => string): PlannedObjective[] {
  const known = judgeablePlan(plan);
  const powers = planPower(known).slice(0, known.objectives.length);
  const lines = powerLines(powers);
  return plan.objectives.map((objective) => {
    const index = known.objectives.indexOf(objective);
    const line = lines[index] ?? `"${objective.text}" cannot be judged yet. ${whyAwaiting(objective)}`;
    const judgeable = index >= 0 && powers[index]?.isJudgeable !== false;
    return { text: clean(objective.text), judgeable, line: clean(line + originSentence(objective)) };
  });
}

function plannedHost(found: FoundHost, allowed: boolean, clean: (text: string) => string): PlannedHost {
  const guard =
    found.isForeign && !allowed ? 'stops' : found.addresses.length === 0 ? 'unresolved' : 'passes';
  return { host: clean(found.host), addresses: found.addresses, guard };
}
