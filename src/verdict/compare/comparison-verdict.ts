/** The verdict of a comparison: the worst of its findings, of the objectives asked for, and of how it ended. */

import type { Finding, Reason, Status, ValidityCheck } from '../finding.ts';
import { type RunVerdict, type Stop, worstOf } from '../verdict.ts';
import { moreTraffic } from './more-traffic.ts';
import type { ComparisonFinding, ComparisonReport, Side } from './report.ts';

/** Everything that a verdict rests on. */
export interface ComparisonEvidence {
  readonly report: Pick<ComparisonReport, 'findings' | 'blocks' | 'mode'>;
  readonly checks: readonly ValidityCheck[];
  /** Objectives that the user asked for, judged on the candidate; none for defaults. */
  readonly objectives: readonly Finding[];
  /** Whose block was stopped, and why; null: none was. */
  readonly stopped: (Stop & { readonly side: Side }) | null;
}

const CODES: Readonly<Record<ComparisonFinding['indicator'], string>> = {
  p50: 'SLOWER',
  p99: 'SLOWER',
  errors: 'MORE_ERRORS',
};

/** Reasons come worst first; a pass has none. */
export function comparisonVerdict({ report, checks, objectives, stopped }: ComparisonEvidence): RunVerdict {
  const { findings } = report;
  const status = worstOf([...findings, ...objectives].map((found) => found.status));
  if (status === 'pass') return { status, reasons: [] };
  const worse = findings.filter(isOf('fail')).map(({ indicator, text }): Reason => {
    return { code: CODES[indicator], text: `The candidate is worse: ${text}` };
  });
  const breaches = objectives.filter(isOf('fail')).map(({ text, because }): Reason => {
    return { code: 'BREACH', text: `${text} is breached by the candidate: ${because}` };
  });
  const doubts = checks.flatMap(doubtOf);
  const undecided = findings.filter(isOf('inconclusive')).filter((found) => !restsOn(found, doubts));
  const open = [...undecided.map(openReason), ...openObjectives(objectives)];
  const advice = doubts.length > 0 || stopped !== null ? null : moreTraffic(report);
  const why = status === 'fail' ? [] : [...doubts, ...open, ...(advice === null ? [] : [advice])];
  return { status, reasons: [...worse, ...breaches, ...stopReasons(stopped), ...why] };
}

function isOf(wanted: Status): (found: { readonly status: Status }) => boolean {
  return ({ status }) => status === wanted;
}

/** A doubt that stands for itself needs no saying for each indicator again. */
function restsOn({ text }: ComparisonFinding, doubts: readonly Reason[]): boolean {
  return doubts.some((doubt) => text.endsWith(doubt.text));
}

function openReason({ text }: ComparisonFinding): Reason {
  return { code: 'UNDECIDED', text };
}

function openObjectives(objectives: readonly Finding[]): Reason[] {
  return objectives.filter(isOf('inconclusive')).map(({ text, because, reason }) => {
    return { code: reason?.code ?? 'UNDECIDED', text: `${text} is not decided: ${reason?.text ?? because}` };
  });
}

function doubtOf({ status, blocks, code, text }: ValidityCheck): Reason[] {
  return status === 'fail' && blocks !== 'nothing' && code !== null ? [{ code, text }] : [];
}

function stopReasons(stopped: ComparisonEvidence['stopped']): Reason[] {
  if (stopped === null) return [];
  const { by, text, side } = stopped;
  if (by === 'signal') return [{ code: 'INTERRUPTED', text: 'The comparison was stopped before its end.' }];
  const code = by === 'breaker' ? 'BREAKER' : 'ABORTED';
  return [{ code, text: `The comparison was stopped while the ${side} was measured: ${text}.` }];
}
