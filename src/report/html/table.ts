/** Tables of a page, legible without a style sheet; on a narrow screen they scroll, or stack up where running text must wrap. */

import { element, shown } from '../chart/markup.ts';

/** Markup that is in order as it is, beside plain text that must be escaped. */
export interface Markup {
  readonly markup: string;
}

export type Cell = string | Markup;

export interface PageTable {
  readonly head: readonly string[];
  /** `l`, `r`, or `w` for running text that wraps, per column. */
  readonly aligns: string;
  readonly rows: readonly (readonly Cell[])[];
  /** What it is called by those who do not see the heading above it. */
  readonly name?: string;
}

/** With more columns less room is left between them. */
const DENSE = 12;

/** The table; '' without rows. */
export function tableMarkup({ head, aligns, rows, name }: PageTable): string {
  if (rows.length === 0) return '';
  // A name that wraps in front of numbers is still a row to be compared with the next.
  const isStack = aligns.lastIndexOf('w') > 0;
  const look = ['data', ...(isStack ? ['stack'] : []), ...(aligns.length > DENSE ? ['dense'] : [])].join(' ');
  const cell = (name: 'th' | 'td') => (content: Cell, index: number) => {
    const align = aligns[index] ?? 'l';
    const attributes = {
      align: align === 'r' ? 'right' : 'left',
      valign: 'top',
      class: align === 'w' ? 'wrap' : null,
      nowrap: align === 'w' ? null : '',
      scope: name === 'th' ? 'col' : null,
      'data-name': name === 'td' && isStack && head[index] !== '' ? head[index] : null,
    };
    return element(name, attributes, markupOf(content));
  };
  const hasHead = head.some((text) => text !== '');
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {
        class: look,
        'aria-label': name,
        border: '0',
        cellpadding: '4',
        cellspacing: '0',
      },
      ...(hasHead ? [element('thead', {}, element('tr', {}, ...head.map(cell('th'))))] : []),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell('td'))))),
    ),
  );
}

/** Names with texts beside them. */
export function entriesMarkup(entries: readonly (readonly [name: string, text: Cell])[]): string {
  const rows = entries.map(([name, text]): Cell[] => [{ markup: element('b', {}, shown(name)) }, text]);
  return tableMarkup({ head: [], aligns: 'lw', rows });
}

function markupOf(cell: Cell): string {
  return typeof cell === 'string' ? shown(cell) : cell.markup;
}
