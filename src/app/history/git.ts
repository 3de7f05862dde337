/** Where the working directory stands in version control: asked of git, else told by the CI service. */

import { safeText } from '../../core/text.ts';
import type { GitFacts } from '../../result/document.ts';
import type { World } from '../world.ts';

/** Longest that git may take, ms: a result does not wait for it. */
const TIMEOUT_MS = 2000;
const MAX_BYTES = 1_048_576;

/** Variables that hold a commit and a branch: GitHub Actions, GitLab CI, Jenkins. */
const CI_VARIABLES = [
  ['GITHUB_SHA', 'GITHUB_REF_NAME'],
  ['CI_COMMIT_SHA', 'CI_COMMIT_REF_NAME'],
  ['GIT_COMMIT', 'GIT_BRANCH'],
] as const;

/** The commit, or null when neither git nor the environment knows one. */
export async function gitFacts(world: Pick<World, 'processes' | 'env'>): Promise<GitFacts | null> {
  const argv = ['git', 'status', '--porcelain=v2', '--branch', '--untracked-files=no'] as const;
  const { code, output } = await world.processes.run([...argv], {
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  });
  return (code === 0 ? ofStatus(output) : null) ?? ofEnvironment(world.env);
}

/** Reads what git documents as porcelain format version 2. */
function ofStatus(output: string): GitFacts | null {
  const lines = output.split('\n');
  const header = (name: string): string | null =>
    lines.find((line) => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length) ?? null;
  const commit = header('oid');
  if (commit === null || !isCommit(commit)) return null;
  const head = header('head');
  const branch = head === null || head === '(detached)' ? null : safeText(head);
  return { commit, branch, dirty: lines.some((line) => line !== '' && !line.startsWith('#')) };
}

function ofEnvironment(env: World['env']): GitFacts | null {
  for (const [commitName, branchName] of CI_VARIABLES) {
    const commit = env[commitName];
    const branch = env[branchName];
    if (commit === undefined || !isCommit(commit)) continue;
    return { commit, branch: branch === undefined || branch === '' ? null : safeText(branch), dirty: null };
  }
  return null;
}

function isCommit(text: string): boolean {
  return /^[\da-f]{40,64}$/.test(text);
}
