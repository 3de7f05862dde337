/** What is asked when the target fails: whether anything else answers. */

import { type ProbeObservation, probe } from '../../load/probe.ts';
import { CONTROL_MS } from '../../plan/canary/longest-look.ts';
import type { Plan, Secrets, Target } from '../../plan/plan.ts';
import type { World } from '../world.ts';

/** What is asked for, and by whom. */
export interface ControlQuestion {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly runId: string;
}

/** `answered`: any response at all came; `silent`: none did; `not-asked`: the plan names no control. */
export async function askControl(
  question: ControlQuestion,
  world: Pick<World, 'version'>,
): Promise<'not-asked' | 'answered' | 'silent'> {
  const { plan } = question;
  const url = plan.canary?.control ?? null;
  if (url === null) return 'not-asked';
  const seen = await askOnce({ ...question, plan: { ...plan, data: null } }, [controlTarget(url)], world);
  return seen.some(hasAnswered) ? 'answered' : 'silent';
}

/** One request to each of a few targets, one after another. */
export function askOnce(
  { plan, secrets, runId }: ControlQuestion,
  targets: readonly Target[],
  world: Pick<World, 'version'>,
): Promise<ProbeObservation[]> {
  return probe({
    plan: { ...plan, targets },
    secrets,
    count: targets.length,
    // One request to where its owner sends it: no load that a guard would be there for.
    guard: { allowPublic: true },
    runId,
    userAgent: `headroom/${world.version}`,
  });
}

function hasAnswered({ attempt }: ProbeObservation): boolean {
  return attempt.status > 0;
}

function controlTarget(url: string): Target {
  return {
    name: 'control',
    method: 'GET',
    url,
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: CONTROL_MS,
    expect: { statuses: null, headers: [], body: [], json: [], size: null },
  };
}
