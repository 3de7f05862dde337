/**
 * GitHub Actions' workflow commands: annotations that point at the objective's line in the plan. The runner reads
 * them from what a step prints, and shows ten of a kind per step at most; the rest is lost without a word.
 */

import { safeText } from '../../core/text.ts';
import type { ResultDocument } from '../../result/document.ts';
import { plural } from '../format.ts';
import { type Case, casesOf, worstFirst } from './cases.ts';
import { headlineOf } from './headline.ts';

/** Of each kind; the tenth says how many more there are. */
const MAX_SHOWN = 9;

type Kind = 'error' | 'warning' | 'notice';

/** One annotation; texts are not escaped. */
interface Annotation {
  readonly title: string;
  readonly message: string;
  readonly file?: string | null;
  readonly line?: number | null;
  readonly column?: number | null;
}

/** A breach is an error, what could not be judged a warning, and a pass one notice with the verdict. */
export function renderGithub(result: ResultDocument): string {
  const worst = worstFirst(casesOf(result));
  const { word, sentence } = headlineOf(result);
  const lines = [
    ...annotations('error', worst.filter(({ status }) => status === 'fail'), result),
    ...annotations('warning', worst.filter(({ status }) => status === 'inconclusive'), result),
    ...(worst.length > 0 ? [] : [commandLine('notice', { title: `headroom: ${word}`, message: sentence })]),
  ];
  return `${lines.join('\n')}\n`;
}

function annotations(kind: Kind, cases: readonly Case[], result: ResultDocument): string[] {
  const shown = cases.length > MAX_SHOWN + 1 ? cases.slice(0, MAX_SHOWN) : cases;
  const more = cases.length - shown.length;
  return [
    ...shown.map((each) => commandLine(kind, annotationOf(each, result))),
    ...(more === 0
      ? []
      : [commandLine(kind, { title: 'headroom', message: `and ${plural(more, 'more case')}: see the summary` })]),
  ];
}

function annotationOf({ classname, name, message, line, column, status }: Case, result: ResultDocument): Annotation {
  const verdict = status === 'fail' ? 'breached' : 'not decided';
  return {
    title: `headroom: ${classname}: ${name}: ${verdict}`,
    message,
    file: result.planFile,
    line,
    column,
  };
}

/** `::error file=,line=,col=,title=::message`: one whole line; what is not known is left out. */
function commandLine(kind: Kind, { title, message, file, line, column }: Annotation): string {
  const given = { file: file ?? null, line: line ?? null, col: column ?? null, title };
  const properties = Object.entries(given)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}=${escapeProperty(safeText(String(value)))}`);
  return `::${kind} ${properties.join(',')}::${escapeData(safeText(message, { maxLength: 2000 }))}`;
}

/** The value of a workflow command, as the runner's toolkit escapes it: per cent first. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The value of a property, which also ends at a colon or a comma. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
