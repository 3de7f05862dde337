/**
 * Reads the rows behind `${data.column}`: CSV, TSV, JSON Lines or a JSON array. A row that does not fit is an
 * error with its line, never a guess: traffic made from shifted columns would measure something else.
 */
import { CsvError, type Info, parse as parseCsv } from 'csv-parse/sync';

import { UsageError } from '../../core/errors.ts';
import type { DataSet } from '../plan.ts';
import { hasHeaderFault } from './escape.ts';
import { type JsonValue, readJson } from './json-text.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_EXAMPLES = 5;
const CSV_HINT =
  'the first line names the columns; a cell with a comma, quote or line break is put in double quotes';
const JSON_HINT = 'each row is one object of texts, numbers, booleans or nulls, all with the same keys';

/** Where a row stands, and its cells by column. */
interface Row {
  readonly where: string;
  readonly cells: ReadonlyMap<string, string>;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function checkColumns(where: string, columns: readonly string[], hint: string): void {
  const seen = new Set<string>();
  for (const [index, column] of columns.entries()) {
    if (column === '' || column.includes('}') || /[\r\n]/.test(column)) {
      throw new UsageError(`${where}: column ${index + 1} has no usable name`, { hint });
    }
    if (seen.has(column)) {
      throw new UsageError(`${where}: the column "${column}" is there twice`, { hint });
    }
    seen.add(column);
  }
}

interface CsvLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/** @param lines read before the fault: an open quote swallows the rest of the file, but begins behind them */
function csvFailure(file: string, error: unknown, lines: readonly CsvLine[]): unknown {
  if (!(error instanceof CsvError)) {
    return error;
  }
  const told: unknown = error['lines'];
  const line = error.code === 'CSV_QUOTE_NOT_CLOSED' ? (lines.at(-1)?.line ?? 0) + 1 : told;
  const where = typeof line === 'number' ? `${file}:${line}` : file;
  return new UsageError(`${where}: ${error.message.split(/,? (?:on|at) line /)[0]}`, {
    hint: CSV_HINT,
    cause: error,
  });
}

function csvLines(file: string, text: string, delimiter: string): CsvLine[] {
  const lines: CsvLine[] = [];
  try {
    parseCsv(text, {
      bom: true,
      delimiter,
      relaxColumnCount: true,
      skipEmptyLines: true,
      onRecord: (cells: string[], { lines: line }: Info): null => {
        lines.push({ line, cells });
        return null;
      },
    });
  } catch (error) {
    throw csvFailure(file, error, lines);
  }
  return lines;
}

function parseSeparated(file: string, text: string, delimiter: string): DataSet {
  const [header, ...records] = csvLines(file, text, delimiter);
  if (header === undefined) {
    throw emptyFile(file);
  }
  const columns = header.cells.map((cell) => cell.trim());
  const where = `${file}:${header.line}`;
  if (columns.every((column) => /^[-+]?\d+([.]\d+)?$/.test(column))) {
    throw new UsageError(`${where}: the header is missing: the first line holds numbers`, { hint: CSV_HINT });
  }
  checkColumns(where, columns, CSV_HINT);
  for (const { line, cells } of records) {
    if (cells.length !== columns.length) {
      const found = plural(cells.length, 'cell');
      throw new UsageError(`${file}:${line}: ${found}, but there are ${plural(columns.length, 'column')}`, {
        hint: CSV_HINT,
      });
    }
  }
  return withRows(
    file,
    columns,
    records.map(({ cells }) => cells),
  );
}

function emptyFile(file: string): UsageError {
  return new UsageError(`${file}: the file is empty`, { hint: CSV_HINT });
}

function withRows(file: string, columns: readonly string[], rows: readonly (readonly string[])[]): DataSet {
  if (rows.length === 0) {
    throw new UsageError(`${file}: there are columns but no rows`, { hint: 'give at least one row of data' });
  }
  return { columns, rows };
}

function cellText(where: string, key: string, value: JsonValue): string {
  if (typeof value === 'object' && value !== null) {
    throw new UsageError(`${where}: "${key}" holds a nested value`, { hint: JSON_HINT });
  }
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new UsageError(`${where}: the number "${key}" is too large to be kept exactly`, {
      hint: 'write it as a text, in double quotes',
    });
  }
  return value === null ? '' : String(value);
}

