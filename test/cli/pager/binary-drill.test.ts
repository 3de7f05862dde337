/** Drills of the pager, as users hold them. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startDemo } from '../../../src/demo/topology.ts';
import type { DrillReport } from '../../../src/report/pager/drill.ts';
import { headroom, serve, start } from '../binary.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'headroom-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A plan that looks at a replica, told through a webhook. @param notify who else is told */
function planFile(url: string, hook: string, notify: readonly object[] = []): string {
  const path = join(folder(), 'plan.json');
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

describe('headroom pager drill', () => {
  test('breaks a service of ours through its control, tells whom the plan names, and asks who heard it', async () => {
    const demo = await startDemo({ replicas: 1, workers: 2, meanServiceMs: 5 });
    onTestFinished(() => demo.stop());
    const told: string[] = [];
    const hook = await serve((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => {
        told.push(body);
        response.end('{}');
      });
    });
    onTestFinished(() => hook.close());
    const asked: string[] = [];
    const pager = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(told.length > 0 ? 200 : 404).end();
    });
    onTestFinished(() => pager.close());
    const state = folder();
    const { code, out } = await headroom(
      [
        'pager',
        'drill',
        planFile(demo.replicaUrls[0] ?? '', hook.url),
        '--fault',
        'close',
        '--json',
        '-q',
      ].concat(['--target-control', demo.controlUrl, '--ack-url', `${pager.url}acknowledged`]),
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
    // Its runs are no past of the check's own, and the service is as it was.
    expect(readdirSync(state)).toEqual([]);
    expect((await fetch(`${demo.replicaUrls[0]}/health`)).status).toBe(200);
    expect(await (await fetch(`${demo.controlUrl}/control/faults`)).json()).toEqual({ faults: [] });
  });

  test('without a sound in time it fails, and says so', async () => {
    const demo = await startDemo({ replicas: 1, workers: 2, meanServiceMs: 5 });
    onTestFinished(() => demo.stop());
    const refusing = await serve((_request, response) => response.writeHead(400).end('no'));
    onTestFinished(() => refusing.close());
    const plan = planFile(demo.replicaUrls[0] ?? '', refusing.url);
    const { code, out } = await headroom([
      'pager',
      'drill',
      plan,
      '--fault',
      'wrong',
      '--target-control',
      demo.controlUrl,
      '--within',
      '3s',
      '-q',
    ]);
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL {2}No channel accepted an alert within 3s of the fault/);
  });

  test('a stop signal mends the service first', async () => {
    const demo = await startDemo({ replicas: 1, workers: 2, meanServiceMs: 5 });
    onTestFinished(() => demo.stop());
    const hook = await serve((_request, response) => response.end('{}'));
    onTestFinished(() => hook.close());
    const plan = planFile(demo.replicaUrls[0] ?? '', hook.url);
    const faults = async (): Promise<unknown> => (await fetch(`${demo.controlUrl}/control/faults`)).json();
    const args = ['pager', 'drill', plan, '--fault', 'slow-some', '--target-control', demo.controlUrl];
    const started = start(args);
    await expect.poll(faults, { timeout: 15_000 }).not.toEqual({ faults: [] });
    started.process.kill('SIGINT');
    expect((await started.ended).code).toBe(130);
    expect(await faults()).toEqual({ faults: [] });
  });

  test('those who watch that the canary runs get log entries: a drill neither alarms nor calms them', async () => {
    const pings: string[] = [];
    const watcher = await serve((request, response) => {
      pings.push(new URL(request.url ?? '', 'http://h').pathname);
      response.end('OK');
    });
    onTestFinished(() => watcher.close());
    const demo = await startDemo({ replicas: 1, workers: 2, meanServiceMs: 5 });
    onTestFinished(() => demo.stop());
    const hook = await serve((_request, response) => response.end('{}'));
    onTestFinished(() => hook.close());
    const plan = planFile(demo.replicaUrls[0] ?? '', hook.url, [{ healthchecks: `${watcher.url}ping/key` }]);
    const args = ['pager', 'drill', plan, '--fault', 'close', '--target-control', demo.controlUrl, '-q'];
    expect(await headroom(args)).toMatchObject({ code: 0 });
    expect(new Set(pings)).toEqual(new Set(['/ping/key/log']));
  });

  test('a stop signal ends the alert that it told: nobody else will', async () => {
    const told: { action: string; dedupKey: string }[] = [];
    const hook = await serve((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => {
        told.push(JSON.parse(body));
        response.end('{}');
      });
    });
    onTestFinished(() => hook.close());
    const silent = await serve((_request, response) => response.writeHead(404).end());
    onTestFinished(() => silent.close());
    const demo = await startDemo({ replicas: 1, workers: 2, meanServiceMs: 5 });
    onTestFinished(() => demo.stop());
    const plan = planFile(demo.replicaUrls[0] ?? '', hook.url);
    const args = ['pager', 'drill', plan, '--fault', 'close', '--target-control', demo.controlUrl];
    const started = start([...args, '--ack-url', silent.url]);
    await expect.poll(() => told.length, { timeout: 20_000 }).toBe(1);
    started.process.kill('SIGINT');
    const { code, err } = await started.ended;
    expect(code).toBe(130);
    expect(told.map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    expect(told[1]?.dedupKey).toBe(told[0]?.dedupKey);
    expect(err).toContain('hook was told that the alert headroom/drill/shop is over');
  });

  test.each([
    [['--fault', 'explode'], "argument 'explode' is invalid"],
    [['--every', '1s'], '--every 1s is too short for the example system'],
    [['--within', 'soon'], '--within is no duration: soon'],
    [['--target-control', 'http://127.0.0.1:9'], '--target-control needs the plan'],
    [['--expect', 'sad'], "argument 'sad' is invalid"],
  ])('%j is a usage error', async (flags, message) => {
    const { code, err } = await headroom(['pager', 'drill', ...flags]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
