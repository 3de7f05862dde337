/** All that can be told about a plan before it is run. */

import type { Plan } from '../../plan/plan.ts';
import { lintCanary } from './canary.ts';
import { lintDetection } from './detection.ts';
import type { LintFinding, LintPlace } from './finding.ts';
import { lintNotify } from './notify.ts';
import { lintObjectives } from './objectives.ts';

/** Every finding, errors first, then warnings, then notes. */
export function lintPlan(plan: Plan, place: LintPlace): LintFinding[] {
  const found = [
    ...lintObjectives(plan),
    ...lintCanary(plan, place),
    ...lintDetection(plan),
    ...lintNotify(plan),
  ];
  const order = ['error', 'warning', 'note'];
  return found.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
