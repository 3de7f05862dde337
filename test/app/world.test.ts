import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemWorld } from '../../src/app/world.ts';

let folder: string;
const { files } = systemWorld();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-world-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('writing a file', () => {
  test('replaces it whole and leaves nothing beside it', () => {
    const path = join(folder, 'report.json');
    writeFileSync(path, 'old');
    files.checkWritable(path);
    expect(readFileSync(path, 'utf8')).toBe('old');
    files.write(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  test('gives it the mode asked for', () => {
    files.write(join(folder, 'state'), 'x', 0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o600);
  });

  test('adds to the end of one that may not be there yet, and renames', () => {
    const path = join(folder, 'summary');
    files.append(path, 'one ');
    files.append(path, 'two');
    files.rename(path, join(folder, 'moved'));
    expect(readFileSync(join(folder, 'moved'), 'utf8')).toBe('one two');
  });

  test('goes through a symbolic link', () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    files.write(join(folder, 'link'), 'new');
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
  });

  test('writes to a device as it is', () => {
    files.checkWritable('/dev/null');
    files.write('/dev/null', 'x');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('leaves a device its name', () => {
    const path = join(folder, 'device');
    symlinkSync('/dev/null', path);
    files.rename(path, `${path}.1`);
    expect(statSync(path).isCharacterDevice()).toBe(true);
    expect(existsSync(`${path}.1`)).toBe(false);
  });

  test.runIf(existsSync('/dev/full'))('says when the disk is full', () => {
    expect(() => files.write('/dev/full', 'x')).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
  });

  test.each([
    ['whose folder is missing', 'no/such/file', 'ENOENT'],
    ['that is a folder', 'sub', 'EISDIR'],
  ])('is refused beforehand for a path %s', (_, path, code) => {
    mkdirSync(join(folder, 'sub'));
    expect(() => files.checkWritable(join(folder, path))).toThrow(expect.objectContaining({ code }));
    expect(readdirSync(folder)).toEqual(['sub']);
  });
});

describe('reading a file', () => {
  test('gives its bytes', () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
    writeFileSync(join(folder, 'data'), bytes);
    expect(new Uint8Array(files.read(join(folder, 'data'), 200_000))).toEqual(bytes);
  });

  test.each([
    ['beyond the limit', 'data', 'EFBIG'],
    ['that is missing', 'nothing', 'ENOENT'],
    ['that is a folder', '.', 'EISDIR'],
  ])('fails for one %s', (_, path, code) => {
    writeFileSync(join(folder, 'data'), 'x'.repeat(100));
    expect(() => files.read(join(folder, path), 99)).toThrow(expect.objectContaining({ code }));
  });

  test('that never ends stops at the limit', () => {
    expect(() => files.read('/dev/zero', 1_000_000)).toThrow(expect.objectContaining({ code: 'EFBIG' }));
  });
});

test('a state folder is for the user alone', () => {
  files.makeFolder(join(folder, 'a/b'));
  expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700);
  files.makeFolder(join(folder, 'a/b'));
});

test('the machine, names and version are those of this process', async () => {
  const world = systemWorld();
  expect(world.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(world.machine.cpuCount).toBeGreaterThan(0);
  expect(world.machine.addresses).toContain('127.0.0.1');
  expect(await world.lookup('127.0.0.1')).toEqual(['127.0.0.1']);
  expect(world.newId()).not.toBe(world.newId());
});
