/** How many connections are opened, how long they live, and what happens when there may be no more. */

import { describe, expect, test } from 'vitest';
import { STREAM, uniformAt } from '../../src/core/random.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import type { Recording } from '../../src/record/recording.ts';
import { useScripted } from '../support/closing.ts';
import { response, type ScriptedRequest } from '../support/scripted-server.ts';
import { closedLoad, drive, openLoad, planFor } from '../support/traffic.ts';

const serve = useScripted();

async function run(plan: Plan): Promise<Recording> {
  const { recording } = await drive(plan);
  checkAccounts(recording);
  return recording;
}

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

/** Answers after `ms`, and counts how many sockets are open at once. */
function slowServer(ms: number): { script: Parameters<typeof serve>[0]; openMax: () => number } {
  let open = 0;
  let most = 0;
  return {
    openMax: () => most,
    script: {
      onConnection: (socket) => {
        open += 1;
        most = Math.max(most, open);
        socket.on('close', () => {
          open -= 1;
        });
      },
      onRequest: ({ socket }) => setTimeout(() => socket.write(response()), ms),
    },
  };
}

describe('without keep-alive', () => {
  test('every request has a connection of its own and says so', async () => {
    const server = await serve({ onRequest: answer });
    const recording = await run(
      planFor(server.url, { load: openLoad(200, 250), http: { keepAlive: false } }),
    );
    expect(server.connections).toBe(50);
    expect(recording.counts.connectionsOpened).toBe(50);
    expect(recording.counts.reused).toBe(0);
    expect(recording.counts.failed).toBe(0);
    expect(server.heads.every((head) => /^connection: close$/im.test(head))).toBe(true);
  });

  test('a server that closes after each answer costs a connection each and no failure', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.end(response('hello', { headers: ['connection: close'] })),
    });
    const recording = await run(planFor(server.url, { load: openLoad(200, 250) }));
    expect(server.connections).toBe(50);
    expect(recording.counts.connectionsOpened).toBe(50);
    expect(recording.counts.failed).toBe(0);
  });

  test('the same is true when more is asked for than the connections allowed can carry', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.end(response('hello', { headers: ['connection: close'] })),
    });
    const connections = { max: 3, lifetimeMs: null, freshRatio: 0 };
    const recording = await run(
      planFor(server.url, { load: closedLoad(10, null, { requests: 200, connections }) }),
    );
    expect(recording.counts.completed).toBe(200);
    expect(recording.counts.failed).toBe(0);
    expect(recording.counts.reused).toBe(0);
    expect(server.connections).toBe(200);
    expect(recording.counts.connectionsOpened).toBe(200);
  });
});

describe('with keep-alive', () => {
  test('one user needs one connection', async () => {
    const server = await serve({ onRequest: answer });
    const recording = await run(planFor(server.url, { load: closedLoad(1, null, { requests: 100 }) }));
    expect(server.connections).toBe(1);
    expect(recording.counts.connectionsOpened).toBe(1);
    expect(recording.counts.reused).toBe(99);
  });

  test('the pool grows to what the open loop needs', async () => {
    const { script, openMax } = slowServer(100);
    const server = await serve(script);
    const recording = await run(planFor(server.url, { load: openLoad(100, 500) }));
    // Little's law: 100/s for 100 ms each are ten at a time.
    expect(openMax()).toBeGreaterThanOrEqual(10);
    expect(openMax()).toBeLessThanOrEqual(14);
    expect(recording.counts.dropped).toBe(0);
    expect(recording.counts.failed).toBe(0);
  });

  test('a connection is closed and replaced when its lifetime is over', async () => {
    const { script, openMax } = slowServer(5);
    const server = await serve(script);
    const connections = { max: null, lifetimeMs: 100, freshRatio: 0 };
    const recording = await run(planFor(server.url, { load: closedLoad(1, 1000, { connections }) }));
    // Lifetimes are 50 to 150 ms.
    expect(server.connections).toBeGreaterThanOrEqual(6);
    expect(server.connections).toBeLessThanOrEqual(20);
    expect(recording.counts.connectionsOpened).toBe(server.connections);
    expect(recording.counts.failed).toBe(0);
    expect(openMax()).toBeLessThanOrEqual(2);
  });
});

