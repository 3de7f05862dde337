/**
 * GitHub Actions' workflow commands: annotations that point at the objective's line in the plan. The runner reads
 * them from what a step prints, and shows ten of a kind per step at most; the rest is lost without a word.
 */

import type { ResultDocument } from '../../result/document.ts';
import { plural } from '../format.ts';
import { type Case, casesOf, worstFirst } from './cases.ts';
import { headlineOf } from './headline.ts';
import { workflowCommand } from './workflow-command.ts';

/** Of each kind; the tenth says how many more there are. */
export const MAX_SHOWN = 9;

/**
 * A breach is an error, what could not be judged a warning, and a pass one notice with the verdict. A breach of the
 * agreement is a warning where the verdict is none: it blocks nothing, and somebody should know.
 */
export function renderGithub(result: ResultDocument): string {
  const cases = casesOf(result);
  const worst = worstFirst(cases);
  const aside = cases.filter(({ isBreachAside }) => isBreachAside);
  const { word, sentence } = headlineOf(result);
  const lines = [
    ...annotations(
      'error',
      worst.filter(({ status }) => status === 'fail'),
      result,
    ),
    ...annotations('warning', [...aside, ...worst.filter(({ status }) => status === 'inconclusive')], result),
    ...(worst.length > 0 ? [] : [workflowCommand('notice', { title: `headroom: ${word}` }, sentence)]),
  ];
  return `${lines.join('\n')}\n`;
}

function annotations(
  command: 'error' | 'warning',
  cases: readonly Case[],
  { planFile }: ResultDocument,
): string[] {
  const shown = cases.length > MAX_SHOWN + 1 ? cases.slice(0, MAX_SHOWN) : cases;
  const lines = shown.map(({ classname, name, status, line, column, message }) => {
    const word = status === 'inconclusive' ? 'not decided' : 'breached';
    const title = `headroom: ${classname}: ${name}: ${word}`;
    // Without a line it would point at the first one, and a line without a file at nothing.
    const place = planFile === null || line === null ? {} : { file: planFile, line, col: column };
    return workflowCommand(command, { ...place, title }, message);
  });
  const more = cases.length - shown.length;
  if (more === 0) return lines;
  const rest = `and ${plural(more, 'more case')}: see the summary`;
  return [...lines, workflowCommand(command, { title: 'headroom' }, rest)];
}
