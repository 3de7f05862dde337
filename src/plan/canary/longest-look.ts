/** How long one look of a canary can take. */

import { DEFAULTS, type Plan } from '../plan.ts';
import { settingsOf } from './canary-plan.ts';
import { CANARY } from './settings.ts';

/** How long the control may take to answer, ms: it says whether there is a network, not whether that is fast. */
export const CONTROL_MS = 5_000;

/** Of the canary of a URL without a plan, ms: see {@link longestLookMs}. */
export const DEFAULT_LOOK_MS: number = CANARY.durationMs + DEFAULTS.timeoutMs;

/** At a server that hangs: all of what is sent, the longest timeout, and the control, ms. */
export function longestLookMs(plan: Pick<Plan, 'canary' | 'targets'>): number {
  const { durationMs, control } = settingsOf(plan);
  const timeoutMs = Math.max(0, ...plan.targets.map((target) => target.timeoutMs));
  return durationMs + timeoutMs + (control === null ? 0 : CONTROL_MS);
}
