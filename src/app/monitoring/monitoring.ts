/** Where a result goes beside its reports: to those who watch over many runs. */

import type { OutputError } from '../../core/errors.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { World } from '../world.ts';
import { checkGateway, pushMetrics } from './pushgateway.ts';
import { appendLog, checkLog } from './run-log.ts';

/** Null: not asked for. */
export interface MonitoringPlaces {
  /** Base address of a Pushgateway. */
  readonly push: string | null;
  /** A file that gets a line. */
  readonly log: string | null;
}

/** Checks the places before anything is sent. @throws UsageError for one that cannot be right */
export function checkPlaces({ push, log }: MonitoringPlaces, world: Pick<World, 'files'>): void {
  if (push !== null) checkGateway(push);
  if (log !== null) checkLog(log, world);
}

/** Brings a result to the places; returns what could not be delivered. */
export async function tellMonitoring(
  result: ResultDocument,
  { push, log }: MonitoringPlaces,
  world: Pick<World, 'files' | 'post'>,
): Promise<readonly OutputError[]> {
  return [
    ...(log === null ? [] : appendLog(result, log, world)),
    ...(push === null ? [] : await pushMetrics(result, push, world.post)),
  ];
}
