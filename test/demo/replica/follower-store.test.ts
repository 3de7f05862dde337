import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  FollowerStore,
  followerCount,
  followerPage,
  LARGEST_USER,
} from '../../../src/demo/replica/follower-store.ts';

function walk(user: number, limit: number): number[] {
  const followers: number[] = [];
  let cursor: string | undefined;
  do {
    const page = followerPage(user, cursor, limit);
    followers.push(...(page?.followers ?? [Number.NaN]));
    cursor = page?.next;
  } while (cursor !== undefined);
  return followers;
}

describe('followerPage', () => {
  test.each([
    [42, 20],
    [1, 1],
    [LARGEST_USER, 7],
    [271_828, 100],
  ])('the pages of user %d, %d at a time, hold every follower exactly once', (user, limit) => {
    const followers = walk(user, limit);
    expect(followers).toHaveLength(followerCount(user));
    expect(new Set(followers).size).toBe(followers.length);
    expect(followers.every((id) => Number.isSafeInteger(id) && id >= 0)).toBe(true);
  });

  test('the page size does not change the list', () => {
    expect(walk(42, 13)).toEqual(walk(42, 100));
  });

  test('a page that ends with the last follower has no next', () => {
    expect(followerPage(42, undefined, followerCount(42))).not.toHaveProperty('next');
    expect(followerPage(42, undefined, followerCount(42) - 1)).toHaveProperty('next');
  });

  test.each([
    '',
    'x',
    '!!!',
    'NDI6MA',
    Buffer.from('7:20').toString('base64url'),
    Buffer.from('42:9999').toString('base64url'),
  ])('the cursor %j is not one of user 42', (cursor) => {
    expect(followerPage(42, cursor, 20)).toBeUndefined();
  });
});

test('two stores on one file keep a row for each page and each recorded follower', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'followers.db');
  const stores = [new FollowerStore(path, 1), new FollowerStore(path, 2)];
  for (const store of stores) {
    store.copyPage({ user: 42, followers: [1, 2], next: 'abc' });
    store.copyPage({ user: 42, followers: [3] });
    store.recordFollower(7, '{"id":7,"name":"x"}');
  }
  for (const store of stores) store.close();
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  expect(database.prepare('SELECT replica, user, followers, next FROM pages ORDER BY id').all()).toEqual([
    { replica: 1, user: 42, followers: '[1,2]', next: 'abc' },
    { replica: 1, user: 42, followers: '[3]', next: null },
    { replica: 2, user: 42, followers: '[1,2]', next: 'abc' },
    { replica: 2, user: 42, followers: '[3]', next: null },
  ]);
  expect(database.prepare('SELECT replica, follower, body FROM recorded ORDER BY id').all()).toEqual([
    { replica: 1, follower: 7, body: '{"id":7,"name":"x"}' },
    { replica: 2, follower: 7, body: '{"id":7,"name":"x"}' },
  ]);
});
