import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sharedOriginMs } from '../../src/core/clock.ts';
import type { Calibration, FromWorker, WorkerOrder } from '../../src/load/protocol.ts';
import { createWorker, type WarmUp, type Worker } from '../../src/load/worker.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { Recording } from '../../src/record/recording.ts';
import { useScripted } from '../support/closing.ts';
import { response, type ScriptedRequest } from '../support/scripted-server.ts';
import { closedLoad, driveOptions, openLoad, planFor } from '../support/traffic.ts';

const serve = useScripted();

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

const CALIBRATION: Calibration = { kind: 'warm-up', ceilingPerSecond: 9000, floorUs: 50 };

function orderFor(plan: Plan): WorkerOrder {
  const { layout, runId, userAgent, guard, limits } = driveOptions(plan);
  const segment = { index: 0, count: 1 };
  const warmUp = { kind: 'none', port: null } as const;
  return { plan, secrets: {}, layout, segment, runId, userAgent, guard, limits, warmUp };
}

/** A worker whose messages are kept; `heard` resolves with the first of a kind. */
function workerOf(plan: Plan, warmUp: WarmUp = () => Promise.resolve(CALIBRATION)) {
  const order = orderFor(plan);
  const messages: FromWorker[] = [];
  const listeners = new Map<FromWorker['kind'], (message: FromWorker) => void>();
  const worker: Worker = createWorker(
    order,
    (message) => {
      messages.push(message);
      listeners.get(message.kind)?.(message);
    },
    warmUp,
  );
  const heard = (kind: FromWorker['kind']): Promise<FromWorker> =>
    new Promise((resolve) => {
      const known = messages.find((message) => message.kind === kind);
      if (known === undefined) listeners.set(kind, resolve);
      else resolve(known);
    });
  const whole = (): Recording => {
    const recording = new Recording(order.layout);
    for (const message of messages) if (message.kind === 'part') recording.absorb(message.part);
    checkAccounts(recording);
    return recording;
  };
  const start = (inMs = 0): void => {
    const atMs = sharedOriginMs() + performance.now() + inMs;
    worker.command({ kind: 'start', atMs, atWallMs: Date.now() + inMs });
  };
  return { worker, messages, heard, whole, start, kinds: () => messages.map(({ kind }) => kind) };
}

