/** A canary's run as a row, and back. */

import {
  type CanaryRun,
  FAILURE_KINDS,
  type ObjectiveTally,
  RUN_OUTCOMES,
} from '../../verdict/canary/run.ts';
import { spendsBudget } from '../../verdict/incident/spent.ts';
import { asJson, asNumber, asText, asWord, Fields } from './fields.ts';

/** Columns of a run, in the order of {@link runValues}. */
export const RUN_COLUMNS = [
  'run_id',
  'check_name',
  'at_ms',
  'outcome',
  'kind',
  'indicator',
  'text',
  'sent',
  'failed',
  'tallies',
  'maintenance',
  'counts',
  'bad',
] as const;

/** Values of the columns. `counts`: it is ok or bad, and in no maintenance window; `bad`: it takes from the error budget. */
export function runValues(check: string, run: CanaryRun): (string | number | null)[] {
  return [
    run.runId,
    check,
    run.atMs,
    run.outcome,
    run.kind,
    run.indicator,
    run.text,
    run.sent,
    run.failed,
    JSON.stringify(run.tallies),
    Number(run.isMaintenance),
    Number(run.outcome !== 'blind' && !run.isMaintenance),
    Number(spendsBudget(run)),
  ];
}

/** Columns that {@link canaryRunOf} reads, in its order. */
export const RUN_SELECTION =
  'run_id, at_ms, outcome, kind, indicator, text, sent, failed, tallies, maintenance';

/**
 * The run of a row. What cannot be read in it is left out; an outcome that is none is blind.
 *
 * @param row values of {@link RUN_SELECTION} as a list: objects take twice as long, which shows with 50,000 runs
 */
export function canaryRunOf(row: unknown): CanaryRun {
  const values: unknown[] = Array.isArray(row) ? row : [];
  const [runId, atMs, outcome, kind, indicator, text, sent, failed, tallies, maintenance] = values;
  const known = asJson(tallies);
  return {
    runId: asText(runId) ?? '',
    atMs: asNumber(atMs) ?? 0,
    outcome: asWord(outcome, RUN_OUTCOMES) ?? 'blind',
    kind: asWord(kind, FAILURE_KINDS),
    indicator: asText(indicator),
    text: asText(text) ?? '',
    sent: asNumber(sent) ?? 0,
    failed: asNumber(failed) ?? 0,
    tallies: Array.isArray(known) ? known.flatMap(tallyOf) : [],
    isMaintenance: maintenance === 1,
  };
}

function tallyOf(value: unknown): ObjectiveTally[] {
  const fields = new Fields(value);
  const text = fields.text('text');
  const count = fields.number('count');
  const bad = fields.number('bad');
  if (text === null || count === null || bad === null) return [];
  return bad < 0 || bad > count ? [] : [{ text, count, bad }];
}