describe('a share of fresh connections', () => {
  const SEED = 7;
  const isFresh = (index: number): boolean => uniformAt(SEED, STREAM.fresh, index) < 0.25;
  const connections = { max: null, lifetimeMs: null, freshRatio: 0.25 };

  test('is that of the seed, request by request', async () => {
    const onNew: number[] = [];
    const server = await serve({
      onRequest: ({ socket, head, indexOnConnection }) => {
        if (indexOnConnection === 0) onNew.push(Number(/n=(\d+)/.exec(head)?.[1]));
        socket.write(response());
      },
    });
    const load = closedLoad(1, null, { requests: 200, connections });
    const recording = await run(planFor(`${server.url}?n=\${seq}`, { load, seed: SEED }));
    const expected = Array.from({ length: 200 }, (_, index) => index).filter((i) => i === 0 || isFresh(i));
    expect(onNew).toEqual(expected);
    expect(onNew.length).toBeGreaterThan(30);
    expect(onNew.length).toBeLessThan(70);
    expect(recording.counts.connectionsOpened).toBe(onNew.length);
  });

  test('takes the place of idle connections where there may be no more', async () => {
    const { script, openMax } = slowServer(2);
    const server = await serve(script);
    const load = closedLoad(2, null, { requests: 100, connections: { ...connections, max: 2 } });
    const recording = await run(planFor(server.url, { load, seed: SEED }));
    expect(recording.counts.completed).toBe(100);
    expect(recording.counts.failed).toBe(0);
    // The server may see a new connection before the end of the one whose place it takes.
    expect(openMax()).toBeLessThanOrEqual(4);
  });
});

describe('a limit of connections', () => {
  test('is never passed; the rest waits, and is dropped after the timeout', async () => {
    const { script, openMax } = slowServer(100);
    const server = await serve(script);
    const connections = { max: 2, lifetimeMs: null, freshRatio: 0 };
    const load = openLoad(50, 1000, { connections, drainMs: 1000 });
    const recording = await run(planFor(server.url, { load, target: { timeoutMs: 200 } }));
    const { counts } = recording;
    expect(openMax()).toBe(2);
    expect(server.connections).toBe(2);
    // Two connections carry 20/s of the 50/s.
    expect(counts.planned).toBe(50);
    expect(counts.completed).toBeGreaterThanOrEqual(18);
    expect(counts.completed).toBeLessThanOrEqual(26);
    expect(counts.dropped).toBe(50 - counts.completed);
    expect(counts.droppedLate).toBe(0);
    expect(counts.failed).toBe(0);
    const blocked = recording.phases[0];
    expect(blocked?.maxMs).toBeGreaterThan(100);
    expect(blocked?.maxMs).toBeLessThan(260);
  });

  test('is shared by all targets, and one that is idle makes room for another', async () => {
    const first = await serve({ onRequest: answer });
    const second = await serve({ onRequest: answer });
    const connections = { max: 1, lifetimeMs: null, freshRatio: 0 };
    const load = closedLoad(1, null, { requests: 40, connections });
    const recording = await run(planFor(first.url, { load, targets: [{}, { url: second.url }] }));
    expect(recording.counts.completed).toBe(40);
    expect(first.heads.length + second.heads.length).toBe(40);
    expect(second.heads.length).toBeGreaterThan(5);
    expect(recording.counts.connectionsOpened).toBe(first.connections + second.connections);
  });

  test('a waiting list that is full drops at once', async () => {
    const { script } = slowServer(300);
    const server = await serve(script);
    const connections = { max: 1, lifetimeMs: null, freshRatio: 0 };
    const plan = planFor(server.url, { load: openLoad(100, 200, { connections }) });
    const { recording } = await drive(plan, { limits: { maxConnections: 1, maxPending: 3 } });
    checkAccounts(recording);
    expect(recording.counts.dropped).toBeGreaterThanOrEqual(16);
    expect(recording.counts.sent).toBe(20 - recording.counts.dropped);
  });
});

describe('what the end of the drain finds unanswered', () => {
  test('stays in flight', async () => {
    const server = await serve({ onRequest: () => undefined });
    const recording = await run(planFor(server.url, { load: openLoad(100, 100, { drainMs: 50 }) }));
    expect(recording.counts.sent).toBe(10);
    expect(recording.counts.inFlight).toBe(10);
    expect(recording.counts.broken).toBe(0);
    expect(recording.counts.failed).toBe(0);
  });

  test('is dropped where it was never sent', async () => {
    const server = await serve({ onRequest: () => undefined });
    const connections = { max: 2, lifetimeMs: null, freshRatio: 0 };
    const recording = await run(
      planFor(server.url, { load: openLoad(100, 100, { drainMs: 50, connections }) }),
    );
    expect(recording.counts.inFlight).toBe(2);
    expect(recording.counts.dropped).toBe(8);
  });
});
