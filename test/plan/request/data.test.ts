import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { DataSet } from '../../../src/plan/plan.ts';
import { cellsUnfitForHeaders, parseData } from '../../../src/plan/request/data.ts';

function failureOf(file: string, text: string): { message: string; hint: string | null } {
  try {
    parseData(file, text);
  } catch (error) {
    if (error instanceof UsageError) {
      return { message: error.message, hint: error.hint };
    }
    throw error;
  }
  throw new Error('the data was accepted');
}

describe('parseData', () => {
  test.each<{ why: string; file: string; text: string; rows: string[][] }>([
    {
      why: 'plain',
      file: 'a.csv',
      text: 'id,name\n1,ann\n2,bob\n',
      rows: [
        ['1', 'ann'],
        ['2', 'bob'],
      ],
    },
    { why: 'no newline at the end', file: 'a.csv', text: 'id,name\n1,ann', rows: [['1', 'ann']] },
    {
      why: 'byte order mark and CRLF',
      file: 'a.csv',
      text: '\uFEFFid,name\r\n1,ann\r\n',
      rows: [['1', 'ann']],
    },
    { why: 'quotes', file: 'a.csv', text: 'id,name\n1,"a, ""b"""\n', rows: [['1', 'a, "b"']] },
    { why: 'a line break in a cell', file: 'a.csv', text: 'id,name\n1,"a\r\nb"\n', rows: [['1', 'a\r\nb']] },
    { why: 'an empty cell, spaces kept', file: 'a.csv', text: 'id,name\n, x \n', rows: [['', ' x ']] },
    { why: 'empty lines', file: 'a.csv', text: 'id,name\n\n1,ann\n\n', rows: [['1', 'ann']] },
    { why: 'spaces around column names', file: 'a.CSV', text: ' id , name \n1,ann\n', rows: [['1', 'ann']] },
    { why: 'tabs', file: 'dir.x/a.tsv', text: 'id\tname\n1\ta,b\n', rows: [['1', 'a,b']] },
    {
      why: 'JSON Lines with keys in another order',
      file: 'a.jsonl',
      text: '\uFEFF{"id":1,"name":"ann"}\r\n\n{"name":null,"id":true}\n',
      rows: [
        ['1', 'ann'],
        ['true', ''],
      ],
    },
    { why: 'a NUL by escape', file: 'a.ndjson', text: '{"id":1.50,"name":"\\u0000"}', rows: [['1.5', '\0']] },
    { why: 'a JSON array', file: 'a.json', text: '[{"id":-1e3,"name":"é"}]', rows: [['-1000', 'é']] },
  ])('reads $file: $why', ({ file, text, rows }) => {
    expect(parseData(file, text)).toEqual({ columns: ['id', 'name'], rows });
  });

  test('takes a column called like a property of every object for what it is', () => {
    expect(parseData('a.jsonl', '{"__proto__":"x","constructor":"y"}')).toEqual({
      columns: ['__proto__', 'constructor'],
      rows: [['x', 'y']],
    });
  });

  test.each([
    { file: 'a.csv', text: 'id,name\n1,a\n2\n', message: 'a.csv:3: 1 cell, but there are 2 columns' },
    { file: 'a.csv', text: 'id\n1\n2,3\n', message: 'a.csv:3: 2 cells, but there are 1 column' },
    { file: 'a.csv', text: 'id,name\n1,"a\n\n', message: 'a.csv:2: Quote Not Closed' },
    { file: 'a.csv', text: 'id,name\n1,a"b\n', message: 'a.csv:2: Invalid Opening Quote' },
    { file: 'a.csv', text: 'id,name\n1,"a"b\n', message: 'a.csv:2: Invalid Closing Quote' },
    { file: 'a.csv', text: 'id,id\n1,2\n', message: 'a.csv:1: the column "id" is there twice' },
    { file: 'a.csv', text: 'id,,x\n1,2,3\n', message: 'a.csv:1: column 2 has no usable name' },
    { file: 'a.csv', text: 'id,a}b\n1,2\n', message: 'a.csv:1: column 2 has no usable name' },
    {
      file: 'a.csv',
      text: '1,2.5\n3,4\n',
      message: 'a.csv:1: the header is missing: the first line holds numbers',
    },
    { file: 'a.csv', text: 'id,name\n', message: 'a.csv: there are columns but no rows' },
    { file: 'a.csv', text: '', message: 'a.csv: the file is empty' },
    { file: 'a.csv', text: '\uFEFF \r\n', message: 'a.csv: the file is empty' },
    {
      file: 'a.csv',
      text: 'id\n1\n\0\n',
      message: 'a.csv:3: there is a NUL character: this is not a text file',
    },
    { file: 'a.jsonl', text: '{"a":1}\n{"a":', message: 'a.jsonl:2: not JSON' },
    { file: 'a.jsonl', text: '{"a":1}\n\n[1]', message: 'a.jsonl:3: a row must be an object' },
    { file: 'a.jsonl', text: 'null', message: 'a.jsonl:1: a row must be an object' },
    {
      file: 'a.jsonl',
      text: '{"a":1}\n{"a":1,"b":2}',
      message: 'a.jsonl:2: "b" is not a key of the first row',
    },
    { file: 'a.jsonl', text: '{"a":1,"b":2}\n{"a":1}', message: 'a.jsonl:2: "b" is missing' },
    { file: 'a.jsonl', text: '{"a":{"b":1}}', message: 'a.jsonl:1: "a" holds a nested value' },
    { file: 'a.jsonl', text: '{"a":1,"a":2}', message: 'a.jsonl:1: a key is given twice in one object' },
    {
      file: 'a.jsonl',
      text: '{"id":12345678901234567890}',
      message: 'a.jsonl:1: the number "id" is too large to be kept exactly',
    },
    { file: 'a.jsonl', text: '{}', message: 'a.jsonl:1: the row has no keys, so there are no columns' },
    { file: 'a.json', text: '{"a":1}', message: 'a.json: the file must hold an array of objects' },
    { file: 'a.json', text: '[\n{"a":1},\n{"a" 1}]', message: 'a.json:3: not JSON' },
    { file: 'a.json', text: '[<]', message: 'a.json: not JSON' },
    { file: 'a.json', text: '[{"a":1},{"a":[]}]', message: 'a.json, row 2: "a" holds a nested value' },
    { file: 'a.json', text: '[]', message: 'a.json: there are no rows' },
    { file: 'a.txt', text: 'id\n1\n', message: 'a.txt: the format of the data is not known by its name' },
    { file: 'csv', text: 'id\n1\n', message: 'csv: the format of the data is not known by its name' },
  ])('refuses $text of $file with its place and a remedy', ({ file, text, message }) => {
    const failure = failureOf(file, text);
    expect(failure.message).toContain(message);
    expect(failure.hint).not.toBeNull();
  });

  test('refuses more than 64 MB, counted in bytes', () => {
    const half = 'é'.repeat(32 * 1024 * 1024);
    expect(failureOf('a.csv', `id\n${half}\n`).message).toBe('a.csv: the file is larger than 64 MB');
  });
});

describe('cellsUnfitForHeaders', () => {
  const data: DataSet = {
    columns: ['id', 'token'],
    rows: [
      ['1', 'plain'],
      ['2', 'line\nbreak'],
      ['3', 'tab\tand é'],
      ['4', 'carriage\rreturn'],
      ['5', 'nul\0'],
      ['6', '日本'],
      ['7', '\x7f'],
      ['8', '\x1b[31m'],
      ['9', '\n'],
    ],
  };

  test('names the first five rows that a header could not carry', () => {
    expect(cellsUnfitForHeaders(data, 'token')).toEqual([1, 3, 4, 5, 6]);
  });

  test('is empty for a column that fits, and for one that is not there', () => {
    expect(cellsUnfitForHeaders(data, 'id')).toEqual([]);
    expect(cellsUnfitForHeaders(data, 'nothing')).toEqual([]);
  });
});
