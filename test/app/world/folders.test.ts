/** Folders that are made on real file systems, and those that cannot be. */

import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { systemFiles } from '../../../src/app/world/files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-folders-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

test('all that are missing are made, for the user alone; those that are there stay as they are', () => {
  const files = systemFiles(folder);
  files.makeFolder('a/b/c');
  files.makeFolder('a/b/c');
  files.makeFolder('.');
  expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'a/b/c')).mode & 0o777).toBe(0o700);
});

test('a file or a link to nothing in the way is refused', () => {
  const files = systemFiles(folder);
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  expect(() => files.makeFolder('file')).toThrow(/EEXIST/);
  expect(() => files.makeFolder('file/below')).toThrow(/ENOTDIR|EEXIST/);
  expect(() => files.makeFolder('link')).toThrow(/EEXIST/);
});

test.skipIf(!existsSync('/proc/self'))('where nobody can make one, that is said at once', () => {
  expect(() => systemFiles('/').makeFolder('/proc/headroom/state')).toThrow(/EPERM|EACCES|EROFS/);
});
