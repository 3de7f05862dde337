import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadReport } from '../../../src/load/load-run.ts';
import { startLoad } from '../../../src/load/worker-pool.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { checkAccounts } from '../../../src/record/accounts.ts';
import { useScripted } from '../../support/closing.ts';
import { response, type ScriptedRequest, startScripted } from '../../support/scripted-server.ts';
import { closedLoad, type DriveChanges, drive, driveOptions, planFor } from '../../support/traffic.ts';

const serve = useScripted();

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

async function run(plan: Plan, changes: DriveChanges = {}): Promise<LoadReport> {
  const report = await drive(plan, changes);
  checkAccounts(report.recording);
  return report;
}

async function stopped(plan: Plan, afterMs: number): Promise<LoadReport> {
  const load = startLoad(driveOptions(plan));
  setTimeout(() => load.stop(), afterMs);
  const report = await load.finished;
  checkAccounts(report.recording);
  return report;
}

/** Answers after `ms`, and knows how many were asked for at once and when. */
function counting(ms: number) {
  const seen = { most: 0, timesMs: [] as number[] };
  let open = 0;
  return {
    seen,
    onRequest: ({ socket }: ScriptedRequest): void => {
      seen.timesMs.push(performance.now());
      open += 1;
      seen.most = Math.max(seen.most, open);
      setTimeout(() => {
        open -= 1;
        socket.write(response());
      }, ms);
    },
  };
}

const gapsOf = (timesMs: readonly number[]): number[] =>
  timesMs.slice(1).map((timeMs, index) => timeMs - (timesMs[index] ?? NaN));

describe('a number of requests', () => {
  test.each([
    { workers: 1, users: 4 },
    { workers: 2, users: 4 },
    { workers: 3, users: 5 },
    { workers: 1, users: 200 },
  ])('is sent exactly by $users users of $workers workers', async ({ workers, users }) => {
    const server = await serve({ onRequest: answer });
    const load = closedLoad(users, null, { requests: 101 });
    const { recording, offeredMs } = await run(planFor(server.url, { load }), { workers });
    expect(recording.counts).toMatchObject({
      planned: 101,
      sent: 101,
      completed: 101,
      unsent: 0,
      dropped: 0,
    });
    expect(server.heads).toHaveLength(101);
    expect(offeredMs).toBeLessThan(1000);
  });

  test('does not count the warm-up', async () => {
    const server = await serve(counting(2));
    const load = closedLoad(3, null, { requests: 50, warmupMs: 100 });
    const { recording } = await run(planFor(server.url, { load }));
    expect(recording.counts).toMatchObject({ planned: 50, completed: 50 });
    expect(recording.counts.warmup).toBeGreaterThan(20);
    expect(server.heads).toHaveLength(50 + recording.counts.warmup);
  });

  test('that all fail is still that number', async () => {
    const server = await startScripted({});
    await server.close();
    const { recording } = await run(planFor(server.url, { load: closedLoad(5, null, { requests: 60 }) }));
    expect(recording.counts).toMatchObject({ planned: 60, sent: 60, broken: 60, completed: 0 });
    expect([...recording.causes]).toEqual([['connect-refused', 60]]);
  });

  test('ends its run with the last request, not with the next look at the clock', async () => {
    const server = await serve(counting(4));
    const { offeredMs, conducts } = await run(
      planFor(server.url, { load: closedLoad(1, null, { requests: 20 }) }),
    );
    expect(offeredMs).toBe(conducts[0]?.runMs);
    expect(offeredMs).toBeGreaterThan(19 * 4);
    // The last answer comes 4 ms after it.
    expect(conducts[0]?.drainMs).toBeGreaterThan(3.5);
  });
});

