/** Runs and events of canaries, for what keeps them. */

import type { PageEvent } from '../../src/verdict/canary/event.ts';
import type { CanaryRun } from '../../src/verdict/canary/run.ts';

const START_MS = Date.UTC(2026, 10, 1);
const MINUTE_MS = 60_000;

/** Start of run `number`: so many minutes after the first. */
export function minuteMs(number: number): number {
  return START_MS + number * MINUTE_MS;
}

/** Run number `number`, which is ok unless told. */
export function canaryRun(number: number, over: Partial<CanaryRun> = {}): CanaryRun {
  return {
    runId: `canary-${number}`,
    atMs: minuteMs(number),
    outcome: 'ok',
    kind: null,
    indicator: null,
    text: '20 of 20 requests were answered in time',
    sent: 20,
    failed: 0,
    tallies: [{ text: 'api p95 < 250ms', count: 20, bad: 0 }],
    isMaintenance: false,
    ...over,
  };
}

/** Event number `number` of a check. */
export function pageEvent(number: number, over: Partial<PageEvent> = {}): PageEvent {
  return {
    action: 'trigger',
    subject: 'service',
    severity: 'page',
    check: 'shop',
    dedupKey: 'headroom/shop/service',
    incidentId: `incident-${number}`,
    sinceMs: minuteMs(number),
    atMs: minuteMs(number),
    summary: 'shop is offline: connection refused in 20 of 20 requests',
    kind: 'offline',
    indicator: 'answered requests',
    details: [['failed', '20 of 20']],
    runId: `canary-${number}`,
    everyMs: MINUTE_MS,
    isDrill: false,
    ...over,
  };
}