describe('a worker', () => {
  test('is ready, runs when told, and is done: in that order, and silent afterwards', async () => {
    const server = await serve({ onRequest: answer });
    const { heard, start, kinds, whole } = workerOf(planFor(server.url, { load: openLoad(200, 1300) }));
    expect(await heard('ready')).toEqual({ kind: 'ready', calibration: CALIBRATION });
    await sleep(30);
    expect(server.heads).toEqual([]);
    start();
    await heard('done');
    expect(kinds()[0]).toBe('ready');
    expect(kinds().slice(-2)).toEqual(['part', 'done']);
    expect(kinds().filter((kind) => kind === 'part')).toHaveLength(2);
    expect(kinds().filter((kind) => kind === 'pulse').length).toBeGreaterThanOrEqual(4);
    const told = kinds().length;
    await sleep(60);
    expect(kinds()).toHaveLength(told);
    expect(whole().counts).toMatchObject({ planned: 260, completed: 260 });
  });

  test('begins at the moment it is given', async () => {
    const server = await serve({ onRequest: answer });
    const { heard, start, whole } = workerOf(planFor(server.url, { load: openLoad(100, 50) }));
    await heard('ready');
    const askedMs = performance.now();
    start(150);
    await heard('done');
    expect(performance.now() - askedMs).toBeGreaterThan(190);
    expect(whole().lag.maxMs).toBeLessThan(60);
  });

  test('has pulses that add up to the run, and tell what is under way', async () => {
    const server = await serve({
      onRequest: ({ socket }) => setTimeout(() => socket.write(response()), 100),
    });
    const { heard, start, messages } = workerOf(
      planFor(server.url, { load: openLoad(100, 1000, { drainMs: 1000 }) }),
    );
    await heard('ready');
    start();
    await heard('done');
    const pulses = messages.flatMap((message) => (message.kind === 'pulse' ? [message.pulse] : []));
    const sum = (pick: (pulse: (typeof pulses)[number]) => number) =>
      pulses.reduce((total, pulse) => total + pick(pulse), 0);
    expect(sum(({ due }) => due)).toBe(sum(({ sent }) => sent));
    expect(sum(({ sent }) => sent)).toBeGreaterThan(70);
    expect(sum(({ completed }) => completed)).toBeLessThanOrEqual(sum(({ sent }) => sent));
    const middle = pulses[1];
    expect(middle?.inFlight).toBeGreaterThanOrEqual(5);
    expect(middle?.inFlight).toBeLessThanOrEqual(20);
    expect(middle?.pending).toBe(0);
    expect(pulses.map(({ atMs }) => atMs)).toEqual(pulses.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });

  test('says how it behaved', async () => {
    const server = await serve({ onRequest: ({ socket }) => setTimeout(() => socket.write(response()), 80) });
    const { heard, start } = workerOf(planFor(server.url, { load: closedLoad(5, 300) }));
    await heard('ready');
    start();
    const message = await heard('done');
    if (message.kind !== 'done') throw new Error('not done');
    const { conduct } = message;
    expect(conduct.runMs).toBeGreaterThanOrEqual(300);
    expect(conduct.runMs).toBeLessThan(400);
    expect(conduct.drainMs).toBeLessThan(200);
    expect(conduct).toMatchObject({ openConnectionsMax: 5, pendingMax: 0 });
    expect(conduct.busyMs).toBeGreaterThan(0);
    expect(conduct.busyMs).toBeLessThan(300);
  });

  test('that stood still says for how long', async () => {
    const server = await serve({
      onRequest: (request) => {
        const until = performance.now() + (request.index === 5 ? 120 : 0);
        while (performance.now() < until);
        answer(request);
      },
    });
    const { heard, start } = workerOf(planFor(server.url, { load: openLoad(100, 300) }));
    await heard('ready');
    start();
    const message = await heard('done');
    if (message.kind !== 'done') throw new Error('not done');
    expect(message.conduct.stalls).toBeGreaterThanOrEqual(1);
    expect(message.conduct.stallMaxMs).toBeGreaterThan(100);
    expect(message.conduct.stallMs).toBeGreaterThanOrEqual(message.conduct.stallMaxMs);
  });
});

describe('a worker that fails', () => {
  test('in its warm-up says why', async () => {
    const { heard, kinds } = workerOf(planFor('http://127.0.0.1:1/'), () =>
      Promise.reject(new Error('no null server')),
    );
    expect(await heard('failed')).toMatchObject({
      message: 'no null server',
      stack: expect.stringContaining('Error'),
    });
    expect(kinds()).toEqual(['failed']);
  });

  test('to make its requests says why', async () => {
    const target = { headers: [['x-key', '${env:GONE}']] as const };
    const plan = planFor('http://127.0.0.1:1/', { target });
    const { heard, kinds } = workerOf(plan);
    const message = await heard('failed');
    expect(kinds()).toEqual(['failed']);
    expect(message.kind === 'failed' ? message.message : '').toContain('GONE');
  });
});

describe('a worker that is stopped', () => {
  test('before it started sends nothing, and says what it left', async () => {
    const server = await serve({ onRequest: answer });
    const { worker, heard, start, whole } = workerOf(planFor(server.url, { load: openLoad(100, 1000) }));
    await heard('ready');
    worker.command({ kind: 'stop' });
    start();
    await heard('done');
    expect(whole().counts).toMatchObject({ planned: 100, unsent: 100, sent: 0 });
    expect(server.connections).toBe(0);
  });

  test('waits for its answers, but not for ever', async () => {
    const server = await serve({ onRequest: () => undefined });
    const plan = planFor(server.url, { load: openLoad(100, 60_000), target: { timeoutMs: 60_000 } });
    const { worker, heard, start, whole } = workerOf(plan);
    await heard('ready');
    start();
    await sleep(100);
    const askedMs = performance.now();
    worker.command({ kind: 'stop' });
    await sleep(100);
    worker.command({ kind: 'stop' });
    await heard('done');
    expect(performance.now() - askedMs).toBeGreaterThan(2900);
    expect(performance.now() - askedMs).toBeLessThan(3300);
    const { counts } = whole();
    expect(counts).toMatchObject({ planned: 6000, inFlight: counts.sent });
  });

  test('twice and then abandoned ends at once', async () => {
    const server = await serve({ onRequest: () => undefined });
    const plan = planFor(server.url, { load: openLoad(100, 60_000), target: { timeoutMs: 60_000 } });
    const { worker, heard, start, whole } = workerOf(plan);
    await heard('ready');
    start();
    await sleep(50);
    worker.command({ kind: 'stop' });
    await sleep(50);
    const askedMs = performance.now();
    worker.command({ kind: 'abandon' });
    await heard('done');
    expect(performance.now() - askedMs).toBeLessThan(100);
    expect(whole().counts.planned).toBe(6000);
  });
});
