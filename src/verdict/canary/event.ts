/** What a pager is told. */

import type { Severity } from '../../plan/canary/notifier.ts';
import type { FailureKind } from './run.ts';

export { SEVERITIES, type Severity } from '../../plan/canary/notifier.ts';

/**
 * What an incident can be about. `service`: it is offline, wrong or slow; `budget`: it loses its error budget too fast by
 * failures too sparse for the first; `blind`: the canary cannot see; `flapping`: it comes and goes; `certificate`: one
 * ends soon.
 */
export const SUBJECTS = ['service', 'budget', 'blind', 'flapping', 'certificate'] as const;

/** What an event is about: an incident, or a test of the pagers. */
export type Subject = (typeof SUBJECTS)[number] | 'test';

/** One thing to tell. All texts are safe to show and hold no secret; each channel escapes them for itself. */
export interface PageEvent {
  /** `remind`: it still fires; pagers that keep an incident open by its key need no more than `trigger`. */
  readonly action: 'trigger' | 'remind' | 'resolve';
  readonly subject: Subject;
  readonly severity: Severity;
  readonly check: string;
  /** The same for all events of one check and subject, whatever was measured: `headroom/<check>/<subject>`. */
  readonly dedupKey: string;
  /** Of one incident, from its trigger to its resolve. */
  readonly incidentId: string;
  /** Unix time, ms: when the incident began (its trigger), and when this event was made. */
  readonly sinceMs: number;
  readonly atMs: number;
  /** One sentence, such as "followers is offline: connection refused in 20 of 20 requests". */
  readonly summary: string;
  readonly kind: FailureKind | null;
  /** The indicator that fired. */
  readonly indicator: string | null;
  /** Names and values in the order in which they are shown. */
  readonly details: readonly (readonly [name: string, value: string])[];
  /** Of the run that made it; null of a test. */
  readonly runId: string | null;
  /** Time from one run to the next, as they really come, ms: how long an alert stands without a further word. */
  readonly everyMs: number;
  /** It was made by a test or a drill: nobody needs to act. */
  readonly isDrill: boolean;
}
