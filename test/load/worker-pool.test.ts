/** Several workers as one run: inline from the sources, and in threads from the built files. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker as Thread } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { RequestSpan } from '../../src/core/trace/request-span.ts';
import type { LoadOptions, LoadReport, LoadRun } from '../../src/load/load-run.ts';
import type { ServerReport } from '../../src/load/protocol.ts';
import { startLoad } from '../../src/load/worker-pool.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { useScripted } from '../support/closing.ts';
import { response, type ScriptedRequest } from '../support/scripted-server.ts';
import { closedLoad, type DriveChanges, drive, driveOptions, openLoad, planFor } from '../support/traffic.ts';

const serve = useScripted();

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

const NUMBERED = { headers: [['x-number', '${seq}']] as const };

/** Threads start from built files. */
const BUILT = new URL('../../dist/load/worker-pool.js', import.meta.url).href;

async function startThreads(plan: Plan, changes: DriveChanges = {}): Promise<LoadRun> {
  const built: { startLoad: (options: LoadOptions) => LoadRun } = await import(BUILT);
  return built.startLoad(driveOptions(plan, { ...changes, isolation: 'thread' }));
}

/** A run of two threads; `ready` resolves when both are. */
async function startedThreads(
  plan: Plan,
): Promise<{ run: LoadRun; ready: Promise<void>; threads: Thread[] }> {
  const threads: Thread[] = [];
  const keep = (thread: Thread): void => {
    threads.push(thread);
  };
  process.on('worker', keep);
  let onReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  const run = await startThreads(plan, { workers: 2, onReady: () => onReady() });
  ready.then(
    () => process.off('worker', keep),
    () => undefined,
  );
  return { run, ready, threads };
}

/** What of a report does not depend on time. */
function countsOf({ recording }: LoadReport): unknown {
  const { planned, sent, completed, failed, warmup, bytesReceived } = recording.counts;
  const targets = recording.targets.map((target) => [target.sent, target.completed, [...target.statuses]]);
  return { planned, sent, completed, failed, warmup, bytesReceived, targets };
}

