import { expect, test } from 'vitest';
import { checkPlan } from '../../src/app/check-plan.ts';
import { CANARY } from '../../src/plan/canary/settings.ts';
import { parseObjective } from '../../src/plan/objective.ts';
import { fakeWorld } from './fake-world.ts';
import { atRate, planWith, target } from './sample-plan.ts';

const world = fakeWorld({ names: { 'public.test': ['93.184.216.34'] } });

test('a dry run says what would be sent and what can be judged', async () => {
  const objectives = [parseObjective('errors < 1%'), parseObjective('p99.9 < 1s')];
  const plan = planWith({ load: atRate(100), objectives, objectivesDefaulted: false });
  const report = await checkPlan({ plan, secrets: {}, owned: false }, world);
  expect(report).toMatchObject({
    schema: 'headroom.check/1',
    seed: 1,
    load: { kind: 'open', requests: 1000, durationMs: 10_000, peakPerSecond: 100, users: null },
    targets: [{ name: 'home', method: 'GET', url: 'http://127.0.0.1:8080/', share: 1 }],
    hosts: [{ host: '127.0.0.1', addresses: ['127.0.0.1'], guard: 'passes' }],
    refusal: null,
    exitCode: 0,
  });
  expect(report.objectives.map(({ text, judgeable }) => [text, judgeable])).toEqual([
    ['errors < 1%', true],
    ['p99.9 < 1s', false],
  ]);
  expect(report.objectives[1]?.line).toMatch(/needs at least/);
});

test.each<readonly [url: string, owned: boolean, guard: string, exitCode: number]>([
  ['http://public.test/', false, 'stops', 2],
  ['http://public.test/', true, 'passes', 0],
  ['http://unknown.test/', false, 'unresolved', 0],
])('%s, owned %s: the guard %s', async (url, owned, guard, exitCode) => {
  const plan = planWith({ load: atRate(100), targets: [target(url)] });
  const report = await checkPlan({ plan, secrets: {}, owned }, world);
  expect(report.hosts[0]?.guard).toBe(guard);
  expect(report.exitCode).toBe(exitCode);
  expect(report.refusal === null).toBe(exitCode === 0);
});

test('secrets are shown neither in URLs nor in hosts', async () => {
  const plan = planWith({ targets: [target('http://${env:HOST}/?key=${env:KEY}')] });
  const secrets = { 'env:HOST': 'secret-host.test', 'env:KEY': 'hunter22' };
  const text = JSON.stringify(await checkPlan({ plan, secrets, owned: false }, world));
  expect(text).not.toContain('secret-host');
  expect(text).not.toContain('hunter22');
});

test('a canary and who is told are shown by name and kind, and nothing of where', async () => {
  const hook = 'https://hooks.slack.com/services/hunter22';
  const plan = {
    ...planWith({}),
    canary: { ...CANARY, check: 'shop' },
    notify: [{ kind: 'slack', name: 'night', least: 'page', url: hook } as const],
  };
  const report = await checkPlan({ plan, secrets: {}, owned: false }, world);
  expect(report.canary).toEqual({
    check: 'shop',
    everyMs: 60_000,
    ratePerSecond: 4,
    durationMs: 5000,
    fail: '3 of 5',
  });
  expect(report.notify).toEqual([{ name: 'night', kind: 'slack', least: 'page' }]);
  expect(JSON.stringify(report)).not.toContain('hunter22');
});
