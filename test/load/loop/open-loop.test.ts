import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/load/load-run.ts';
import { startLoad } from '../../../src/load/worker-pool.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { checkAccounts } from '../../../src/record/accounts.ts';
import { useScripted } from '../../support/closing.ts';
import { response, type ScriptedRequest } from '../../support/scripted-server.ts';
import { type DriveChanges, drive, driveOptions, openLoad, planFor } from '../../support/traffic.ts';

const serve = useScripted();

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

const NUMBERED = { headers: [['x-number', '${seq}']] as const };

/** The value of `x-number` in each request, in order of arrival. */
const numbersOf = (heads: readonly string[]): number[] =>
  heads.map((head) => Number(/^x-number: (\d+)$/m.exec(head)?.[1]));

/** Keeps the event loop from turning. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

async function run(plan: Plan, changes: DriveChanges = {}): Promise<LoadReport> {
  const report = await drive(plan, changes);
  checkAccounts(report.recording);
  return report;
}

/** Stops a run that long after its start. */
async function stopped(plan: Plan, afterMs: number, how: 'stop' | 'abandon' = 'stop'): Promise<LoadReport> {
  const load = startLoad(driveOptions(plan));
  setTimeout(() => load[how](), afterMs);
  const report = await load.finished;
  checkAccounts(report.recording);
  return report;
}

describe('a number of requests', () => {
  test.each([
    { arrivals: 'uniform', workers: 1 },
    { arrivals: 'uniform', workers: 2 },
    { arrivals: 'uniform', workers: 3 },
    { arrivals: 'poisson', workers: 1 },
    { arrivals: 'poisson', workers: 2 },
    { arrivals: 'poisson', workers: 3 },
  ] as const)('is sent exactly, each once: $arrivals over $workers', async ({ arrivals, workers }) => {
    const server = await serve({ onRequest: answer });
    const load = openLoad(1000, 10_000, { arrivals, requests: 137 });
    const { recording, offeredMs } = await run(planFor(server.url, { load, target: NUMBERED }), { workers });
    expect(recording.counts).toMatchObject({ planned: 137, sent: 137, completed: 137, unsent: 0 });
    const seen = numbersOf(server.heads).toSorted((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: 137 }, (_, index) => index));
    expect(offeredMs).toBeGreaterThan(60);
    expect(offeredMs).toBeLessThan(1000);
  });

  test('does not count the warm-up', async () => {
    const server = await serve({ onRequest: answer });
    const load = openLoad(500, 10_000, { warmupMs: 100, requests: 40 });
    const { recording } = await run(planFor(server.url, { load, target: NUMBERED }), { workers: 2 });
    expect(recording.counts).toMatchObject({ planned: 40, completed: 40, warmup: 50, warmupFailed: 0 });
    expect(server.heads).toHaveLength(90);
  });
});

describe('a schedule', () => {
  test('is sent in order and in time, whatever its answers do', async () => {
    const server = await serve({
      onRequest: ({ socket }) => setTimeout(() => socket.write(response()), 100),
    });
    const load = openLoad(200, 300);
    const { recording, offeredMs } = await run(planFor(server.url, { load, target: NUMBERED }));
    expect(recording.counts).toMatchObject({ planned: 60, completed: 60 });
    expect(offeredMs).toBe(300);
    // 20 at a time by Little's law: the open loop did not wait for an answer.
    expect(server.connections).toBeGreaterThanOrEqual(15);
  });

  test('is made up for when we stood still: no arrival is skipped', async () => {
    const server = await serve({
      onRequest: (request) => {
        if (request.index === 10) standStill(150);
        answer(request);
      },
    });
    const { recording } = await run(planFor(server.url, { load: openLoad(200, 400) }));
    expect(recording.counts).toMatchObject({ planned: 80, completed: 80, dropped: 0 });
    expect(recording.counts.displaced).toBeGreaterThanOrEqual(25);
    expect(recording.lag.maxMs).toBeGreaterThan(120);
  });

  test('loses what we are later with than its timeout, and calls it our own fault', async () => {
    const server = await serve({
      onRequest: (request) => {
        answer(request);
        if (request.index === 10) standStill(200);
      },
    });
    const plan = planFor(server.url, { load: openLoad(200, 400), target: { timeoutMs: 60 } });
    const { counts } = (await run(plan)).recording;
    expect(counts.planned).toBe(80);
    expect(counts.droppedLate).toBeGreaterThanOrEqual(20);
    expect(counts.droppedLate).toBe(counts.dropped);
  });

  test('has its windows and parts add up to the totals', async () => {
    const server = await serve({ onRequest: answer });
    const load = openLoad(300, 1500, { arrivals: 'poisson', warmupMs: 200 });
    let parts = 0;
    let sent = 0;
    const { recording } = await run(planFor(server.url, { load }), {
      workers: 2,
      onPart: (part) => {
        parts += 1;
        sent += part.counts.sent;
      },
    });
    const sums = recording.windows().reduce(
      (sum, window) => ({
        sent: sum.sent + window.sent,
        good: sum.good + window.good,
        coarse: sum.coarse + window.coarse.reduce((total, count) => total + count, 0),
      }),
      { sent: 0, good: 0, coarse: 0 },
    );
    const { counts } = recording;
    expect(parts).toBeGreaterThanOrEqual(4);
    expect(sent).toBe(counts.sent);
    expect(sums).toEqual({ sent: counts.sent, good: counts.completed, coarse: counts.completed });
    expect(recording.windows().length).toBe(6);
  });
});

