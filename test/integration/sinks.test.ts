/** Runs that bring their measurements to sinks: what arrives is what was measured, and what does not arrive changes nothing. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uncompress } from 'snappyjs';
import { afterEach, describe, expect, test } from 'vitest';
import { measure } from '../../src/app/measure.ts';
import { guestWorld } from '../../src/app/world.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { EmitSettings } from '../../src/plan/emit/emit-settings.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import { readDatagram, type StatsdItem } from '../support/dogstatsd-grammar.ts';
import { answers, end, freePorts } from '../support/prometheus-chain.ts';
import { parsePrometheus } from '../support/prometheus-text.ts';
import { requires } from '../support/requires.ts';
import {
  failingTarget,
  pushReceiver,
  serve,
  spanReceiver,
  type Target,
  udpReceiver,
  unixReceiver,
} from '../support/sinks.ts';
import { decodeSpan, type ReceivedSpan } from '../support/ssf.ts';
import { openLoad, planFor } from '../support/traffic.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

function kept<Place extends { stop(): Promise<void> }>(place: Place): Place {
  open.push(place);
  return place;
}

const DOGSTATSD = { kind: 'dogstatsd', prefix: 'headroom', tags: ['team:payments'] } as const;
const SSF = { kind: 'ssf', service: 'checkout', tags: [] } as const;
const PUSH = { headers: [], tags: [] } as const;

interface RunSettings {
  readonly emit?: readonly EmitSettings[];
  readonly ratePerSecond?: number;
  readonly durationMs?: number;
  readonly said?: string[];
}

/** A run against the target, on this very event loop. */
async function runOn(
  target: Target,
  { emit, ratePerSecond = 200, durationMs = 1500, said = [] }: RunSettings,
): Promise<{ readonly result: ResultDocument; readonly tookMs: number }> {
  const load = openLoad(ratePerSecond, durationMs, { drainMs: 500 });
  const plan = { ...planFor(target.url, { load }), ...(emit === undefined ? {} : { emit }) };
  const fromMs = performance.now();
  const result = await measure(
    { plan, secrets: {} },
    { ...guestWorld(), env: {} },
    {
      owned: true,
      breaker: false,
      stateFolder: join(tmpdir(), 'headroom-sinks-test'),
      repeat: '',
      say: (line) => said.push(line),
    },
  );
  return { result, tookMs: performance.now() - fromMs };
}

