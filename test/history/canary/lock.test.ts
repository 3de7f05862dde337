import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CheckLock, holdCheck, lockFile } from '../../../src/history/canary/lock.ts';
import { emptyFolder } from '../folder.ts';

/** What a check may be called. */
const NAME = fc.oneof(
  fc.string(),
  fc.constantFrom('..', '/', 'a/../../b', 'a\0b', 'é', '日本', ' ', '-', 'A', 'a', 'x'.repeat(5000)),
);

function held(path: string): CheckLock {
  const lock = holdCheck(path);
  if (lock === 'held') throw new Error('another has it');
  return lock;
}

describe('a lock', () => {
  test('is held by one until that lets it go, and leaves an empty file', () => {
    const folder = emptyFolder();
    const path = join(folder, 'check.lock');
    const lock = held(path);
    expect(holdCheck(path)).toBe('held');
    expect(holdCheck(path)).toBe('held');
    lock.release();
    lock.release();
    held(path).release();
    expect(readdirSync(folder)).toEqual(['check.lock']);
  });

  test('of one check does not matter to another', () => {
    const folder = emptyFolder();
    const locks = ['shop', 'search'].map((check) => holdCheck(join(folder, lockFile(check))));
    expect(locks).not.toContain('held');
    for (const lock of locks) if (lock !== 'held') lock.release();
  });

  test.each([
    ['where no folder is', '/nowhere/at/all/check.lock', 'read-only'],
    ['on a file that is something else', '', 'corrupt'],
  ])('%s cannot be taken, which is said', (_, given, trouble) => {
    const path = given === '' ? join(emptyFolder(), 'check.lock') : given;
    if (given === '') writeFileSync(path, 'this is a text\n'.repeat(100));
    expect(() => holdCheck(path)).toThrow(expect.objectContaining({ name: 'HistoryError', trouble }));
  });
});

describe('the name of a lock file', () => {
  test('says which check it is of', () => {
    expect(lockFile('Shop: GET /cart')).toMatch(/^canary-shop-get-cart-[\da-f]{12}\.lock$/);
  });

  test('is a name in its folder whatever the check is called, and its own', () => {
    expect(lockFile('../../etc/passwd')).toMatch(/^canary-etc-passwd-[\da-f]{12}\.lock$/);
    expect(lockFile('')).toMatch(/^canary-[\da-f]{12}\.lock$/);
    fc.assert(
      fc.property(NAME, NAME, (one, other) => {
        expect(lockFile(one)).toMatch(/^canary-([\da-z-]{1,40}-)?[\da-f]{12}\.lock$/);
        expect(lockFile(one) === lockFile(other)).toBe(one === other);
      }),
    );
  });
});