describe('users', () => {
  test('are never more at once than the plan has, over all workers', async () => {
    const { seen, onRequest } = counting(5);
    const server = await serve({ onRequest });
    const { recording } = await run(planFor(server.url, { load: closedLoad(7, 300) }), { workers: 3 });
    expect(seen.most).toBe(7);
    expect(server.connections).toBe(7);
    expect(recording.counts.completed).toBeGreaterThan(7 * 10);
    expect(recording.counts.inFlight).toBe(0);
  });

  test('that find no connection wait for one: they are not dropped, however few may wait', async () => {
    const { seen, onRequest } = counting(1);
    const server = await serve({ onRequest });
    const connections = { max: 5, lifetimeMs: null, freshRatio: 0 };
    const load = closedLoad(60, null, { requests: 600, connections });
    const limits = { maxConnections: 5, maxPending: 10 };
    const { recording } = await run(planFor(server.url, { load }), { limits });
    expect(recording.counts).toMatchObject({ planned: 600, completed: 600, dropped: 0 });
    expect(seen.most).toBe(5);
  });

  test('whose server never answers go on after the timeout', async () => {
    const server = await serve({ onRequest: () => undefined });
    const target = { timeoutMs: 50 };
    const { recording } = await run(
      planFor(server.url, { load: closedLoad(2, 275, { drainMs: 100 }), target }),
    );
    expect(recording.counts.broken).toBeGreaterThanOrEqual(8);
    expect(recording.counts.broken).toBeLessThanOrEqual(12);
    expect([...recording.causes.keys()]).toEqual(['headers-timeout']);
  });

  test('have no lag and no response time other than the service time', async () => {
    const server = await serve(counting(5));
    const { recording } = await run(planFor(server.url, { load: closedLoad(1, null, { requests: 20 }) }));
    const [target] = recording.targets;
    expect(recording.lag.maxMs).toBeLessThan(5);
    expect((target?.response.sumMs ?? 0) - (target?.service.sumMs ?? 0)).toBeLessThan(40);
  });
});

describe('think time', () => {
  test('passes between an answer and the next request', async () => {
    const { seen, onRequest } = counting(0);
    const server = await serve({ onRequest });
    await run(planFor(server.url, { load: closedLoad(1, 500, { think: { minMs: 40, maxMs: 40 } }) }));
    expect(seen.timesMs.length).toBeGreaterThan(5);
    expect(seen.timesMs.length).toBeLessThanOrEqual(13);
    expect(Math.min(...gapsOf(seen.timesMs))).toBeGreaterThan(38);
  });

  test('lies within its bounds and is spread over them', async () => {
    const { seen, onRequest } = counting(0);
    const server = await serve({ onRequest });
    await run(planFor(server.url, { load: closedLoad(1, 1200, { think: { minMs: 10, maxMs: 50 } }) }));
    const gaps = gapsOf(seen.timesMs);
    expect(Math.min(...gaps)).toBeGreaterThan(9);
    expect(gaps.filter((gap) => gap < 25).length).toBeGreaterThan(3);
    expect(gaps.filter((gap) => gap > 35).length).toBeGreaterThan(3);
  });

  test('is drawn for each user apart, even when their answers come together', async () => {
    const waiting: ScriptedRequest[] = [];
    const apartMs: number[] = [];
    let firstMs = NaN;
    const server = await serve({
      onRequest: (request) => {
        waiting.push(request);
        if (waiting.length === 1) firstMs = performance.now();
        if (waiting.length < 2) return;
        apartMs.push(performance.now() - firstMs);
        for (const held of waiting.splice(0)) answer(held);
      },
    });
    await run(planFor(server.url, { load: closedLoad(2, 800, { think: { minMs: 0, maxMs: 60 } }) }));
    expect(apartMs.length).toBeGreaterThan(6);
    expect(apartMs.filter((ms) => ms > 4).length).toBeGreaterThan(apartMs.length / 2);
  });
});

describe('a run that is stopped', () => {
  test('at any moment has books that add up', async () => {
    const server = await serve({
      onRequest: ({ socket, index }) => setTimeout(() => socket.write(response()), index % 5),
    });
    const fixed = planFor(server.url, { load: closedLoad(4, null, { requests: 5000, warmupMs: 30 }) });
    const timed = planFor(server.url, { load: closedLoad(4, 400, { think: { minMs: 0, maxMs: 3 } }) });
    const check = fc.asyncProperty(fc.nat({ max: 250 }), async (afterMs) => {
      const byNumber = (await stopped(fixed, afterMs)).recording.counts;
      expect(byNumber).toMatchObject({ planned: 5000, inFlight: 0 });
      const byTime = (await stopped(timed, afterMs)).recording.counts;
      expect(byTime).toMatchObject({ planned: byTime.sent, unsent: 0, completed: byTime.sent });
    });
    await fc.assert(check, { numRuns: 8, examples: [[0], [20], [40]] });
  }, 30_000);

  test('while its users think ends at once', async () => {
    const server = await serve({ onRequest: answer });
    const plan = planFor(server.url, {
      load: closedLoad(3, 60_000, { think: { minMs: 30_000, maxMs: 30_000 } }),
    });
    const startMs = performance.now();
    const { recording, offeredMs } = await stopped(plan, 150);
    expect(performance.now() - startMs).toBeLessThan(400);
    expect(recording.counts).toMatchObject({ sent: 3, completed: 3 });
    expect(offeredMs).toBeLessThan(400);
  });
});