/** Waits until something holds, at most 15 s. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 15_000;
  // Each look comes after the one before it.
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error('it does not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function sum(items: readonly StatsdItem[], name: string): number {
  const metrics = items.filter((item) => item.kind === 'metric').filter((item) => item.name === name);
  return metrics.flatMap(({ values }) => values).reduce((total, value) => total + Number(value), 0);
}

describe('N requests with E errors', () => {
  test('arrive at every kind of sink as N and E', async () => {
    const target = kept(await failingTarget(10));
    const [spans, lines, udpSpans, pushes] = [
      kept(await spanReceiver()),
      kept(await udpReceiver()),
      kept(await udpReceiver()),
      kept(await pushReceiver()),
    ];
    const { result } = await runOn(target, {
      emit: [
        { ...SSF, url: spans.url },
        { ...DOGSTATSD, url: `udp://127.0.0.1:${lines.port}` },
        { ...SSF, url: `udp://127.0.0.1:${udpSpans.port}` },
        { ...PUSH, kind: 'pushgateway', url: `${pushes.url}/metrics/job/ours` },
        { ...PUSH, kind: 'otlp', url: `${pushes.url}/v1/metrics` },
        { ...PUSH, kind: 'remote-write', url: `${pushes.url}/api/v1/write` },
      ],
    });
    const { requests, errors } = target.seen();
    expect(result.totals).toMatchObject({ sent: requests, failed: errors });
    expect(errors).toBeGreaterThan(10);
    // What was sent last lies in a buffer of this very process.
    await until(() => lines.datagrams.some((bytes) => bytes.toString('utf8').includes('_sc|')));
    const ofRequests = (all: readonly ReceivedSpan[]): ReceivedSpan[] =>
      all.filter(({ indicator }) => indicator);
    const fromDatagrams = (): ReceivedSpan[] => udpSpans.datagrams.map((bytes) => decodeSpan(bytes));
    await until(
      () => ofRequests(spans.spans).length >= requests && ofRequests(fromDatagrams()).length >= requests,
    );

    const indicators = ofRequests(spans.spans);
    expect([indicators.length, indicators.filter(({ error }) => error).length]).toEqual([requests, errors]);
    expect(new Set(indicators.map(({ id }) => id)).size).toBe(requests);
    expect(new Set(indicators.map(({ service }) => service))).toEqual(new Set(['checkout']));
    // Loopback loses nothing at this rate that a receiver has room for.
    const fromUdp = ofRequests(fromDatagrams());
    expect([fromUdp.length, fromUdp.filter(({ error }) => error).length]).toEqual([requests, errors]);

    const samples = spans.spans.flatMap(({ id, metrics }) => (id === '0' ? metrics : []));
    const sent = samples.filter(({ name }) => name === 'headroom.sent').map(({ value }) => Number(value));
    expect(sent.reduce((all, value) => all + value, 0)).toBe(requests);

    const items = lines.datagrams.flatMap((bytes) => readDatagram(bytes.toString('utf8')));
    expect([sum(items, 'headroom.sent'), sum(items, 'headroom.failures')]).toEqual([requests, errors]);
    expect(items.map(({ kind }) => kind)).toContain('check');
    expect(Math.max(...lines.datagrams.map(({ length }) => length))).toBeLessThanOrEqual(1432);

    const page = parsePrometheus(String(pushes.pushed('/metrics/job/ours').at(-1)));
    expect(page.value('headroom_sent_total')).toBe(requests);
    const otlp = String(pushes.pushed('/v1/metrics').at(-1));
    expect(otlp).toMatch(new RegExp(`"headroom.requests.sent".*?"asInt":"${requests}"`));
    const written = uncompress(pushes.pushed('/api/v1/write').at(-1) ?? Buffer.alloc(0));
    expect(Buffer.from(written).toString('latin1')).toContain('headroom_sent_total');

    const facts = result.sinks ?? [];
    expect(facts.map(({ lost, failures }) => [lost, failures])).toEqual(facts.map(() => [0, 0]));
    expect(facts[0]).toMatchObject({ kind: 'ssf', sent: requests + samples.length });
  });
});

describe('sinks that are absent, slow, full, dying, or refuse', () => {
  test('change neither the numbers nor the verdict, and delay the end by no more than they may', async () => {
    const plain = kept(await failingTarget(10));
    const alone = await runOn(plain, {});
    const target = kept(await failingTarget(10));
    const said: string[] = [];
    const nobody = kept(await udpReceiver());
    await nobody.stop();
    open.pop();
    const [refusing, limiting, hanging] = [
      kept(await serve((_, response) => response.writeHead(500).end('no'))),
      kept(await serve((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end())),
      kept(await serve(() => undefined)),
    ];
    const deaf = kept(await unixReceiver((socket) => socket.pause()));
    let hungUp = 0;
    const dying = kept(
      await unixReceiver((socket) => {
        socket.on('data', () => {
          hungUp += 1;
          socket.destroy();
        });
      }),
    );
    const { result, tookMs } = await runOn(target, {
      said,
      emit: [
        { ...DOGSTATSD, url: `udp://127.0.0.1:${nobody.port}` },
        { ...DOGSTATSD, url: `tcp://127.0.0.1:${nobody.port}` },
        { ...SSF, url: 'unix:///nowhere/ssf.sock' },
        { ...SSF, url: deaf.url },
        { ...SSF, url: dying.url },
        { ...PUSH, kind: 'otlp', url: `${refusing.url}/v1/metrics` },
        { ...PUSH, kind: 'pushgateway', url: limiting.url },
        { ...PUSH, kind: 'remote-write', url: `${hanging.url}/api/v1/write` },
        { ...PUSH, kind: 'otlp', url: 'http://user:hunter2@127.0.0.1:1/v1/metrics?token=hunter2' },
      ],
    });
    const { requests, errors } = target.seen();
    expect(result.totals).toMatchObject({ sent: requests, failed: errors, dropped: 0, inFlight: 0 });
    expect([result.totals.planned, result.totals.failed]).toEqual([
      alone.result.totals.planned,
      alone.result.totals.failed,
    ]);
    expect(result.verdict.status).toBe(alone.result.verdict.status);
    expect(result.exitCode).toBe(alone.result.exitCode);
    expect(tookMs - alone.tookMs).toBeLessThan(3500);

    const facts = result.sinks ?? [];
    expect(hungUp).toBeGreaterThan(0);
    const [udp, tcp, absent, , died, refused, limited, hung, unreachable] = facts;
    for (const fact of [udp, tcp, absent, died, refused, limited, hung, unreachable]) {
      expect(fact?.failures).toBeGreaterThan(0);
    }
    for (const fact of [tcp, absent, refused, limited, hung]) {
      expect([fact?.sent, (fact?.lost ?? 0) > 0]).toEqual([0, true]);
    }
    // The spans of all requests, and the samples of each second.
    expect(absent?.lost).toBeGreaterThan(requests);
    expect(refused?.lastError).toBe('it answered 500');
    expect(limited?.lastError).toBe('it answered 429');
    expect(unreachable?.address).toBe('http://127.0.0.1:1/v1/metrics');
    expect(`${JSON.stringify(result)}${said.join()}`).not.toContain('hunter2');
    // One word about each, however often it fails.
    expect(said.filter((line) => line.endsWith('the run goes on'))).toHaveLength(8);
  });

  test('a page whose port is taken ends the command before anything is sent', async () => {
    const target = kept(await failingTarget(10));
    const other = kept(await serve((_, response) => response.end()));
    const listen = `127.0.0.1:${other.port}`;
    const ran = runOn(target, { emit: [{ kind: 'prometheus', listen }] });
    await expect(ran).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining('in use'),
    });
    expect(target.seen().requests).toBe(0);
  });
});

describe('commands', () => {
  test('a page whose port is taken is a usage error', async () => {
    const target = kept(await failingTarget(10));
    const other = kept(await serve((_, response) => response.end()));
    const args = ['run', target.url, '-d', '1s', '--emit', `prometheus=127.0.0.1:${other.port}`];
    expect(await runProgram(args, { ...guestWorld(), env: {} })).toBe(2);
    expect(target.seen().requests).toBe(0);
  });

  test('a canary tells its own verdict, once', async () => {
    // So many good ones that none of its few requests fails.
    const target = kept(await failingTarget(1000));
    const lines = kept(await udpReceiver());
    const folder = mkdtempSync(join(tmpdir(), 'headroom-emit-canary-'));
    try {
      const plan = {
        version: 1,
        targets: [{ name: 'home', get: target.url }],
        objectives: ['errors < 1%'],
        canary: { check: 'home', rate: '50/s', for: '400ms' },
        emit: [{ dogstatsd: `udp://127.0.0.1:${lines.port}`, tags: ['team:payments'] }],
      };
      const file = join(folder, 'canary.json');
      writeFileSync(file, JSON.stringify(plan));
      const args = ['canary', '--state-dir', folder, file];
      expect(await runProgram(args, { ...guestWorld(), env: {} })).toBe(0);
      const itemsSoFar = (): StatsdItem[] =>
        lines.datagrams.flatMap((bytes) => readDatagram(bytes.toString('utf8')));
      await until(() => itemsSoFar().some(({ kind }) => kind === 'event'));
      const items = itemsSoFar();
      expect(sum(items, 'headroom.sent')).toBe(target.seen().requests);
      // Its few requests prove nothing by themselves, which would be state 3 of a run.
      const text = lines.datagrams.map(String).join('\n');
      expect(text.match(/^_sc\|.*$/gm)).toEqual([
        expect.stringMatching(/^_sc\|headroom\.verdict\|0\|#team:payments,command:canary\|/),
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the tools of Prometheus', () => {
  requires('prometheus', 'promtool').test('scrape the page while the run lasts', async () => {
    const target = kept(await failingTarget(10));
    const [page = 0, port = 0] = await freePorts(2);
    const folder = mkdtempSync(join(tmpdir(), 'headroom-scrape-'));
    const scrape = {
      job_name: 'headroom',
      scrape_interval: '500ms',
      static_configs: [{ targets: [`127.0.0.1:${page}`] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify({ scrape_configs: [scrape] }));
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const prometheus = spawn('prometheus', args, { stdio: 'ignore' });
    try {
      const known = async (): Promise<string> =>
        await (await fetch(`http://127.0.0.1:${port}/api/v1/targets`)).text();
      await answers(`http://127.0.0.1:${port}/-/ready`);
      // Prometheus looks at what it has to scrape every five seconds: a run before it is not seen.
      const own = `"scrapeUrl":"http://127.0.0.1:${page}/metrics"`;
      for (let waits = 0; waits < 300 && !(await known()).includes(own); waits += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const settings = {
        emit: [{ kind: 'prometheus', listen: `127.0.0.1:${page}` }] as const,
        durationMs: 3000,
      };
      const running = runOn(target, { ...settings, ratePerSecond: 100 });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const text = await (await fetch(`http://127.0.0.1:${page}/metrics`)).text();
      const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect([checked.status, checked.stderr]).toEqual([0, '']);
      const { result } = await running;
      const query = encodeURIComponent('max_over_time(headroom_sent_total[1m])');
      const asked = `http://127.0.0.1:${port}/api/v1/query?query=${query}`;
      const answer = await (await fetch(asked)).text();
      const targets = await known();
      const sent = Number(/"value":\[[\d.]+,"(\d+)"\]/.exec(answer)?.[1]);
      expect(answer, targets).toContain('"value"');
      expect(sent).toBeGreaterThan(0);
      expect(sent).toBeLessThanOrEqual(result.totals.sent);
      expect(result.sinks?.[0]?.sent).toBeGreaterThanOrEqual(2);
      await expect(fetch(`http://127.0.0.1:${page}/metrics`)).rejects.toThrow('fetch failed');
    } finally {
      await end(prometheus);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  requires('prometheus-pushgateway').test('have the last numbers of a run in the Pushgateway', async () => {
    const target = kept(await failingTarget(10));
    const [port = 0] = await freePorts(1);
    const args = [`--web.listen-address=127.0.0.1:${port}`];
    const gateway = spawn('prometheus-pushgateway', args, { stdio: 'ignore' });
    try {
      await answers(`http://127.0.0.1:${port}/-/ready`);
      const url = `http://127.0.0.1:${port}`;
      const { result } = await runOn(target, {
        emit: [{ ...PUSH, kind: 'pushgateway', url, tags: ['team:payments'] }],
      });
      expect(result.sinks).toMatchObject([{ lost: 0, failures: 0 }]);
      const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
      const ours = lines.filter((line) => line.includes('headroom_sent_total'));
      const { value } = parsePrometheus(`${ours.join('\n')}\n`);
      expect(value('headroom_sent_total', { job: 'headroom', team: 'payments' })).toBe(
        target.seen().requests,
      );
    } finally {
      await end(gateway);
    }
  });
});
