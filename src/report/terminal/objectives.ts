/** Objectives: what was asked, what was measured with its interval, and how many attempts stood against it. */

import type { ObjectiveResult } from '../../result/document.ts';
import {
  formatCount,
  formatEstimate,
  formatIn,
  formatNumber,
  INFINITE,
  UNBOUNDED,
  UNKNOWN,
} from '../format.ts';
import { tellingObjectives } from '../telling.ts';
import { type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { cut, hanging, inset, section } from './layout.ts';
import { restLines } from './rest.ts';
import { reasonText } from './verdict.ts';

/** Inflation from which it is said how little the attempts tell. */
const TELLING_INFLATION = 1.5;

/** Columns kept free for what stands beside the objective's own text. */
const REST = 44;

export interface ObjectiveSection {
  readonly title: string;
  /** Said beside the title; '' for nothing. */
  readonly beside: string;
  readonly objectives: readonly ObjectiveResult[];
}

/** The section of the objectives, or of the agreement, of many the worst unless verbose; empty when there are none. */
export function objectiveLines({ title, beside, objectives }: ObjectiveSection, ink: Ink): string[] {
  if (objectives.length === 0) return [];
  const told = tellingObjectives(objectives);
  const listed = ink.verbose ? objectives : told.shown;
  const head = ['', 'asked', 'measured', 'against it'].map((cell) => (cell === '' ? '' : ink.faint(cell)));
  const [headLine = '', ...rows] = tableLines([head, ...listed.map((each) => rowOf(each, ink))], {
    aligns: 'llll',
  });
  const lines = listed.flatMap((objective, index) => [
    rows[index] ?? '',
    ...limitLines(objective, ink),
    ...inflationLines(objective, ink),
    ...reasonLines(objective, ink),
  ]);
  const others = ink.verbose ? [] : told.others;
  const statuses = others.map(({ status }) => status);
  const rest = restLines(others.length, ink, statuses);
  return section(ink, title, { beside: ink.faint(beside), lines: [headLine, ...lines, ...rest] });
}

function rowOf(objective: ObjectiveResult, ink: Ink): string[] {
  const { target, text, status } = objective;
  const asked = target === null || text.startsWith(target) ? text : `${target}: ${text}`;
  return [
    markOf(ink, status),
    cut(ink, ink.plain(asked), Math.max(16, ink.width - REST)),
    ink.plain(measuredText(objective)),
    ink.plain(againstIt(objective)),
  ];
}

/** What was measured with its interval; infinite where so many failed that the percentile falls among those. */
export function measuredText(objective: ObjectiveResult): string {
  const { unit, value, reason } = objective;
  const text = formatEstimate(unit, objective);
  if (value !== null || reason?.code !== 'NO_FINITE_VALUE') return text;
  return text.replace(UNKNOWN, INFINITE).replace(UNBOUNDED, INFINITE);
}

/** How many attempts stand against it, of how many; '' for means and rates. */
export function againstIt({ count, exceeded }: ObjectiveResult): string {
  if (count === null) return '';
  return exceeded === null ? `n ${formatCount(count)}` : `${formatCount(exceeded)} of ${formatCount(count)}`;
}

/** What a limit relative to a baseline came to. */
function limitLines({ baseline, limit, unit }: ObjectiveResult, ink: Ink): string[] {
  if (baseline === undefined) return [];
  const runs = baseline.runs === 1 ? '1 run' : `median of ${baseline.runs} runs`;
  return [
    ink.faint(
      ink.plain(`   limit ${formatIn(unit, limit)}: baseline ${formatIn(unit, baseline.value)} (${runs})`),
    ),
  ];
}

/** How many independent attempts it was judged by, where that is far fewer: asked for, or of consequence. */
function inflationLines({ status, count, inflation }: ObjectiveResult, ink: Ink): string[] {
  if (count === null || inflation < TELLING_INFLATION) return [];
  if (!ink.verbose && status !== 'inconclusive') return [];
  const counts = `n counts as ${formatCount(Math.floor(count / inflation))}`;
  const why = 'neighbours in time are alike';
  return [ink.faint(`   ${counts}: ${why} (inflation ${formatNumber(inflation)})`)];
}

function reasonLines({ reason }: ObjectiveResult, ink: Ink): string[] {
  if (reason === null) return [];
  const inner = inset(ink);
  return hanging(inner, '   ', reasonText(ink, reason)).map((line) => ink.faint(line));
}
