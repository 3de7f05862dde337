/** Tables without lines: columns aligned by two blanks, as wide as what is in them. */

import CliTable from 'cli-table3';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
};

export interface TableOptions {
  /** One letter per column: `l` or `r`. */
  readonly aligns: string;
  /** Blanks between columns; 2 unless told. */
  readonly gap?: number;
}

/**
 * Lines of a table. Cells must be plain text or painted plain text; a newline inside a cell makes its row two lines
 * high. Missing cells at the end of a row are blank.
 */
export function tableLines(
  rows: readonly (readonly string[])[],
  { aligns, gap = 2 }: TableOptions,
): string[] {
  if (rows.length === 0) return [];
  const table = new CliTable({
    chars: { ...NO_LINES, middle: ' '.repeat(gap) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: [...aligns].map((letter) => (letter === 'r' ? 'right' : 'left')),
  });
  for (const row of rows) table.push([...aligns].map((_, column) => row[column] ?? ''));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
