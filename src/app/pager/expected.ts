/** How long a canary takes to see a fault of a drill, computed before anything is broken. */

import { formatDurationMs } from '../../core/units.ts';
import { canaryPlan, settingsOf } from '../../plan/canary/canary-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ExpectedDetection } from '../../report/pager/drill.ts';
import { type Detection, detectionOf } from '../../verdict/canary/detection.ts';
import type { DrillFault } from './faults.ts';

/** What is computed: all but the name. `isTypical`: it takes longer about as often as it does not. */
export type Expected = Omit<ExpectedDetection, 'kind'> & { readonly isTypical: boolean };

/** The time from the fault, just after a run, to the end of the run that triggers. */
export function expectedOf(plan: Plan, { effect }: Pick<DrillFault, 'effect'>): Expected {
  const { targets, objectives } = canaryPlan(plan);
  const settings = settingsOf(plan);
  const deadlineMs = Math.max(...targets.map(({ timeoutMs }) => timeoutMs));
  const delayMs = effect.delayMs === 'deadline' ? deadlineMs : effect.delayMs;
  // As many runs as show that the service is well; they are pooled with those of the fault.
  const priorRuns = settings.fail.of - settings.fail.bad + 1;
  const found = detectionOf({ settings, objectives, targets, effect: { ...effect, delayMs }, priorRuns });
  if (found === null) {
    const text = 'By rate, length of a run and objectives this fault is never seen.';
    return { detectionMs: null, text, isTypical: false };
  }
  return { detectionMs: found.ms, text: textOf(found, settings.fail), isTypical: !found.byRun };
}

function textOf(found: Detection, fail: { readonly bad: number; readonly of: number }): string {
  const { byRun, requests, runs, objective, ms } = found;
  const by = objective === null ? 'that nothing answers' : `"${objective}"`;
  const cost = `${runs} run${runs === 1 ? '' : 's'}, ${Math.round(requests)} requests, ${formatDurationMs(ms)}`;
  return byRun
    ? `Shown by ${by} in single runs, of which ${fail.bad} of ${fail.of} must be bad: ${cost}.`
    : `Too little for a single run: shown by ${by} in many runs together, about ${cost}.`;
}
