/**
 * A result as metrics for Prometheus: for the textfile collector of its node exporter, or a Pushgateway. Every line has
 * `check`, and no label holds what a target answered.
 */

import { FAILURE_CAUSES } from '../../core/attempt.ts';
import type { ResultDocument } from '../../result/document.ts';
import { serverFamilies } from '../server/families.ts';
import { canaryFamilies } from './canary-families.ts';
import { checkNameOf } from './check-name.ts';
import { exposition, type Family, type Sample } from './exposition.ts';

const VERDICTS = ['pass', 'fail', 'inconclusive'] as const;

/** Causes that this version knows; a document of another one may have more. */
const KNOWN_CAUSES: ReadonlySet<string> = new Set(FAILURE_CAUSES);

/** The metrics; what is not known has no line. */
export function renderPrometheus(result: ResultDocument): string {
  const families = [
    ...runFamilies(result),
    ...requestFamilies(result),
    ...serverFamilies(result),
    ...canaryFamilies(result),
  ];
  return exposition(families, { check: checkNameOf(result) });
}

function runFamilies({ startedAt, durationMs, verdict, canary }: ResultDocument): Family[] {
  const startedS = Date.parse(startedAt) / 1000;
  const passedS = verdict.status === 'pass' ? startedS : null;
  const successS =
    canary === undefined ? passedS : canary.lastOk === null ? null : Date.parse(canary.lastOk) / 1000;
  return [
    one('headroom_last_run_timestamp_seconds', 'Start of the last run, Unix time', startedS),
    one('headroom_last_success_timestamp_seconds', 'Start of the last good run, Unix time', successS),
    one('headroom_run_duration_seconds', 'How long the last run took', durationMs / 1000),
    {
      name: 'headroom_verdict',
      help: 'Verdict of the last run, 1 for the one that it has',
      samples: VERDICTS.map((status) => ({ labels: { status }, value: Number(verdict.status === status) })),
    },
  ];
}

function requestFamilies({ totals }: ResultDocument): Family[] {
  const { response, errorRatio, ratePerSecond } = totals;
  const quantiles = Object.entries(response.quantiles).map(([name, { valueMs }]): Sample => {
    return { labels: { p: name.replace(/^p/, '') }, value: valueMs === null ? null : valueMs / 1000 };
  });
  const maxS = response.maxMs === null ? null : response.maxMs / 1000;
  return [
    {
      name: 'headroom_response_seconds',
      help: 'Response time of successes in the last run, at the percentile p',
      samples: quantiles,
    },
    one('headroom_response_max_seconds', 'Longest response time of a success in the last run', maxS),
    one('headroom_error_ratio', 'Failed requests over those that ended, in the last run', errorRatio.value),
    one('headroom_requests_sent', 'Requests sent in the last run', totals.sent),
    {
      name: 'headroom_requests_failed',
      help: 'Failed requests of the last run, by cause',
      samples: failuresOf(totals.byCause),
    },
    one('headroom_requests_dropped', 'Requests that were due and never sent', totals.dropped),
    one('headroom_rate_per_second', 'Requests sent per second in the last run', ratePerSecond.sent),
  ];
}

/** A line for each cause, seen or not: a series that begins with its first failure has no increase. */
function failuresOf(byCause: Readonly<Record<string, number>>): Sample[] {
  const rest = Object.entries(byCause).reduce(
    (sum, [cause, count]) => (KNOWN_CAUSES.has(cause) ? sum : sum + count),
    0,
  );
  const known = FAILURE_CAUSES.map((cause): Sample => ({ labels: { cause }, value: byCause[cause] ?? 0 }));
  return [...known, { labels: { cause: 'other' }, value: rest }];
}

function one(name: string, help: string, value: number | null): Family {
  return { name, help, samples: [{ labels: {}, value }] };
}