describe('workers in threads', () => {
  test.each([1, 2, 3])('count the same as inline ones for the same seed: %d of them', async (workers) => {
    const server = await serve({ onRequest: answer });
    const targets = [
      { ...NUMBERED, weight: 3 },
      { ...NUMBERED, weight: 1, method: 'HEAD' },
    ];
    const load = openLoad(400, 400, { arrivals: 'poisson', warmupMs: 100 });
    const plan = planFor(server.url, { load, targets, seed: 42 });
    const inline = await drive(plan, { workers });
    const ofInline = server.heads.splice(0).toSorted();
    const threads = await (await startThreads(plan, { workers })).finished;
    expect(countsOf(threads)).toEqual(countsOf(inline));
    expect(server.heads.toSorted()).toEqual(ofInline);
    expect(threads.conducts).toHaveLength(workers);
    expect(threads.deadWorkers).toEqual([]);
    checkAccounts(threads.recording);
  });

  test('tell of every request and of what servers report, under ids that no two of them have in common', async () => {
    const server = await serve({
      onRequest: ({ socket }) => {
        socket.write(response('hello', { headers: ['endpoint-load-metrics: TEXT cpu_utilization=0.5'] }));
      },
    });
    const spans: RequestSpan[] = [];
    const reports: ServerReport[] = [];
    const told = new Set<number>();
    const run = await startThreads(planFor(server.url, { load: openLoad(400, 300) }), {
      workers: 2,
      warmUp: 'short',
      trace: { headers: true, spans: true, phases: true, parent: null },
      watchReports: true,
      onSpans: (some, lost, worker) => {
        spans.push(...some);
        told.add(worker + lost);
      },
      onReports: (some) => reports.push(...some),
    });
    const { recording } = await run.finished;
    expect([recording.counts.completed, spans.length, told]).toEqual([120, 120, new Set([0, 1])]);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(120);
    const carried = server.heads.map((head) => /^ot-tracer-spanid: (.*)$/m.exec(head)?.[1]);
    expect(new Set(carried)).toEqual(new Set(spans.map(({ spanId }) => spanId.toString(16))));
    expect(new Set(reports.map(({ text }) => text))).toEqual(new Set(['TEXT cpu_utilization=0.5']));
  });

  test('send a number of requests exactly', async () => {
    const server = await serve({ onRequest: answer });
    const load = closedLoad(5, null, { requests: 301 });
    const report = await (await startThreads(planFor(server.url, { load, target: NUMBERED }), { workers: 2 }))
      .finished;
    expect(report.recording.counts).toMatchObject({ planned: 301, completed: 301 });
    expect(new Set(server.heads.map((head) => /x-number: (\d+)/.exec(head)?.[1])).size).toBe(301);
  });

  test('warm up first, and say what they reached', async () => {
    const server = await serve({ onRequest: answer });
    const run = await startThreads(planFor(server.url, { load: openLoad(100, 100) }), { warmUp: 'short' });
    const { calibration, recording } = await run.finished;
    expect(calibration).toMatchObject({ kind: 'warm-up' });
    expect(calibration?.ceilingPerSecond).toBeGreaterThan(100);
    expect(recording.counts.completed).toBe(10);
    expect(server.heads).toHaveLength(10);
  });

  test('are stopped', async () => {
    const server = await serve({ onRequest: answer });
    const plan = planFor(server.url, { load: openLoad(200, 60_000) });
    const { run, ready } = await startedThreads(plan);
    await ready;
    await sleep(400);
    run.stop();
    const { recording, stopped, offeredMs } = await run.finished;
    expect(recording.counts.planned).toBe(12_000);
    expect(recording.counts.sent).toBeGreaterThan(20);
    expect(recording.counts.sent).toBeLessThan(120);
    expect(stopped).toBe(true);
    expect(offeredMs).toBeLessThan(600);
    checkAccounts(recording);
  });

  test('that die leave what they told, and the run says which', async () => {
    const server = await serve({ onRequest: answer });
    const plan = planFor(server.url, { load: openLoad(200, 2600), target: NUMBERED });
    const { run, ready, threads } = await startedThreads(plan);
    await ready;
    await sleep(1500);
    await threads[1]?.terminate();
    const { recording, deadWorkers, conducts } = await run.finished;
    expect(deadWorkers).toEqual([{ worker: 1, message: 'the worker thread ended with code 1' }]);
    expect(conducts).toHaveLength(1);
    const { counts, targets } = recording;
    // The first worker's 260, and what the second had told after its first second.
    expect(counts.sent).toBeGreaterThan(260 + 80);
    expect(counts.sent).toBeLessThan(260 + 150);
    expect(counts.planned).toBe(counts.sent + counts.dropped + counts.unsent);
    expect(counts.sent).toBe(counts.completed + counts.broken + counts.inFlight);
    expect(targets[0]).toMatchObject({ sent: counts.sent, inFlight: counts.inFlight });
  });

  test('that all die end the run', async () => {
    const server = await serve({ onRequest: answer });
    const plan = planFor(server.url, { load: openLoad(200, 60_000) });
    const { run, ready, threads } = await startedThreads(plan);
    await ready;
    for (const thread of threads) await thread.terminate();
    const { deadWorkers, recording, durationMs } = await run.finished;
    expect(new Set(deadWorkers.map(({ worker }) => worker))).toEqual(new Set([0, 1]));
    expect(recording.counts.sent).toBe(0);
    expect(durationMs).toBeLessThan(1000);
  });
});

describe('inline workers', () => {
  test('divide connections and users among them', async () => {
    let open = 0;
    let most = 0;
    const server = await serve({
      onConnection: (socket) => {
        open += 1;
        most = Math.max(most, open);
        socket.on('close', () => {
          open -= 1;
        });
      },
      onRequest: ({ socket }) => setTimeout(() => socket.write(response()), 20),
    });
    const connections = { max: 7, lifetimeMs: null, freshRatio: 0 };
    const plan = planFor(server.url, {
      load: openLoad(1000, 300, { connections }),
      target: { timeoutMs: 10_000 },
    });
    const { recording } = await drive(plan, { workers: 3 });
    expect(most).toBe(7);
    expect(recording.counts).toMatchObject({ planned: 300, completed: 300 });
  });

  test('tell their pulses and parts with who they are and what is known so far', async () => {
    const server = await serve({ onRequest: answer });
    const workers = new Set<number>();
    const sent: number[] = [];
    await drive(planFor(server.url, { load: openLoad(200, 1200) }), {
      workers: 2,
      onPulse: (_pulse, worker) => workers.add(worker),
      onPart: (_part, recording) => sent.push(recording.counts.sent),
    });
    expect(workers).toEqual(new Set([0, 1]));
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    expect(sent.at(-1)).toBe(240);
  });

  test('need the built files to be threads', async () => {
    const options = driveOptions(planFor('http://127.0.0.1:1/'), { isolation: 'thread' });
    await expect(startLoad(options).finished).rejects.toThrow(/built files/);
  });

  test('that fail by a bug of ours make the run fail', async () => {
    const target = { headers: [['x-key', '${env:GONE}']] as const };
    await expect(drive(planFor('http://127.0.0.1:1/', { target }))).rejects.toThrow(
      /a worker failed: .*GONE/,
    );
  });
});

