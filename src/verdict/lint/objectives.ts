/** Objectives that miss what is sent, or that what is sent cannot decide. */

import { formatDurationMs } from '../../core/units.ts';
import { DEFAULTS, isLatency, type Objective, type Plan, type Target } from '../../plan/plan.ts';
import { judgeablePlan } from '../baseline/awaiting.ts';
import { planPower, powerLines } from '../power.ts';
import type { LintFinding } from './finding.ts';

/** What is wrong between objectives, agreement, targets and load. */
export function lintObjectives(plan: Plan): LintFinding[] {
  return [
    ...defaulted(plan),
    ...targetsWithout(plan),
    ...unmatchedPromises(plan),
    ...withoutPower(plan),
    ...shortTimeouts(plan),
  ];
}

function defaulted({ objectivesDefaulted, objectives }: Plan): LintFinding[] {
  if (!objectivesDefaulted) return [];
  return [
    {
      code: 'no-objectives',
      severity: 'warning',
      text: `The plan has no objectives: only "${objectives[0]?.text ?? ''}" is judged, and slow answers are none of it.`,
      remedy: 'add objectives, such as "p99 < 250ms" and "errors < 0.1%"',
      path: ['objectives'],
    },
  ];
}

function targetsWithout({ targets, objectives }: Plan): LintFinding[] {
  if (objectives.some(({ target }) => target === null)) return [];
  return targets.flatMap(({ name }, index): LintFinding[] => {
    if (objectives.some(({ target }) => target === name)) return [];
    return [
      {
        code: 'target-without-objective',
        severity: 'warning',
        text: `No objective speaks about the target "${name}": whatever it answers, nobody is told.`,
        remedy: `add one, such as "${name}: errors < 1%", or one about all targets together`,
        path: ['targets', index],
      },
    ];
  });
}

function isSame(a: Objective, b: Objective): boolean {
  const sides = [a, b].map(({ op }) => op.startsWith('<'));
  return (
    a.target === b.target &&
    sides[0] === sides[1] &&
    JSON.stringify(a.indicator) === JSON.stringify(b.indicator)
  );
}

/** The parser refuses an agreement that is tighter than its objective. */
function unmatchedPromises({ agreement, objectives }: Plan): LintFinding[] {
  return agreement.flatMap((promise, index): LintFinding[] => {
    const path = ['agreement', index];
    const objective = objectives.find((each) => isSame(each, promise));
    if (objective === undefined) {
      return [
        {
          code: 'agreement-without-objective',
          severity: 'warning',
          text: `"${promise.text}" is promised to clients, and no objective watches it: it breaks unseen.`,
          remedy: 'add an objective for the same indicator and target, with a tighter limit',
          path,
        },
      ];
    }
    if (objective.limit !== promise.limit) return [];
    return [
      {
        code: 'agreement-not-looser',
        severity: 'warning',
        text: `"${promise.text}" is promised to clients at the limit of the objective itself: there is no time to act.`,
        remedy: 'tighten the objective, or loosen the agreement',
        path,
      },
    ];
  });
}

/** True for a plan that speaks of a canary and of no load: nobody asked whether a load would do. */
function isForCanary({ canary, load }: Plan): boolean {
  const [stage, ...more] = load.kind === 'open' ? load.stages : [];
  return (
    canary !== undefined &&
    more.length === 0 &&
    stage?.kind === 'constant' &&
    stage.ratePerSecond === DEFAULTS.ratePerSecond &&
    stage.durationMs === DEFAULTS.durationMs
  );
}

/**
 * Too few requests for a verdict, within each window where there is one. What a canary makes of few requests is told
 * in `detection.ts`.
 */
function withoutPower(plan: Plan): LintFinding[] {
  if (isForCanary(plan)) return [];
  const known = judgeablePlan(plan);
  const powers = planPower(known);
  const lines = powerLines(powers);
  return powers.flatMap(({ objective, isJudgeable }, at): LintFinding[] => {
    if (isJudgeable !== false) return [];
    const isPromise = at >= known.objectives.length;
    const list = isPromise ? plan.agreement : plan.objectives;
    const window =
      objective.windowMs === null ? '' : ` in each window of ${formatDurationMs(objective.windowMs)}`;
    return [
      {
        code: objective.windowMs === null ? 'too-few-requests' : 'window-too-short',
        severity: 'warning',
        text: lines[at] ?? '',
        remedy: `send more requests${window}: a higher rate or a longer time; or ask for less`,
        path: [isPromise ? 'agreement' : 'objectives', list.indexOf(objective)],
      },
    ];
  });
}

/** An answer that is given up before the limit is a failure, and its time is never seen. */
function shortTimeouts({ targets, objectives }: Plan): LintFinding[] {
  return objectives.flatMap((objective, index): LintFinding[] => {
    const { indicator, limit, op, target } = objective;
    if (!isLatency(indicator) || !op.startsWith('<')) return [];
    const short = targets.find(
      (each: Target) => (target === null || each.name === target) && each.timeoutMs <= limit,
    );
    if (short === undefined) return [];
    return [
      {
        code: 'timeout-below-limit',
        severity: 'warning',
        text: `"${short.name}" is given up after ${formatDurationMs(short.timeoutMs)}, and "${objective.text}" allows as much: slow answers show as failures, not as slow.`,
        remedy: 'make the timeout a few times as long as the limit',
        path: ['objectives', index],
      },
    ];
  });
}
