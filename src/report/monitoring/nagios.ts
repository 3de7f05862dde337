/**
 * A result as a plug-in for Nagios, Icinga and their like prints it: the state, a few words, performance data; then lines
 * with more. Nothing in it was written by a server: of reasons the codes are shown, not their sentences.
 */

import type { ObjectiveResult, ResultDocument } from '../../result/document.ts';
import { holdsAgreement, serviceStateOf } from '../../result/reading/service-state.ts';
import type { CanaryReport } from '../../verdict/canary/report.ts';
import { formatCount, formatEstimate, formatIn } from '../format.ts';
import { WORDS } from '../terminal/verdict.ts';
import { perfdata } from './perfdata.ts';
import { plainText, pluginLine } from './plugin-line.ts';
import { readingsOf } from './readings.ts';

/** NRPE takes four kilobytes of output. */
const MAX_BYTES = 4000;
const DATA_BYTES = 1500;
const LINE_LENGTH = 200;

/** `HEADROOM CRITICAL - followers offline: 3 of 5 runs bad | 'bad_runs'=3;;2;0;5 ...` and lines of more. */
export function renderNagios(result: ResultDocument): string {
  const state = serviceStateOf(result.exitCode, holdsAgreement(result));
  const data = perfdata(readingsOf(result), DATA_BYTES);
  const head = pluginLine(state, firstWords(result));
  return bounded([data === '' ? head : `${head} | ${data}`, ...more(result)]);
}

function firstWords(result: ResultDocument): string {
  const { canary, verdict, objectives, agreement } = result;
  if (canary !== undefined) return canaryWords(canary, result);
  const breached = [...objectives, ...agreement].find(({ status }) => status === 'fail');
  if (breached !== undefined) return `${measuredWords(breached)}${requestWords(result)}`;
  const codes = verdict.reasons.map(({ code }) => code).filter((code) => code !== '');
  const word = WORDS[verdict.status];
  return `${word}${codes.length === 0 ? '' : ` ${codes.join(', ')}`}${requestWords(result)}`;
}

function canaryWords(canary: CanaryReport, result: ResultDocument): string {
  const { check, state, outcome, kind, recent } = canary;
  const found = kind ?? outcome;
  const runs = `${recent.bad} of ${recent.of} runs bad`;
  const maintenance = canary.isMaintenance ? ', maintenance' : '';
  return `${check} ${found}: ${runs}, ${state}${maintenance}${requestWords(result)}`;
}

function requestWords({ totals }: ResultDocument): string {
  return `, ${formatCount(totals.failed)} of ${formatCount(totals.sent)} failed`;
}

function measuredWords(objective: ObjectiveResult): string {
  return `${objective.text}: ${formatIn(objective.unit, objective.value)}`;
}

/** Incidents, then what was judged, then why it could not be. */
function more(result: ResultDocument): string[] {
  const { canary, objectives, agreement, validity, runId, startedAt } = result;
  const incidents = (canary?.incidents ?? []).map(
    ({ subject, severity, since }) => `incident: ${subject} (${severity}) since ${since}`,
  );
  const indicator = canary?.indicator ?? null;
  const failedChecks = validity.checks
    .filter(({ status }) => status === 'fail')
    .map(({ id, code }) => `validity: ${id} ${code ?? ''}`);
  return [
    ...(indicator === null ? [] : [`indicator: ${indicator}`]),
    ...incidents,
    ...objectives.map((objective) => judgedLine('objective', objective)),
    ...agreement.map((objective) => judgedLine('agreement', objective)),
    ...failedChecks,
    `run ${runId} at ${startedAt}`,
  ].map((line) => plainText(line, LINE_LENGTH));
}

function judgedLine(what: string, objective: ObjectiveResult): string {
  const { text, status, unit, reason } = objective;
  const why = reason === null ? '' : ` (${reason.code})`;
  return `${what}: ${text}: ${status}, measured ${formatEstimate(unit, objective)}${why}`;
}

/** As many lines as have room. */
function bounded(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    const longer = `${text}${line}\n`;
    if (Buffer.byteLength(longer) > MAX_BYTES) break;
    text = longer;
  }
  return text;
}
