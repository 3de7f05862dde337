/** A result as one line of JSON, for a log that grows by a line with each run. */

import { safeText } from '../../core/text.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { CanaryReport, DeliveryReport, OpenIncident } from '../../verdict/canary/report.ts';
import { escapeInJson } from '../json.ts';
import { bindingResource, byCloseness } from '../server/words.ts';
import { checkNameOf } from './check-name.ts';

/** Longer lists are cut: a line is appended in one piece. */
const MOST_ITEMS = 20;

/** `headroom.log/1`: keys may be added, those that are here stay. Times are ISO 8601, UTC; ratios 0..1. */
export interface LogRecord {
  readonly schema: 'headroom.log/1';
  /** Start of the run. */
  readonly time: string;
  readonly check: string;
  readonly command: ResultDocument['command'];
  readonly runId: string;
  readonly verdict: ResultDocument['verdict']['status'];
  readonly exitCode: number;
  /** Codes, such as `BREACH`, why the verdict is no pass. */
  readonly reasons: readonly string[];
  /** Of a canary; null of anything else. */
  readonly outcome: CanaryReport['outcome'] | null;
  readonly kind: CanaryReport['kind'];
  readonly indicator: string | null;
  readonly state: CanaryReport['state'] | null;
  readonly text: string | null;
  readonly durationMs: number;
  readonly sent: number;
  readonly failed: number;
  readonly dropped: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  readonly errorRatio: number | null;
  /** Those that are open. */
  readonly incidents: readonly Pick<OpenIncident, 'incidentId' | 'subject' | 'severity' | 'since'>[];
  readonly deliveries: readonly Pick<DeliveryReport, 'channel' | 'subject' | 'action' | 'status'>[];
  /** The server closest to a limit, and which; null when none told of one. */
  readonly binding: {
    readonly server: string;
    readonly resource: string;
    readonly state: string;
    readonly utilization: number | null;
  } | null;
}

/** The record as one line with its line break. */
export function renderLogLine(result: ResultDocument): string {
  return `${escapeInJson(JSON.stringify(recordOf(result)))}\n`;
}

function recordOf(result: ResultDocument): LogRecord {
  const { canary, totals } = result;
  return {
    schema: 'headroom.log/1',
    time: result.startedAt,
    check: checkNameOf(result),
    command: result.command,
    runId: result.runId,
    verdict: result.verdict.status,
    exitCode: result.exitCode,
    reasons: reasonsOf(result),
    outcome: canary?.outcome ?? null,
    kind: canary?.kind ?? null,
    indicator: canary?.indicator ?? null,
    state: canary?.state ?? null,
    text: canary?.text ?? null,
    durationMs: result.durationMs,
    sent: totals.sent,
    failed: totals.failed,
    dropped: totals.dropped,
    p50Ms: totals.response.quantiles['p50']?.valueMs ?? null,
    p99Ms: totals.response.quantiles['p99']?.valueMs ?? null,
    maxMs: totals.response.maxMs,
    errorRatio: totals.errorRatio.value,
    incidents: (canary?.incidents ?? []).slice(0, MOST_ITEMS).map(incidentOf),
    deliveries: (canary?.deliveries ?? []).slice(0, MOST_ITEMS).map(deliveryOf),
    binding: bindingOf(result),
  };
}

function reasonsOf({ verdict }: ResultDocument): string[] {
  const codes = new Set(verdict.reasons.map(({ code }) => safeText(code)).filter((code) => code !== ''));
  return [...codes].slice(0, MOST_ITEMS);
}

function bindingOf({ servers = [] }: ResultDocument): LogRecord['binding'] {
  const server = byCloseness(servers).find(({ binding }) => binding !== null);
  if (server === undefined) return null;
  const found = bindingResource(server);
  if (found === null) return null;
  const { resource, state, utilization } = found;
  return { server: server.name, resource, state, utilization: server.binding?.utilization ?? utilization };
}

function incidentOf({ incidentId, subject, severity, since }: OpenIncident): LogRecord['incidents'][number] {
  return { incidentId, subject, severity, since };
}

function deliveryOf({ channel, subject, action, status }: DeliveryReport): LogRecord['deliveries'][number] {
  return { channel, subject, action, status };
}
