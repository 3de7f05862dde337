/** One look of a canary: its run, the control when the target fails, and how long certificates last. */

import { canaryPlan, settingsOf } from '../../plan/canary/canary-plan.ts';
import type { ResultDocument } from '../../result/document.ts';
import { isMaintenance } from '../../verdict/canary/maintenance.ts';
import { outcomeOf, talliesOf } from '../../verdict/canary/outcome.ts';
import type { CanaryReport } from '../../verdict/canary/report.ts';
import type { CanaryRun } from '../../verdict/canary/run.ts';
import { type MeasureOptions, measure } from '../measure.ts';
import type { Subject } from '../send.ts';
import type { World } from '../world.ts';
import { certificateEndMs } from './certificate.ts';
import { askControl } from './control.ts';

/** How a look is carried out. */
export type LookOptions = Omit<MeasureOptions, 'breaker' | 'shard' | 'startAtWallMs'>;

/** That a run is too short for an objective is no news here: many runs together are not. */
const ONE_RUN_PROVES_NOTHING = (): void => undefined;

/** What was seen. */
export interface Look {
  readonly result: ResultDocument;
  /** Null when a signal stopped it: half a run says nothing. */
  readonly run: CanaryRun | null;
  readonly control: CanaryReport['control'];
  /** Unix time, ms; null without TLS, or when no certificate was seen. */
  readonly certificateEndMs: number | null;
}

/**
 * Looks once.
 *
 * @throws UsageError when nothing may be sent  @throws InternalError for a bug of ours
 */
export async function look(subject: Subject, world: World, options: LookOptions): Promise<Look> {
  const plan = canaryPlan(subject.plan);
  const question = { plan, secrets: subject.secrets, runId: world.newId() };
  const settings = settingsOf(plan);
  const [result, endMs] = await Promise.all([
    measure({ ...subject, plan }, world, { ...options, breaker: false, onHopeless: ONE_RUN_PROVES_NOTHING }),
    settings.certificateMs === 0 ? null : certificateEndMs(question, world),
  ]);
  if (result.stopped?.by === 'signal') {
    return { result, run: null, control: 'not-asked', certificateEndMs: endMs };
  }
  const first = outcomeOf({ ...result, control: 'not-asked' });
  const control = first.outcome === 'bad' ? await askControl(question, world) : 'not-asked';
  const seen = control === 'silent' ? outcomeOf({ ...result, control }) : first;
  const atMs = Date.parse(result.startedAt);
  const { sent, failed } = result.totals;
  const run = {
    ...seen,
    runId: result.runId,
    atMs,
    sent,
    failed,
    tallies: talliesOf(result.objectives),
    isMaintenance: isMaintenance(settings.maintenance, atMs),
  };
  return { result, run, control, certificateEndMs: endMs };
}
