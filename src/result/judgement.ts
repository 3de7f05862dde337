/**
 * The judgement of a run as the document carries it. Its sentences may quote a server, and a rate that could not be
 * computed is not known.
 */

import { type Clean, cleanReason } from './capacity.ts';
import type { ObjectiveResult, ResultDocument, ValidityCheck } from './document.ts';
import { finite, roundRate } from './rounding.ts';

/** The judgement, as the document shows it. */
export type Judgement = Pick<
  ResultDocument,
  'validity' | 'objectives' | 'agreement' | 'notes' | 'verdict' | 'exitCode'
>;

/** The judgement, fit for a file: texts made safe, what is not finite null, keys in the schema's order. */
export function cleanJudgement(judged: Judgement, clean: Clean): Judgement {
  const { validity, verdict } = judged;
  return {
    validity: { status: validity.status, checks: validity.checks.map((check) => cleanCheck(check, clean)) },
    objectives: judged.objectives.map((found) => cleanObjective(found, clean)),
    agreement: judged.agreement.map((found) => cleanObjective(found, clean)),
    notes: judged.notes.map((note) => cleanReason(note, clean)),
    verdict: { status: verdict.status, reasons: verdict.reasons.map((reason) => cleanReason(reason, clean)) },
    exitCode: judged.exitCode,
  };
}

function cleanCheck(check: ValidityCheck, clean: Clean): ValidityCheck {
  const { id, status, blocks, measured, limit, unit, code, text } = check;
  return {
    id,
    status,
    blocks,
    measured: finite(measured),
    limit: finite(limit),
    unit,
    code,
    text: clean(text),
  };
}

function cleanServer(
  { name, resource }: NonNullable<ObjectiveResult['server']>,
  clean: Clean,
): NonNullable<ObjectiveResult['server']> {
  return { name: name === null ? null : clean(name), resource };
}

function cleanObjective(found: ObjectiveResult, clean: Clean): ObjectiveResult {
  const { target, reason, because, moreRequests } = found;
  return {
    text: clean(found.text),
    target: target === null ? null : clean(target),
    status: found.status,
    value: finite(found.value),
    low: finite(found.low),
    high: finite(found.high),
    limit: found.limit,
    unit: found.unit,
    count: found.count,
    exceeded: found.exceeded,
    inflation: roundRate(found.inflation) ?? 1,
    reason: reason === null ? null : cleanReason(reason, clean),
    line: found.line,
    column: found.column,
    ...(because === undefined ? {} : { because: clean(because) }),
    ...(moreRequests === undefined ? {} : { moreRequests: finite(moreRequests) }),
    ...(found.baseline === undefined ? {} : { baseline: found.baseline }),
    ...(found.server === undefined ? {} : { server: cleanServer(found.server, clean) }),
  };
}
