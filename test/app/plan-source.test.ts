import { describe, expect, test } from 'vitest';
import { findPlan, planReads, readPlanFile } from '../../src/app/plan-source.ts';
import { UsageError } from '../../src/core/errors.ts';
import { fakeFiles, fakeWorld } from './fake-world.ts';

describe('the plan file is the nearest one upwards', () => {
  test.each<readonly [files: readonly string[], found: string | null]>([
    [['/work-place/headroom.yaml', '/headroom.yaml'], 'headroom.yaml'],
    [['/work-place/headroom.json', '/work-place/headroom.yml'], 'headroom.yml'],
    [['/headroom.yml'], '../headroom.yml'],
    [['/work-place/sub/headroom.yaml', '/work-place/plan.yaml'], null],
  ])('of %j', (files, found) => {
    const contents = Object.fromEntries(files.map((path) => [path, '']));
    expect(findPlan(fakeWorld({ files: fakeFiles(contents) }))).toBe(found);
  });
});

describe('a plan file', () => {
  const world = fakeWorld({
    files: fakeFiles({ 'p.yaml': 'version: 1', '-': 'typed', big: 'x'.repeat(1_048_577) }),
  });

  test('is read whole, or from standard input', () => {
    expect(readPlanFile('p.yaml', world)).toEqual({ file: 'p.yaml', text: 'version: 1' });
    expect(readPlanFile('-', world)).toEqual({ file: 'standard input', text: 'typed' });
  });

  test.each([
    ['nothing.yaml', /no such file/],
    ['big', /too large/],
  ])('%s is refused in words', (path, message) => {
    expect(() => readPlanFile(path, world)).toThrow(UsageError);
    expect(() => readPlanFile(path, world)).toThrow(message);
  });
});

test('paths in a plan are relative to it, those in flags to the working directory', () => {
  const files = fakeFiles({ 'plans/data.csv': 'from plan', 'data.csv': 'from flag', '/abs': 'absolute' });
  const reads = planReads(fakeWorld({ files, env: { TOKEN: 't' } }));
  expect(reads.readText('data.csv', 'plans/headroom.yaml')).toBe('from plan');
  expect(reads.readText('data.csv', null)).toBe('from flag');
  expect(reads.readText('/abs', 'plans/headroom.yaml')).toBe('absolute');
  expect(reads.env('TOKEN')).toBe('t');
  expect(reads.env('OTHER')).toBeUndefined();
});
