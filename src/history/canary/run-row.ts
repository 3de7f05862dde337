/** A canary's run as a row, and back. */

import type { CanaryRun, FailureKind, ObjectiveTally, RunOutcome } from '../../verdict/canary/run.ts';
import { Fields } from './fields.ts';

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

const OUTCOMES: readonly RunOutcome[] = ['ok', 'bad', 'blind'];
const KINDS: readonly FailureKind[] = ['offline', 'certificate', 'erroring', 'wrong', 'slow'];

/** Values of the columns. `counts`: it is ok or bad, and in no maintenance window. */
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
    Number(run.outcome === 'bad'),
  ];
}

/** The run of a row. What cannot be read in it is left out; an outcome that is none is blind. */
export function canaryRunOf(row: unknown): CanaryRun {
  const fields = new Fields(row);
  const tallies = fields.json('tallies');
  return {
    runId: fields.text('run_id') ?? '',
    atMs: fields.number('at_ms') ?? 0,
    outcome: fields.word('outcome', OUTCOMES) ?? 'blind',
    kind: fields.word('kind', KINDS),
    indicator: fields.text('indicator'),
    text: fields.text('text') ?? '',
    sent: fields.number('sent') ?? 0,
    failed: fields.number('failed') ?? 0,
    tallies: Array.isArray(tallies) ? tallies.flatMap(tallyOf) : [],
    isMaintenance: fields.isTrue('maintenance'),
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