function rowOf(where: string, value: JsonValue): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${where}: a row must be an object`, { hint: JSON_HINT });
  }
  const cells = Object.entries(value).map(([key, cell]) => [key, cellText(where, key, cell)] as const);
  return { where, cells: new Map(cells) };
}

/** @param line of a text that has only one; null for a text of several */
function readValue(file: string, line: number | null, text: string): JsonValue {
  const reading = readJson(text);
  if (!reading.ok) {
    const found = line ?? (reading.offset === null ? null : lineAt(text, reading.offset));
    const where = found === null ? file : `${file}:${found}`;
    throw new UsageError(`${where}: ${reading.problem}`, { hint: JSON_HINT });
  }
  return reading.value;
}

function inOrder(columns: readonly string[], { where, cells }: Row): string[] {
  const extra = [...cells.keys()].find((key) => !columns.includes(key));
  if (extra !== undefined) {
    throw new UsageError(`${where}: "${extra}" is not a key of the first row`, { hint: JSON_HINT });
  }
  return columns.map((column) => {
    const cell = cells.get(column);
    if (cell === undefined) {
      throw new UsageError(`${where}: "${column}" is missing`, { hint: JSON_HINT });
    }
    return cell;
  });
}

function fromRows(file: string, rows: readonly Row[]): DataSet {
  const [first] = rows;
  if (first === undefined) {
    throw new UsageError(`${file}: there are no rows`, { hint: JSON_HINT });
  }
  const columns = [...first.cells.keys()];
  if (columns.length === 0) {
    throw new UsageError(`${first.where}: the row has no keys, so there are no columns`, { hint: JSON_HINT });
  }
  checkColumns(first.where, columns, JSON_HINT);
  return {
    columns,
    rows: rows.map((row) => inOrder(columns, row)),
  };
}

function parseJsonLines(file: string, text: string): DataSet {
  const rows: Row[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() !== '') {
      const where = `${file}:${index + 1}`;
      rows.push(rowOf(where, readValue(file, index + 1, line)));
    }
  }
  return fromRows(file, rows);
}

function parseJsonArray(file: string, text: string): DataSet {
  const value = readValue(file, null, text);
  if (!Array.isArray(value)) {
    throw new UsageError(`${file}: the file must hold an array of objects`, { hint: JSON_HINT });
  }
  return fromRows(
    file,
    value.map((row, index) => rowOf(`${file}, row ${index + 1}`, row)),
  );
}

function checkText(file: string, text: string): void {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw new UsageError(`${file}: the file is larger than 64 MB`, {
      hint: 'rows are drawn at random and kept in memory: a sample of the file will do',
    });
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    throw new UsageError(`${file}:${lineAt(text, nul)}: there is a NUL character: this is not a text file`, {
      hint: 'save the file as UTF-8',
    });
  }
  if (text.trim() === '' || text === '\uFEFF') {
    throw emptyFile(file);
  }
}

/**
 * Rows of a data file; its format is told by the name: .csv, .tsv, .jsonl or .ndjson, .json (an array). Empty
 * lines are skipped. In JSON a number becomes its shortest text, null becomes an empty cell.
 *
 * @param file name for messages and format  @throws UsageError with the line and a remedy
 */
export function parseData(file: string, text: string): DataSet {
  checkText(file, text);
  const extension = /\.([^./\\]*)$/.exec(file)?.[1]?.toLowerCase() ?? '';
  switch (extension) {
    case 'csv':
      return parseSeparated(file, text, ',');
    case 'tsv':
      return parseSeparated(file, text, '\t');
    case 'jsonl':
    case 'ndjson':
      return parseJsonLines(file, text.replace(/^\uFEFF/, ''));
    case 'json':
      return parseJsonArray(file, text.replace(/^\uFEFF/, ''));
    default:
      throw new UsageError(`${file}: the format of the data is not known by its name`, {
        hint: 'data files end in .csv, .tsv, .jsonl, .ndjson or .json',
      });
  }
}

/**
 * Rows (0-based, at most 5) whose cell in the column cannot be a header value: it holds a control character such
 * as CR, LF or NUL, or a character beyond Latin-1. Empty when all fit, or when there is no such column.
 */
export function cellsUnfitForHeaders(data: DataSet, column: string): readonly number[] {
  const at = data.columns.indexOf(column);
  const unfit: number[] = [];
  for (const [index, row] of data.rows.entries()) {
    if (hasHeaderFault(row[at] ?? '') && unfit.push(index) === MAX_EXAMPLES) {
      break;
    }
  }
  return unfit;
}