describe('a run', () => {
  test('has its start, its length and what was offered', async () => {
    const server = await serve({
      onRequest: ({ socket }) => setTimeout(() => socket.write(response()), 120),
    });
    const beforeMs = Date.now();
    const report = await drive(planFor(server.url, { load: openLoad(100, 300, { warmupMs: 100 }) }));
    expect(report.startedAtWallMs - beforeMs).toBeGreaterThan(99);
    expect(report.startedAtWallMs - beforeMs).toBeLessThan(300);
    expect(report.offeredMs).toBe(300);
    expect(report.durationMs).toBeGreaterThan(400);
    expect(report.durationMs).toBeLessThan(700);
    expect(report.suspendedMs).toBeLessThan(50);
  });

  test('that is stopped before its workers are there sends nothing', async () => {
    const server = await serve({ onRequest: answer });
    const run = startLoad(
      driveOptions(planFor(server.url, { load: openLoad(100, 1000) }), { warmUp: 'short' }),
    );
    run.stop();
    const { recording, offeredMs } = await run.finished;
    expect(recording.counts).toMatchObject({ planned: 100, unsent: 100, sent: 0 });
    expect(offeredMs).toBe(0);
    expect(server.heads).toEqual([]);
  });

  test('that is abandoned while it warms up ends at once, with figures that are numbers', async () => {
    const options = driveOptions(planFor('http://127.0.0.1:1/'), { warmUp: 'full' });
    const run = startLoad(options);
    await sleep(100);
    const askedMs = performance.now();
    run.abandon();
    const report = await run.finished;
    expect(performance.now() - askedMs).toBeLessThan(300);
    expect(report.recording.counts).toMatchObject({ planned: 0, sent: 0 });
    const { durationMs, offeredMs, startedAtWallMs, suspendedMs } = report;
    expect([durationMs, offeredMs, suspendedMs]).toEqual([0, 0, 0]);
    expect(Math.abs(startedAtWallMs - Date.now())).toBeLessThan(1000);
  });

  test('that is stopped in its drain was offered its whole schedule', async () => {
    const server = await serve({ onRequest: () => undefined });
    const plan = planFor(server.url, { load: openLoad(100, 100), target: { timeoutMs: 300 } });
    const run = startLoad(driveOptions(plan));
    setTimeout(() => run.stop(), 250);
    const { offeredMs, recording } = await run.finished;
    expect(offeredMs).toBe(100);
    expect(recording.counts).toMatchObject({ planned: 10, sent: 10, broken: 10, unsent: 0 });
  });
});

describe('a moment to begin at', () => {
  const shard = { index: 0, count: 2 };

  test('that is to come is waited for', async () => {
    const server = await serve({ onRequest: answer });
    const plan = planFor(server.url, { load: openLoad(100, 200) });
    const startAtWallMs = Date.now() + 400;
    const { recording, startedAtWallMs } = await drive(plan, { shard, startAtWallMs });
    expect(Date.now()).toBeGreaterThanOrEqual(startAtWallMs + 170);
    expect([recording.counts.sent, startedAtWallMs]).toEqual([10, startAtWallMs]);
  });

  test('that was over when all was ready is refused, and what came due since is not sent in one burst', async () => {
    const server = await serve({ onRequest: answer });
    const plan = planFor(server.url, { load: openLoad(100, 5000) });
    const late = drive(plan, { shard, startAtWallMs: Date.now() - 1500 });
    await expect(late).rejects.toThrow(/^all was ready \S+ after the start; nothing was sent/);
    expect(server.heads).toEqual([]);
  });
});
