/** Where the checks of this machine stand, as their last runs left them. Nothing is sent. */

import type { CheckSummary } from '../../history/canary/canary-store.ts';
import type { CanaryStatusReport, CheckStatus } from '../../report/canary/status.ts';
import { openOf } from '../../verdict/canary/open-incidents.ts';
import { isoOf } from '../../verdict/incident/notice.ts';
import type { HistoryPlace } from '../history/open.ts';
import { keptChecks } from './keep.ts';
import { readMemory } from './memory.ts';

/** The checks by name. @throws OutputError when the history cannot be read */
export async function canaryStatus(place: HistoryPlace): Promise<CanaryStatusReport> {
  const checks = await keptChecks(place);
  const nowMs = place.world.clock.wallMs();
  return {
    schema: 'headroom.canary-status/1',
    checks: checks.map((check) => statusOf(check, nowMs)),
    folder: place.folder,
  };
}

/** So many times the time between runs without one, and nobody knows how the service is. */
const OVERDUE_PLACES = 3;

function statusOf(
  { check, state: kept, updatedMs, lastRun, lastOkMs, waiting }: CheckSummary,
  nowMs: number,
): CheckStatus {
  const state = readMemory(kept, () => null).state;
  const everyMs = state?.everyMs ?? null;
  const unknownMs = everyMs === null ? Infinity : updatedMs + OVERDUE_PLACES * everyMs;
  const isOverdue = nowMs > unknownMs;
  return {
    check,
    state: isOverdue ? 'unknown' : (state?.name ?? null),
    since: state === null ? null : isoOf(isOverdue ? unknownMs : state.sinceMs),
    lastRun: isoOf(updatedMs),
    everyMs,
    overdueMs: isOverdue ? nowMs - updatedMs : null,
    lastText: lastRun?.text ?? null,
    lastOk: lastOkMs === null ? null : isoOf(lastOkMs),
    incidents: state === null ? [] : openOf(state.incidents),
    waiting,
  };
}
