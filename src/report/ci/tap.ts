/**
 * TAP 14 (testanything.org): one test point per case, with a YAML block that says what was seen. What could not be
 * judged is `not ok` with `status: inconclusive`: TAP has no third outcome, and a bail-out would hide the other points.
 */

import { safeText } from '../../core/text.ts';
import type { ResultDocument } from '../../result/document.ts';
import { type Case, casesOf } from './cases.ts';
import { headlineOf } from './headline.ts';

/** The report. */
export function renderTap(result: ResultDocument): string {
  const cases = casesOf(result);
  const { word, sentence } = headlineOf(result);
  return [
    'TAP version 14',
    `# ${description(`headroom ${result.command}: ${word}: ${sentence}`)}`,
    `1..${cases.length}`,
    ...cases.flatMap((each, index) => [pointLine(each, index + 1), ...diagnosticLines(each, result)]),
    '',
  ].join('\n');
}

function pointLine({ status, classname, name, message }: Case, number: number): string {
  const ok = status === 'pass' || status === 'skipped' ? 'ok' : 'not ok';
  const directive = status === 'skipped' ? ` # SKIP ${description(message)}` : '';
  return `${ok} ${number} - ${description(`${classname} > ${name}`)}${directive}`;
}

/** A description may hold neither a line break nor a `#` that would begin a directive. */
function description(text: string): string {
  return safeText(text).replaceAll(/[\\#]/g, String.raw`\$&`).trim();
}

function diagnosticLines(
  { status, message, details, line, column, suite }: Case,
  result: ResultDocument,
): string[] {
  if (status === 'skipped') return [];
  const place =
    line === null || result.planFile === null
      ? []
      : [`  at: { file: ${quoted(result.planFile)}, line: ${line}, column: ${column ?? 1} }`];
  return [
    '  ---',
    `  status: ${status}`,
    `  suite: ${suite}`,
    `  message: ${quoted(message)}`,
    ...place,
    ...(details.length === 0 ? [] : ['  details:', ...details.map((each) => `    - ${quoted(each)}`)]),
    '  ...',
  ];
}

/** JSON's strings are YAML's double-quoted ones. */
function quoted(text: string): string {
  return JSON.stringify(safeText(text));
}
