/**
 * GitLab's load_performance report: the flat summary that k6 writes by default. The merge request widget reads
 * http_reqs.rate, http_req_waiting p(90) and p(95), and checks; the rest is for whoever knows k6's file.
 */

import { safeText } from '../../core/text.ts';
import type { Distribution, ResultDocument } from '../../result/document.ts';
import { askedText } from './cases.ts';

/** The report. What is not known is left out: the widget takes null for a number. */
export function renderGitlabPerformance(result: ResultDocument): string {
  const { totals, durationMs, objectives } = result;
  const failed = totals.failed + totals.dropped;
  const good = Math.max(0, totals.sent - totals.failed - totals.inFlight);
  const waiting = totals.phases['wait'] ?? null;
  const summary = {
    root_group: { name: '', path: '', id: 'd41d8cd98f00b204e9800998ecf8427e', groups: {}, checks: {} },
    metrics: {
      http_reqs: { count: totals.sent, rate: rounded(totals.ratePerSecond.sent, 2) },
      http_req_duration: { ...trend(totals.response), thresholds: thresholds(objectives) },
      ...(waiting === null ? {} : { http_req_waiting: trend(waiting) }),
      // In k6's file the passes of this metric are the failed requests.
      http_req_failed: { passes: failed, fails: good, value: rounded(totals.errorRatio.value ?? 0, 6) },
      checks: { passes: good, fails: failed, value: rounded(ratio(good, failed), 6) },
      iterations: { count: totals.completed, rate: rounded(totals.ratePerSecond.completed, 2) },
      data_received: {
        count: totals.bytesReceived,
        rate: rounded(perSecond(totals.bytesReceived, durationMs), 2),
      },
      data_sent: { count: totals.bytesSent, rate: rounded(perSecond(totals.bytesSent, durationMs), 2) },
    },
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/** Milliseconds, under the names of k6's trends. */
function trend({ minMs, meanMs, maxMs, quantiles }: Distribution): Record<string, number> {
  const known: Readonly<Record<string, number | null>> = {
    avg: meanMs,
    min: minMs,
    med: quantiles['p50']?.valueMs ?? null,
    max: maxMs,
    'p(90)': quantiles['p90']?.valueMs ?? null,
    'p(95)': quantiles['p95']?.valueMs ?? null,
    'p(99)': quantiles['p99']?.valueMs ?? null,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, ms]) => (ms === null ? [] : [[name, rounded(ms, 3)]])),
  );
}

/** k6 writes true where a threshold was crossed. */
function thresholds(objectives: ResultDocument['objectives']): Record<string, boolean> {
  return Object.fromEntries(
    objectives.map((objective) => [
      safeText(objective.target === null ? objective.text : `${objective.target}: ${askedText(objective)}`),
      objective.status !== 'pass',
    ]),
  );
}

function ratio(good: number, failed: number): number {
  return good + failed === 0 ? 0 : good / (good + failed);
}

function perSecond(count: number, durationMs: number): number {
  return durationMs > 0 ? (count * 1000) / durationMs : 0;
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
