/** When a run was, and at which commit, in few characters. */

import type { GitFacts } from '../../result/document.ts';
import { UNKNOWN } from '../format.ts';

/** Characters of a commit that are shown. */
const COMMIT_LENGTH = 7;

/** `2026-11-28 18:03`, of an ISO 8601 time in UTC; what is no such time as it is. */
export function whenText(startedAt: string): string {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(startedAt);
  return found === null ? UNKNOWN : `${found[1]} ${found[2]}`;
}

/** `a1b2c3d`, with `+` for uncommitted changes; a dash without a commit. */
export function commitText(git: GitFacts | null): string {
  return git === null ? UNKNOWN : `${git.commit.slice(0, COMMIT_LENGTH)}${git.dirty === true ? '+' : ''}`;
}
