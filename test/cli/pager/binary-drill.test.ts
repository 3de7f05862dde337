/** Drills of the pager, as users hold them. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { startDemo } from '../../../src/demo/topology.ts';
import type { DrillReport } from '../../../src/report/pager/drill.ts';
import { headroom, serve, start } from '../binary.ts';

/** What ends with a test. */
type Scene = Pick<TestContext, 'onTestFinished'>;

function folder({ onTestFinished }: Scene): string {
  const path = mkdtempSync(join(tmpdir(), 'headroom-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A plan that looks at a replica, told through a webhook. @param notify who else is told */
function planFile(
  scene: Scene,
  {
    url,
    hook,
    notify = [],
  }: { readonly url: string; readonly hook: string; readonly notify?: readonly object[] },
): string {
  const path = join(folder(scene), 'plan.json');
  const plan = {
    version: 1,
    base: url,
    targets: [{ name: 'followers', get: '/followers?user=42', timeout: '600ms' }],
    canary: { check: 'shop', every: '2s', rate: '20/s', for: '500ms', fail: '1 of 1', recover: 1 },
    notify: [{ name: 'hook', webhook: { url: hook } }, ...notify],
  };
  writeFileSync(path, JSON.stringify(plan));
  return path;
}

/** A replica to break, and a receiver of what is told of it. */
async function staged(
  scene: Scene,
  listener: RequestListener,
): Promise<{ readonly url: string; readonly controlUrl: string; readonly hook: string }> {
  const demo = await startDemo({ replicas: 1, workers: 2, meanServiceMs: 5 });
  scene.onTestFinished(() => demo.stop());
  const hook = await serve(listener);
  scene.onTestFinished(() => hook.close());
  return { url: demo.replicaUrls[0] ?? '', controlUrl: demo.controlUrl, hook: hook.url };
}

/** The faults that are in force. */
async function faultsOf(controlUrl: string): Promise<unknown> {
  return (await fetch(`${controlUrl}/control/faults`)).json();
}

/** Takes whatever comes, and keeps it. */
function keeping(told: string[]): RequestListener {
  return (request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      told.push(body);
      response.end('{}');
    });
  };
}

/** Side by side: what a drill does most is wait. */
describe.concurrent('headroom pager drill', { timeout: 90_000 }, () => {
  test('breaks a service of ours through its control, tells whom the plan names, and asks who heard it', async (scene) => {
    const told: string[] = [];
    const { url, controlUrl, hook } = await staged(scene, keeping(told));
    const asked: string[] = [];
    const pager = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(told.length > 0 ? 200 : 404).end();
    });
    scene.onTestFinished(() => pager.close());
    const pings: string[] = [];
    const watcher = await serve((request, response) => {
      pings.push(new URL(request.url ?? '', 'http://h').pathname);
      response.end('OK');
    });
    scene.onTestFinished(() => watcher.close());
    const state = folder(scene);
    const plan = planFile(scene, { url, hook, notify: [{ healthchecks: `${watcher.url}ping/key` }] });
    const args = ['pager', 'drill', plan, '--fault', 'close', '--json', '-q'];
    const { code, out } = await headroom(
      [...args, '--target-control', controlUrl, '--ack-url', `${pager.url}acknowledged`],
      { env: { XDG_STATE_HOME: state } },
    );
    const report: DrillReport = JSON.parse(out);
    expect([code, report.verdict.status]).toEqual([0, 'pass']);
    expect(report).toMatchObject({ check: 'drill/shop', fault: 'close', named: 'offline' });
    expect(report.acknowledgedMs).toBeGreaterThan(0);
    expect(report.channels).toMatchObject([{ channel: 'hook', acceptedMs: expect.any(Number) }]);
    expect(told).toHaveLength(2);
    expect(
      told.every((body) => body.includes('headroom/drill/shop') && !body.includes('headroom/shop')),
    ).toBe(true);
    expect(asked[0]).toBe('/acknowledged?dedup_key=headroom%2Fdrill%2Fshop');
    // It neither alarms nor calms those who watch that the canary runs.
    expect(new Set(pings)).toEqual(new Set(['/ping/key/log']));
    // Its runs are no past of the check's own, and the service is as it was.
    expect(readdirSync(state)).toEqual([]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await faultsOf(controlUrl)).toEqual({ faults: [] });
  });

  test('without a sound in time it fails, and says so', async (scene) => {
    const { url, controlUrl, hook } = await staged(scene, (_, response) => response.writeHead(400).end('no'));
    const plan = planFile(scene, { url, hook });
    const args = ['pager', 'drill', plan, '--fault', 'wrong', '--target-control', controlUrl];
    const { code, out } = await headroom([...args, '--within', '3s', '-q']);
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL {2}No channel accepted an alert within 3s of the fault/);
  });

  test('whoever acknowledges before anything is broken hears nothing: nothing is run', async (scene) => {
    const asked: string[] = [];
    const page = await serve((request, response) => {
      asked.push(request.method ?? '');
      response.end('{}');
    });
    scene.onTestFinished(() => page.close());
    const plan = planFile(scene, { url: page.url, hook: page.url });
    const args = ['pager', 'drill', plan, '--target-control', page.url, '--ack-url', page.url];
    const { code, err } = await headroom(args);
    expect(code).toBe(2);
    expect(err).toContain('--ack-url says that somebody acknowledged, before anything was broken');
    expect(asked).toEqual(['GET']);
  });

  test('a stop signal mends the service first', async (scene) => {
    const { url, controlUrl, hook } = await staged(scene, keeping([]));
    const plan = planFile(scene, { url, hook });
    const args = ['pager', 'drill', plan, '--fault', 'slow-some', '--target-control', controlUrl];
    const started = start(args);
    await expect.poll(() => faultsOf(controlUrl), { timeout: 60_000 }).not.toEqual({ faults: [] });
    started.process.kill('SIGINT');
    expect((await started.ended).code).toBe(130);
    expect(await faultsOf(controlUrl)).toEqual({ faults: [] });
  });

  test('a stop signal ends the alert that it told: nobody else will', async (scene) => {
    const told: string[] = [];
    const { url, controlUrl, hook } = await staged(scene, keeping(told));
    const silent = await serve((_request, response) => response.writeHead(404).end());
    scene.onTestFinished(() => silent.close());
    const plan = planFile(scene, { url, hook });
    const args = ['pager', 'drill', plan, '--fault', 'close', '--target-control', controlUrl];
    const started = start([...args, '--ack-url', silent.url]);
    await expect.poll(() => told.length, { timeout: 60_000 }).toBe(1);
    started.process.kill('SIGINT');
    const { code, err } = await started.ended;
    expect(code).toBe(130);
    const events: { action: string; dedupKey: string }[] = told.map((body) => JSON.parse(body));
    expect(events.map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    expect(events[1]?.dedupKey).toBe(events[0]?.dedupKey);
    expect(err).toContain('hook was told that the alert headroom/drill/shop is over');
  });
});
