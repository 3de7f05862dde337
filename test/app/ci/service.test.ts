import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CiService, ciServiceOf, placedFile } from '../../../src/app/ci/service.ts';
import { systemFiles } from '../../../src/app/world/files.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { fakeFiles } from '../fake-world.ts';

describe('--ci', () => {
  test.each<[string, Record<string, string>, string]>([
    ['GitHub', { GITHUB_ACTIONS: 'true' }, 'github'],
    ['GitLab', { GITLAB_CI: 'true' }, 'gitlab'],
    ['Jenkins by its address', { JENKINS_URL: 'http://ci/' }, 'jenkins'],
    ['Jenkins without an address', { BUILD_ID: '7', JENKINS_HOME: '/var/jenkins' }, 'jenkins'],
    ['another server that counts builds', { BUILD_ID: '7' }, 'none'],
    ['a terminal', {}, 'none'],
    ['CircleCI, Buildkite and Bitbucket', { CI: 'true' }, 'other'],
    ['Azure Pipelines', { TF_BUILD: 'True' }, 'other'],
    ['TeamCity', { TEAMCITY_VERSION: '2026.1' }, 'other'],
    ['GitHub, which says CI as well', { CI: 'true', GITHUB_ACTIONS: 'true' }, 'github'],
    ['a CI that is switched off', { CI: 'false' }, 'none'],
    ['a switch that is off', { GITHUB_ACTIONS: 'false', GITLAB_CI: '' }, 'none'],
  ])('recognises %s', (_, env, service) => {
    expect(ciServiceOf('auto', env)).toBe(service);
    expect(ciServiceOf(true, env)).toBe(service);
    expect(ciServiceOf(undefined, env)).toBe('none');
  });

  test('is believed where it names a service', () => {
    expect(ciServiceOf('jenkins', { GITHUB_ACTIONS: 'true' })).toBe('jenkins');
    expect(ciServiceOf('none', { GITHUB_ACTIONS: 'true' })).toBe('none');
  });

  test('refuses what it does not know', () => {
    expect(() => ciServiceOf('gitlb', {})).toThrow(UsageError);
    expect(() => ciServiceOf('gitlb', {})).toThrow('--ci does not know "gitlb"');
  });
});

describe('a file, as each service names it', () => {
  const named = (service: CiService, env: Record<string, string>, path = 'a/p.yaml'): string | null =>
    placedFile(path, service, { files: fakeFiles({ 'a/p.yaml': '' }), env, cwd: '/w/sub' });

  test('is relative to what it checked out', () => {
    expect(named('github', { GITHUB_WORKSPACE: '/w' })).toBe('sub/a/p.yaml');
    expect(named('gitlab', { CI_PROJECT_DIR: '/w/sub' })).toBe('a/p.yaml');
  });

  test('is as it was where the service does not say where that is, and none where nothing is there', () => {
    expect(named('jenkins', { WORKSPACE: '' })).toBe('a/p.yaml');
    expect(named('other', { WORKSPACE: '/w' })).toBe('a/p.yaml');
    expect(named('github', { GITHUB_WORKSPACE: '/w' }, 'standard input')).toBeNull();
  });

  test('is found through a link to the folder', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'headroom-link-')));
    try {
      mkdirSync(join(folder, 'real/..load'), { recursive: true });
      writeFileSync(join(folder, 'real/..load/p.yaml'), '');
      symlinkSync(join(folder, 'real'), join(folder, 'link'));
      const cwd = join(folder, 'real/..load');
      const env = { GITHUB_WORKSPACE: join(folder, 'link') };
      expect(placedFile('p.yaml', 'github', { files: systemFiles(cwd), env, cwd })).toBe('..load/p.yaml');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
