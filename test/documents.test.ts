/** What the documents say about the project is true: paths, rooms, codes and their own limits. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_TABLE } from '../src/cli/exit-codes.ts';

const MAX_MAP_LINES = 200;
const MAX_ADR_WORDS = 400;

const adrs = readdirSync('docs/adr').sort();
const documents = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  'docs/glossary.md',
  ...adrs.map((name) => `docs/adr/${name}`),
];

const read = (path: string): string => readFileSync(path, 'utf8');
const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

describe('every document', () => {
  test.each(documents)('%s links and names only what exists', (path) => {
    const links = matches(read(path), /\]\(([^)#:]+)\)/g).map((link) => join(dirname(path), link));
    const named = matches(read(path), /\b((?:src|test|bin|docs)\/[\w./-]*\.(?:ts|js|md))\b/g);
    expect([...links, ...named].filter((target) => !existsSync(target))).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  test('maps exactly the rooms that exist', () => {
    const rooms = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const mapped = matches(read('ARCHITECTURE.md'), /^\| ([a-z]+)\/ \|/gm);
    expect([...mapped].sort()).toEqual(rooms.map(({ name }) => name).sort());
  });

  test('can be read in one sitting together with the glossary', () => {
    const lines = ['ARCHITECTURE.md', 'docs/glossary.md'].map((path) => read(path).split('\n').length);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MAX_MAP_LINES);
  });
});

describe('README.md', () => {
  test('tells every exit code', () => {
    const codes = matches(read('README.md'), /^\| ([\d, ]+) \|/gm).flatMap((cell) =>
      cell.split(', ').map(Number),
    );
    expect(codes).toEqual(EXIT_TABLE.map(([code]) => code));
  });

  test('begins with the two commands', () => {
    expect(matches(read('README.md'), /^ {4}(npm [^#]*?) +#/gm)).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
    ]);
  });
});

describe('the decision records', () => {
  test('are numbered without a gap', () => {
    expect(adrs.map((name) => Number(name.slice(0, 3)))).toEqual(adrs.map((_, index) => index + 1));
  });

  test.each(adrs)('%s has the form and is short', (name) => {
    const text = read(`docs/adr/${name}`);
    expect(text.startsWith(`# ${name.slice(0, 3)} `)).toBe(true);
    expect(matches(text, /^## (.+)$/gm)).toEqual(['Context', 'Decision', 'Consequences', 'Cost of inaction']);
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(MAX_ADR_WORDS);
  });
});
