import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderCsv } from '../../../src/report/data/csv.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { nastyText } from '../../support/hostile-text.ts';
import { sampleResult } from '../../support/sample-result.ts';

/** Strict: quotes where RFC 4180 wants them, CRLF, and the same number of cells in each row. */
function read(csv: string): string[][] {
  return parse(csv, { record_delimiter: '\r\n', relax_quotes: false, relax_column_count: false });
}

describe('the series as CSV', () => {
  test('has a row per window, and every number as it is in the document', () => {
    const result = sampleResult();
    const [head = [], ...rows] = read(renderCsv(result));
    expect(rows).toHaveLength(result.series.length);
    const column = (name: string): string[] => rows.map((row) => row[head.indexOf(name)] ?? 'no such column');
    expect(column('sent')).toEqual(result.series.map(({ sent }) => String(sent)));
    expect(column('p99_ms')).toEqual(result.series.map(({ p99Ms }) => (p99Ms === null ? '' : String(p99Ms))));
    expect(column('lag_max_ms')).toEqual(result.series.map(({ lagMaxMs }) => String(lagMaxMs ?? '')));
    expect(column('at')[1]).toBe('2026-11-22T10:00:01.000Z');
    const resets = column('cause_reset').reduce((sum, cell) => sum + Number(cell), 0);
    expect(resets).toBe(result.totals.byCause['reset']);
    const unavailable = column('status_503').reduce((sum, cell) => sum + Number(cell), 0);
    expect(unavailable).toBe(result.totals.byStatus['503']);
  });

  test('has a head alone where nothing was sent', () => {
    expect(read(renderCsv({ ...sampleResult(), series: [] }))).toHaveLength(1);
  });

  test('holds no formula and stays a table, whatever the keys are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(nastyText, { minLength: 1, maxLength: 8 }), (keys) => {
        const sample = sampleResult();
        const planted: ResultDocument = {
          ...sample,
          series: sample.series.map((window) => ({
            ...window,
            sent: -1,
            byCause: Object.fromEntries(keys.map((key) => [key, 1])),
          })),
        };
        const [head = [], ...rows] = read(renderCsv(planted));
        expect(rows).toHaveLength(sample.series.length);
        for (const cell of head) expect(cell).not.toMatch(/^[=+\-@]|[\p{Cc}]/u);
        // A negative number is a number, and no formula.
        for (const row of rows) expect(row[head.indexOf('sent')]).toBe('-1');
      }),
      { numRuns: 100 },
    );
  });

  test('puts an apostrophe before text that a spreadsheet would run', () => {
    const csv = renderCsv({ ...sampleResult(), startedAt: 'no date', series: [] });
    expect(csv).toMatch(/^at,window_ms,from_ms,/);
  });
});
