import { expect, test } from 'vitest';
import { gitFacts } from '../../../src/app/history/git.ts';
import { fakeWorld } from '../fake-world.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';

const answering = (output: string, code: number | null = 0): Parameters<typeof gitFacts>[0] => ({
  env: {},
  processes: { ...fakeWorld().processes, run: () => Promise.resolve({ code, output }) },
});

test.each([
  [`# branch.oid ${SHA}\n# branch.head main\n`, { commit: SHA, branch: 'main', dirty: false }],
  [
    `# branch.oid ${SHA}\n# branch.head main\n1 .M N... 100644 a b c file\n`,
    { commit: SHA, branch: 'main', dirty: true },
  ],
  [`# branch.oid ${SHA}\n# branch.head (detached)\n`, { commit: SHA, branch: null, dirty: false }],
  [`# branch.oid ${SHA}\n# branch.head ma\u001bin\n`, { commit: SHA, branch: 'ma\\x1bin', dirty: false }],
  ['# branch.oid (initial)\n# branch.head main\n', null],
  ['', null],
])('git that says %j means %j', async (output, facts) => {
  expect(await gitFacts(answering(output))).toEqual(facts);
});

test.each([
  [{ GITHUB_SHA: SHA, GITHUB_REF_NAME: 'fix' }, 'fix'],
  [{ CI_COMMIT_SHA: SHA, CI_COMMIT_REF_NAME: 'fix' }, 'fix'],
  [{ GIT_COMMIT: SHA, GIT_BRANCH: 'origin/fix' }, 'origin/fix'],
  [{ GITHUB_SHA: SHA }, null],
])('without git the environment %j of a CI service tells', async (env, branch) => {
  expect(await gitFacts({ ...answering('', 128), env })).toEqual({ commit: SHA, branch, dirty: null });
});

test('what is no commit is none', async () => {
  expect(await gitFacts({ ...answering('', null), env: { GITHUB_SHA: 'main; rm -rf' } })).toBeNull();
});
