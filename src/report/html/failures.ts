/** Errors: over time, by status, and by cause with examples of each. */

import type { ResultDocument } from '../../result/document.ts';
import { element, shown } from '../chart/markup.ts';
import { errorFigures } from '../figure/errors.ts';
import { formatCount, formatEstimate } from '../format.ts';
import { traceMarkup } from '../server/page.ts';
import { exampleGroups } from '../terminal/failures.ts';
import { card, figures, moodText, section } from './section.ts';
import { type Cell, tableMarkup } from './table.ts';

/** The section of the errors. */
export function failuresMarkup(result: ResultDocument): string {
  const { totals } = result;
  const ratio = formatEstimate('ratio', totals.errorRatio);
  const beside = totals.failed === 0 ? `none; ${ratio}` : `${formatCount(totals.failed)} failed; ${ratio}`;
  return section(
    { id: 'errors', title: 'Errors', beside },
    figures(errorFigures(result), card(statusTable(result), 'Answers by status')),
    card(causeTable(result), 'Causes, with examples'),
  );
}

function statusTable({ totals }: ResultDocument): string {
  const all = Object.values(totals.byStatus).reduce((sum, count) => sum + count, 0);
  return tableMarkup({
    head: ['status', 'answers', 'share'],
    aligns: 'lrr',
    rows: Object.entries(totals.byStatus).map(([status, count]): Cell[] => [
      Number(status) >= 400 ? moodText('bad', status) : status,
      formatCount(count),
      formatEstimate('ratio', { value: count / Math.max(1, all), low: null, high: null }),
    ]),
  });
}

/** Every cause that was counted, the most frequent first, whether or not examples of it were kept. */
function causeTable({ totals, failures, trace }: ResultDocument): string {
  const url = trace?.url ?? null;
  const causes = Object.entries(totals.byCause).sort(([, a], [, b]) => b - a);
  return tableMarkup({
    head: ['count', 'cause', 'examples: when, which target, what was seen'],
    aligns: 'rlw',
    rows: causes.map(([cause, count]): Cell[] => {
      const groups = exampleGroups(failures.find((failure) => failure.cause === cause));
      const examples = groups
        .map(({ text, traceIds }) => shown(text, 1000) + tracesMarkup(traceIds, url))
        .join('<br>');
      return [formatCount(count), moodText('bad', cause), { markup: element('span', {}, examples) }];
    }),
  });
}

/** On a line of their own, under what they are examples of. */
function tracesMarkup(traceIds: readonly string[], url: string | null): string {
  if (traceIds.length === 0) return '';
  return element('small', {}, `<br>traces${traceIds.map((id) => traceMarkup(id, url)).join('')}`);
}
