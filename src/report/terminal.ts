/** The result as people read it in a terminal: the verdict first, then what it rests on, most important first. */

import type { ResultDocument } from '../result/document.ts';
import type { ReportOptions } from './options.ts';
import { addressLines, targetLines } from './terminal/breakdown.ts';
import { noteLines, repeatLines, validityLines } from './terminal/closing.ts';
import { failureLines } from './terminal/failures.ts';
import { latencyLines } from './terminal/latency.ts';
import { textOf } from './terminal/layout.ts';
import { objectiveLines } from './terminal/objectives.ts';
import { seriesLines } from './terminal/series.ts';
import { trafficLines } from './terminal/traffic.ts';
import { verdictLines } from './terminal/verdict.ts';
import { createInk } from './terminal-ink.ts';

/** The terminal report; ends with a newline. */
export function renderResult(result: ResultDocument, options: ReportOptions): string {
  const ink = createInk(options);
  const promise = 'the looser promise to clients; not part of the verdict';
  const lines = [
    ...verdictLines(result, ink),
    ...objectiveLines({ title: 'Objectives', beside: '', objectives: result.objectives }, ink),
    ...objectiveLines({ title: 'Agreement', beside: promise, objectives: result.agreement }, ink),
    ...trafficLines(result, ink),
    ...latencyLines(result, ink),
    ...seriesLines(result, ink),
    ...failureLines(result, ink),
    ...targetLines(result, ink),
    ...addressLines(result, ink),
    ...validityLines(result, ink),
    ...noteLines(result, ink),
    ...repeatLines(result, ink),
  ];
  return textOf(lines);
}
