import { describe, expect, test } from 'vitest';
import {
  destinationsOf,
  type OutputWish,
  publish,
  publishReport,
  publishResult,
} from '../../src/app/publish.ts';
import { UsageError } from '../../src/core/errors.ts';
import { decodeResult } from '../../src/result/decode.ts';
import { sampleResult } from '../support/sample-result.ts';
import { fakeFiles, fakeWorld } from './fake-world.ts';

const WISH: OutputWish = { json: false, format: undefined, files: [], color: null, verbose: false };

describe('formats', () => {
  test.each<readonly [wish: Partial<OutputWish>, stdout: string, files: readonly string[]]>([
    [{}, 'text', []],
    [{ json: true }, 'json', []],
    [{ format: 'json' }, 'json', []],
    [{ files: ['a.json', 'b.txt', 'c', '-'] }, 'text', ['json', 'text', 'text']],
    [{ files: ['c.log', 'd.txt'], format: 'json' }, 'json', ['json', 'text']],
    [{ files: ['a.html', 'b.HTM'] }, 'text', ['html', 'html']],
    [{ json: true, format: 'text', files: ['c'] }, 'json', ['text']],
    [
      { files: ['a.xml', 'a.md', 'a.tap', 'a.csv', 'a.hlog', 'a.prom'] },
      'text',
      ['junit', 'markdown', 'tap', 'csv', 'hlog', 'prometheus'],
    ],
    [{ files: ['a.json'], reports: ['junit-strict=a.xml', 'tap=-'] }, 'tap', ['json', 'junit-strict']],
  ])('of %j', (wish, stdout, files) => {
    const found = destinationsOf({ ...WISH, ...wish }, fakeWorld());
    expect(found.stdout).toBe(stdout);
    expect(found.files.map(({ format }) => format)).toEqual(files);
  });

  test('that a file name promises and nobody writes are refused, unless the format is said', () => {
    const files = ['a/report.YAML'];
    expect(() => destinationsOf({ ...WISH, files }, fakeWorld())).toThrow(
      'there is no report in the format of a/report.YAML',
    );
    expect(destinationsOf({ ...WISH, files, format: 'json' }, fakeWorld()).files).toMatchObject([
      { format: 'json' },
    ]);
  });

  test('that nobody knows are refused', () => {
    expect(() => destinationsOf({ ...WISH, format: 'pdf' }, fakeWorld())).toThrow(UsageError);
  });
});

test.each<readonly [wish: Partial<OutputWish>, message: string]>([
  [{ reports: ['junit=/readonly/a.xml'] }, 'cannot write /readonly/a.xml'],
  [{ reports: ['tap=a'], files: ['a'] }, 'two reports go to a'],
  [{ reports: ['tap=a', 'html=./a'] }, 'two reports go to ./a'],
  [{ reports: ['tap=-'], format: 'json' }, 'standard output has room for one report'],
  [{ subject: 'other', format: 'junit' }, 'this command has no report in the format junit'],
  [{ subject: 'other', files: ['a.csv'] }, 'this command has no report in the format csv'],
])('%j is refused before anything is written', (wish, message) => {
  const world = fakeWorld();
  expect(() => destinationsOf({ ...WISH, ...wish }, world)).toThrow(message);
  expect(world.files.contents.size).toBe(0);
});

test('a file that cannot be written is refused before the run', () => {
  const refuse = (): unknown => destinationsOf({ ...WISH, files: ['/readonly/a.json'] }, fakeWorld());
  expect(refuse).toThrow(UsageError);
  expect(refuse).toThrow('cannot write /readonly/a.json: the file system is read-only');
});

test('a result goes to the terminal and to every file, each in its format', async () => {
  const world = fakeWorld();
  const destinations = destinationsOf({ ...WISH, files: ['out.json', 'out.txt'] }, world);
  expect(await publishResult(sampleResult(), destinations, world)).toEqual([]);
  expect(decodeResult(world.files.contents.get('out.json') ?? '', 'out.json')).toEqual(sampleResult());
  expect(world.files.contents.get('out.txt')).toContain('errors < 1%');
  expect(world.stdout.text()).toContain('errors < 1%');
});

test('one file that fails hides neither the others nor standard output', async () => {
  const files = fakeFiles();
  const world = fakeWorld({ files });
  const destinations = {
    stdout: 'text' as const,
    files: [
      { path: '/readonly/a', format: 'text' as const },
      { path: 'b', format: 'json' as const },
    ],
    color: null,
    verbose: false,
  };
  const failures = await publish(destinations, world, (format) => `as ${format}`);
  expect(failures.map(({ message }) => message)).toEqual([
    'cannot write /readonly/a: the file system is read-only',
  ]);
  expect(files.contents.get('b')).toBe('as json');
  expect(world.stdout.text()).toBe('as text');
});

test('other reports are published the same way', async () => {
  const world = fakeWorld();
  const report = {
    schema: 'headroom.doctor/1' as const,
    tool: { name: 'headroom' as const, version: '0.1.0', node: 'v20' },
    checks: [{ name: 'processors', value: '4', judgement: 'ok' as const, remedy: null }],
    exitCode: 0,
  };
  await publishReport(report, destinationsOf({ ...WISH, files: ['d.json'] }, world), world);
  expect(JSON.parse(world.files.contents.get('d.json') ?? '')).toEqual(report);
  expect(world.stdout.text()).toContain('processors');
});
