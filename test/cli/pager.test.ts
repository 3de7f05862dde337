import { describe, expect, test } from 'vitest';
import { testNotifiers } from '../../src/cli/commands/pager.ts';
import { runProgram } from '../../src/cli/program.ts';
import { openSession, Vault } from '../../src/cli/session.ts';
import type { PostRequest } from '../../src/notify/channel.ts';
import type { NotifierSettings } from '../../src/plan/canary/notifier.ts';
import { fakeFiles, fakeWorld } from '../app/fake-world.ts';
import { jumpingClock } from '../app/notify/queue.ts';
import { planWith } from '../app/sample-plan.ts';

const PLAN = 'version: 1\ntargets:\n  - url: http://127.0.0.1:8080/\n';
const facts = { least: 'ticket' } as const;
const NOTIFY: readonly NotifierSettings[] = [
  { ...facts, name: 'oncall', kind: 'pagerduty', routingKey: '${env:KEY}', url: null },
  { ...facts, name: 'team', kind: 'slack', url: 'https://chat.example/services/T0P/S3CRET' },
];

async function pagerTest(
  values: Readonly<Record<string, unknown>>,
  { status = 202, notify = NOTIFY }: { status?: number; notify?: readonly NotifierSettings[] } = {},
) {
  const requests: PostRequest[] = [];
  const world = fakeWorld({
    clock: jumpingClock(),
    post: (request) => {
      requests.push(request);
      return Promise.resolve({
        status,
        headers: {},
        body: `got ${request.url} ${request.body}`,
        isCut: false,
      });
    },
  });
  const session = openSession({ world, args: [], vault: new Vault() }, { values, operands: [] });
  const secrets = { 'env:KEY': 'R0uting-key' };
  const outcome = await testNotifiers(session, { plan: planWith({ notify }), secrets, check: 'shop' });
  return { outcome, requests, out: world.stdout.text(), err: world.stderr.text() };
}

describe('headroom pager test', () => {
  test('asks every notifier, nobody else, and shows no secret', async () => {
    const { outcome, requests, out, err } = await pagerTest({});
    expect(outcome).toEqual({ code: 0, undelivered: false });
    expect(requests.map(({ url }) => new URL(url).host).toSorted()).toEqual([
      'chat.example',
      'chat.example',
      'events.pagerduty.com',
      'events.pagerduty.com',
    ]);
    expect(requests.every(({ body }) => body?.includes('[TEST] '))).toBe(true);
    expect(out).toMatch(/^SOUND {2}2 notifiers answered\n/);
    expect(out + err).not.toMatch(/R0uting-key|T0P|S3CRET/);
    expect(err).toBe('headroom: telling oncall, team; the alert stands for 15s, Ctrl-C ends it\n');
  });

  test('says when the alert is over too soon to call anybody', async () => {
    const { err } = await pagerTest({ hold: '0' });
    expect(err).toBe(
      'headroom: telling oncall, team\n' +
        'headroom: an alert that is over within 15s may be accepted here and still call nobody\n',
    );
  });

  test.each([
    ['soon', /^--hold: .+/],
    ['2h', /^--hold: an hour is the longest$/],
  ])('lets no alert stand for %s', async (hold, message) => {
    await expect(pagerTest({ hold })).rejects.toThrow(message);
  });

  test('asks each peer of a cluster by itself: one that is silent is no sound', async () => {
    const cluster = {
      ...facts,
      name: 'am',
      kind: 'alertmanager',
      urls: ['http://am-1:9093', 'http://am-2:9093'],
      labels: {},
    } as const;
    const { out } = await pagerTest({ hold: '0', only: ['am'] }, { notify: [cluster] });
    expect(out).toMatch(/^SOUND {2}2 notifiers answered\n/);
    expect(out).toMatch(/am, peer 1 of 2[^]*am, peer 2 of 2/);
  });

  test('asks only those that are named', async () => {
    const { requests } = await pagerTest({ only: ['team'] });
    expect(requests.map(({ url }) => new URL(url).host)).toEqual(['chat.example', 'chat.example']);
  });

  test('fails when one does not take it, in JSON too', async () => {
    const { outcome, out } = await pagerTest({ json: true }, { status: 400 });
    expect(outcome.code).toBe(1);
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({
      schema: 'headroom.pager-test/1',
      exitCode: 1,
      channels: [
        { name: 'oncall', works: false, steps: [{ status: 'refused' }, { status: 'refused' }] },
        { name: 'team', works: false },
      ],
    });
    expect(out).not.toMatch(/R0uting-key|T0P|S3CRET/);
  });

  test('knows no notifier of another name', async () => {
    await expect(pagerTest({ only: ['nobody'] })).rejects.toThrow('the plan has no notifier "nobody"');
  });

  test('needs a notifier, and shows how one is written', async () => {
    const world = fakeWorld({ files: fakeFiles({ 'plan.yaml': PLAN }) });
    expect(await runProgram(['pager', 'test', 'plan.yaml'], world)).toBe(2);
    expect(world.stderr.text()).toMatch(/the plan names no notifier\n {2}hint: .*notify: \[\{ slack:/);
  });

  test('takes a plan and no URL', async () => {
    const world = fakeWorld();
    expect(await runProgram(['pager', 'test', 'http://localhost/'], world)).toBe(2);
    expect(world.stderr.text()).toContain('a URL names no notifier');
  });

  test('is found in the help', async () => {
    const world = fakeWorld();
    expect(await runProgram(['pager', 'test', '--help'], world)).toBe(0);
    expect(world.stdout.text()).toMatch(/--only <name>/);
  });
});

describe('headroom pager drill', () => {
  test.each([
    [['--fault', 'explode'], "argument 'explode' is invalid"],
    [['--every', '1s'], '--every 1s is too short for the example system'],
    [['--within', 'soon'], '--within is no duration: soon'],
    [['--target-control', 'http://127.0.0.1:9'], '--target-control needs the plan'],
    [['--expect', 'sad'], "argument 'sad' is invalid"],
  ])('%j is a usage error, before anything is started', async (flags, message) => {
    const world = fakeWorld();
    expect(await runProgram(['pager', 'drill', ...flags], world)).toBe(2);
    expect(world.stderr.text()).toContain(message);
  });
});
