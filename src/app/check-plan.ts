/** A dry run: what a plan would send, whether it may, and whether it can be judged. Sends nothing. */

import { createRedactor, safeText } from '../core/text.ts';
import { planHash } from '../plan/canonical.ts';
import { describePlan } from '../plan/describe.ts';
import type { Plan } from '../plan/plan.ts';
import { secretValues } from '../plan/secrets.ts';
import type { PlannedHost, PlannedLoad, PlannedObjective, PlanReport } from '../report/plan-report.ts';
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
    refusal: stopping === undefined ? null : clean(guardRefusal(stopping, plan.load).message),
    exitCode: stopping === undefined ? EXIT.pass : EXIT.usage,
  };
}

function plannedLoad(described: ReturnType<typeof describePlan>): PlannedLoad {
  const { loop, requests, warmupRequests, warmupMs, durationMs, peakPerSecond, users } = described;
  return { kind: loop, requests, warmupRequests, warmupMs, durationMs, peakPerSecond, users };
}

function plannedObjectives(plan: Plan, clean: (text: string) => string): PlannedObjective[] {
  const powers = planPower(plan).slice(0, plan.objectives.length);
  const lines = powerLines(powers);
  return powers.map(({ objective, isJudgeable }, index) => ({
    text: clean(objective.text),
    judgeable: isJudgeable !== false,
    line: clean(lines[index] ?? ''),
  }));
}

function plannedHost(found: FoundHost, allowed: boolean, clean: (text: string) => string): PlannedHost {
  const guard =
    found.isForeign && !allowed ? 'stops' : found.addresses.length === 0 ? 'unresolved' : 'passes';
  return { host: clean(found.host), addresses: found.addresses, guard };
}
