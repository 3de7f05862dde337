import { describe, expect, test } from 'vitest';
import { ciServiceOf, rootOf } from '../../../src/app/ci/service.ts';
import { UsageError } from '../../../src/core/errors.ts';

describe('--ci', () => {
  test.each<[string, Record<string, string>, string]>([
    ['GitHub', { GITHUB_ACTIONS: 'true' }, 'github'],
    ['GitLab', { GITLAB_CI: 'true' }, 'gitlab'],
    ['Jenkins by its address', { JENKINS_URL: 'http://ci/' }, 'jenkins'],
    ['Jenkins without an address', { BUILD_ID: '7', JENKINS_HOME: '/var/jenkins' }, 'jenkins'],
    ['another server that counts builds', { BUILD_ID: '7' }, 'none'],
    ['a terminal', {}, 'none'],
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

test('each service says what paths are relative to', () => {
  expect(rootOf('github', { GITHUB_WORKSPACE: '/w' })).toBe('/w');
  expect(rootOf('gitlab', { CI_PROJECT_DIR: '/p' })).toBe('/p');
  expect(rootOf('jenkins', { WORKSPACE: '' })).toBeNull();
  expect(rootOf('none', { WORKSPACE: '/w' })).toBeNull();
});
