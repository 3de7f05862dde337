/** The result as people read it in a terminal: the verdict first, then what it rests on, most important first. */

import { formatRate } from '../core/units.ts';
import type { ResultDocument } from '../result/document.ts';
import type { CanaryReport } from '../verdict/canary/report.ts';
import type { CapacityReport } from '../verdict/capacity/report.ts';
import type { ComparisonReport } from '../verdict/compare/report.ts';
import type { LaunchReport } from '../verdict/launch/report.ts';
import { canaryLines } from './canary/canary.ts';
import { blockLines } from './compare/blocks.ts';
import { effectLines } from './compare/effects.ts';
import { comparisonLines } from './compare/verdict.ts';
import type { ReportOptions } from './options.ts';
import { answerLines, reasonsOf } from './search/answer.ts';
import { bracketLines, capacityLines, limitationLines } from './search/bracket.ts';
import { enduranceLines } from './search/endurance.ts';
import { exercisedLines } from './search/exercised.ts';
import { limitLines } from './search/limits.ts';
import { modelLines } from './search/model.ts';
import { headroomLines, questionLines } from './search/questions.ts';
import { rateLines } from './search/rates.ts';
import { type Pointer, scaleLines } from './search/scale.ts';
import { spentLines } from './search/spent.ts';
import { trialLines } from './search/trials.ts';
import { sinkLines } from './server/sinks.ts';
import { slowestLines } from './server/slowest.ts';
import { serverLines } from './server/terminal.ts';
import { addressLines, targetLines } from './terminal/breakdown.ts';
import { noteLines, repeatLines, validityLines } from './terminal/closing.ts';
import { failureLines } from './terminal/failures.ts';
import { latencyLines } from './terminal/latency.ts';
import { textOf } from './terminal/layout.ts';
import { objectiveLines } from './terminal/objectives.ts';
import { seriesLines } from './terminal/series.ts';
import { trafficLines } from './terminal/traffic.ts';
import { stopLines, verdictLines } from './terminal/verdict.ts';
import { createInk, type Ink } from './terminal-ink.ts';

/** The terminal report; ends with a newline. */
export function renderResult(result: ResultDocument, options: ReportOptions): string {
  const ink = createInk(options);
  return textOf([...bodyLines(result, ink), ...(isBrief(result, ink) ? [] : closingLines(result, ink))]);
}

/** A canary speaks once a minute: what a run measured is for whoever asks, or has to find out what is wrong. */
function isBrief({ canary }: ResultDocument, ink: Ink): boolean {
  return canary?.outcome === 'ok' && !ink.verbose;
}

function closingLines(result: ResultDocument, ink: Ink): string[] {
  return [
    ...validityLines(result, ink),
    ...sinkLines(result, ink),
    ...noteLines(result, ink),
    ...repeatLines(result, ink),
  ];
}

function bodyLines(result: ResultDocument, ink: Ink): string[] {
  const { capacity, launch, comparison, canary } = result;
  if (capacity !== undefined || launch !== undefined) return searchLines(result, ink);
  if (comparison !== undefined) return comparedLines(result, comparison, ink);
  if (canary !== undefined) return canariedLines(result, canary, ink);
  return [...verdictLines(result, ink), ...measuredLines(result, ink)];
}

/** Where the check stands, and below it what this run measured. */
function canariedLines(result: ResultDocument, canary: CanaryReport, ink: Ink): string[] {
  const head = canaryLines(result, canary, ink);
  return isBrief(result, ink)
    ? head
    : [...head, '', ruleLine('This run', ink), ...measuredLines(result, ink)];
}

/** What the two differ by, and below it what was measured of the candidate. */
function comparedLines(result: ResultDocument, comparison: ComparisonReport, ink: Ink): string[] {
  const measured = result.totals.planned === 0 ? [] : measuredLines(result, ink);
  return [
    ...comparisonLines(result, comparison, ink),
    ...effectLines(comparison, ink),
    ...blockLines(comparison, ink),
    ...(measured.length === 0
      ? []
      : ['', ruleLine('The candidate, all its blocks together', ink), ...measured]),
  ];
}

function ruleLine(title: string, ink: Ink): string {
  return ink.strong(ink.plain(`─── ${title} `).padEnd(Math.min(ink.width, 100), ink.plain('─')));
}

/** What was measured in one run, or at one rate. */
function measuredLines(result: ResultDocument, ink: Ink): string[] {
  const promise = 'the looser promise to clients; not part of the verdict';
  return [
    ...objectiveLines({ title: 'Objectives', beside: '', objectives: result.objectives }, ink),
    ...objectiveLines({ title: 'Agreement', beside: promise, objectives: result.agreement }, ink),
    ...trafficLines(result, ink),
    ...latencyLines(result, ink),
    ...seriesLines(result, ink),
    ...serverLines(result, ink),
    ...slowestLines(result, ink),
    ...failureLines(result, ink),
    ...targetLines(result, ink),
    ...addressLines(result, ink),
  ];
}

/** The answer of a search, what it rests on, and below it what was measured at the rate that decided. */
function searchLines(result: ResultDocument, ink: Ink): string[] {
  const { capacity, launch } = result;
  return [
    ...(launch !== undefined ? answerLines(result, launch, ink) : []),
    ...(launch === undefined && capacity !== undefined ? capacityLines(result, capacity, ink) : []),
    ...stopLines(result, ink),
    ...spentLines(result, ink),
    ...(launch === undefined ? [] : launchLines(launch, ink)),
    ...(launch !== undefined && capacity !== undefined ? bracketLines(capacity, ink) : []),
    ...(capacity === undefined ? [] : evidenceLines(result, capacity, ink)),
    ...decidingLines(result, ink),
  ];
}

function launchLines(launch: LaunchReport, ink: Ink): string[] {
  return [
    ...headroomLines(launch, ink),
    ...questionLines(launch, ink),
    ...enduranceLines(launch, ink),
    ...exercisedLines(launch, ink),
  ];
}

function evidenceLines(result: ResultDocument, capacity: CapacityReport, ink: Ink): string[] {
  const { launch, verdict } = result;
  const said = launch === undefined ? verdict.reasons : reasonsOf(result, launch);
  return [
    ...scaleLines(capacity, launch === undefined ? [] : pointersOf(launch), ink),
    ...limitationLines({ capacity, said, servers: result.servers }, ink),
    ...limitLines(capacity, ink),
    ...rateLines(capacity, ink),
    ...trialLines(capacity, ink),
    ...modelLines(capacity.model, ink),
  ];
}

function pointersOf({ askedPerSecond, questions }: LaunchReport): Pointer[] {
  const [highest] = questions;
  const peak = { name: 'peak', ratePerSecond: askedPerSecond };
  if (highest === undefined || highest.ratePerSecond === askedPerSecond) return [peak];
  return [{ name: 'asked', ratePerSecond: highest.ratePerSecond }, peak];
}

function decidingLines(result: ResultDocument, ink: Ink): string[] {
  const { asked } = result.totals.ratePerSecond;
  const lines = result.totals.planned === 0 ? [] : measuredLines(result, ink);
  if (lines.length === 0 || asked === null) return lines;
  const title = ink.plain(`─── At ${formatRate(asked)}, all its trials together `);
  return ['', ink.strong(title.padEnd(Math.min(ink.width, 100), ink.plain('─'))), ...lines];
}
