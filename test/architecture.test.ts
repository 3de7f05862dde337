/** The shape of the source tree: who imports whom, how large things may be, and what they may be called. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Cruise, cruise } from './support/cruise.ts';

const MAX_FILES_PER_FOLDER = 12;
const MAX_LINES_PER_FILE = 300;
const BANNED_NAMES = /^(utils?|helpers?|common|shared|misc|lib|managers?|types|base|impl)$/;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path}`)
  .sort();
const folders = [...new Set(files.map((file) => dirname(file)))];

describe('the import rule', () => {
  let result: Cruise = { modules: [], violations: [], rules: [] };
  beforeAll(() => {
    result = cruise('.');
  }, 60_000);

  test('is checked for every source file', () => {
    const cruised = result.modules.filter((module) => module.startsWith('src/')).sort();
    expect(files.length).toBeGreaterThan(0);
    expect(cruised).toEqual(files);
  });

  test('is kept', () => {
    expect(result.violations.map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`)).toEqual([]);
  });

  test('gives a reason for each of its rules', () => {
    for (const { name, comment } of result.rules) expect(comment, name).toMatch(/^.{30,}\.$/);
  });

  test('knows every room', () => {
    const known = result.rules.map(({ name }) => name.replace(/-imports$/, ''));
    const rooms = [
      ...new Set(files.map((file) => file.split('/')[1] ?? '').filter((name) => !name.endsWith('.ts'))),
    ];
    expect(rooms.filter((room) => !known.includes(room))).toEqual([]);
  });
});

describe('the source tree', () => {
  test('has one file outside the rooms: the library entry', () => {
    expect(files.filter((file) => dirname(file) === 'src')).toEqual(['src/index.ts']);
  });

  test('nests sub-rooms one level deep at most', () => {
    expect(folders.filter((folder) => folder.split('/').length > 3)).toEqual([]);
  });

  test('keeps each room and sub-room small enough to read as a list', () => {
    const crowded = folders
      .map((folder) => ({ folder, count: files.filter((file) => dirname(file) === folder).length }))
      .filter(({ count }) => count > MAX_FILES_PER_FOLDER);
    expect(crowded).toEqual([]);
  });

  test('keeps each file short', () => {
    const long = files
      .map((file) => ({ file, lines: readFileSync(file, 'utf8').trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > MAX_LINES_PER_FILE);
    expect(long).toEqual([]);
  });

  test('names files and folders after what they hold, in kebab-case', () => {
    const parts = [...new Set(files.flatMap((file) => file.split('/').slice(1)))].map((part) =>
      basename(part, '.ts'),
    );
    expect(
      parts.filter((part) => BANNED_NAMES.test(part) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(part)),
    ).toEqual([]);
  });
});