describe('a run that is stopped', () => {
  const PLANNED = 300;

  test('at any moment has books that add up to the whole schedule', async () => {
    const server = await serve({
      onRequest: ({ socket, index }) => setTimeout(() => socket.write(response()), index % 7),
    });
    const plan = planFor(server.url, { load: openLoad(600, 500, { warmupMs: 50 }) });
    const check = fc.asyncProperty(fc.integer({ min: 0, max: 600 }), async (afterMs) => {
      const { recording, offeredMs } = await stopped(plan, afterMs);
      expect(recording.counts.planned).toBe(PLANNED);
      expect(recording.counts.inFlight).toBe(0);
      expect(offeredMs).toBeLessThanOrEqual(500);
    });
    await fc.assert(check, { numRuns: 12, examples: [[0], [25], [45], [75], [560]] });
  }, 30_000);

  test('in its warm-up leaves the whole of its measured part unsent', async () => {
    const server = await serve({ onRequest: answer });
    const { recording } = await stopped(
      planFor(server.url, { load: openLoad(100, 500, { warmupMs: 400 }) }),
      150,
    );
    expect(recording.counts).toMatchObject({ planned: 50, unsent: 50, sent: 0 });
    expect(recording.counts.warmup).toBeGreaterThan(3);
    expect(recording.counts.warmup).toBeLessThan(40);
  });

  test('waits for what is in flight', async () => {
    const server = await serve({
      onRequest: ({ socket }) => setTimeout(() => socket.write(response()), 200),
    });
    const { recording } = await stopped(planFor(server.url, { load: openLoad(100, 5000) }), 120);
    const { counts } = recording;
    expect(counts.sent).toBeGreaterThanOrEqual(3);
    expect(counts).toMatchObject({ completed: counts.sent, inFlight: 0, planned: 500 });
  });

  test('from a schedule of a week says what was left of it, at once', async () => {
    const server = await serve({ onRequest: answer });
    const week = 7 * 86_400_000;
    const startMs = performance.now();
    const { recording } = await stopped(planFor(server.url, { load: openLoad(10_000, week) }), 60);
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect(recording.counts.planned / (week * 10)).toBeCloseTo(1, 6);
  });

  test('from inside its own pulse takes nothing up any more and tells nothing after its end', async () => {
    const server = await serve({ onRequest: answer });
    const told: string[] = [];
    const load = startLoad(
      driveOptions(planFor(server.url, { load: openLoad(400, 5000) }), {
        onPulse: () => {
          told.push('pulse');
          load.stop();
        },
        onPart: () => told.push('part'),
      }),
    );
    const { recording } = await load.finished;
    const atEnd = told.length;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(told.slice(atEnd)).toEqual([]);
    expect(recording.counts.sent).toBeLessThan(200);
    checkAccounts(recording);
  });
});

describe('a run that is abandoned', () => {
  test.each([0, 20, 150])('ends at once and reports, after %d ms', async (afterMs) => {
    const server = await serve({ onRequest: () => undefined });
    const plan = planFor(server.url, { load: openLoad(200, 5000), target: { timeoutMs: 10_000 } });
    const startMs = performance.now();
    const { recording } = await stopped(plan, afterMs, 'abandon');
    expect(performance.now() - startMs).toBeLessThan(afterMs + 200);
    expect(recording.counts.inFlight).toBe(recording.counts.sent);
  });

  test('in its drain ends at once too', async () => {
    const server = await serve({ onRequest: () => undefined });
    const plan = planFor(server.url, { load: openLoad(100, 100), target: { timeoutMs: 10_000 } });
    const startMs = performance.now();
    const { recording } = await stopped(plan, 250, 'abandon');
    expect(performance.now() - startMs).toBeLessThan(450);
    expect(recording.counts).toMatchObject({ planned: 10, sent: 10, inFlight: 10, unsent: 0 });
  });
});

describe('what is under way when the drain ends', () => {
  test('is in flight: neither completed nor broken', async () => {
    const server = await serve({
      onRequest: (request) => {
        if (request.index < 15) answer(request);
      },
    });
    const load = openLoad(200, 100, { drainMs: 50 });
    const { recording } = await run(planFor(server.url, { load, target: { timeoutMs: 5000 } }));
    expect(recording.counts).toMatchObject({ planned: 20, sent: 20, completed: 15, broken: 0, inFlight: 5 });
    expect(recording.targets[0]?.inFlight).toBe(5);
  });
});
