/** Virtual users whose every request fails at once: they must not keep the event loop from everything else. */

import { describe, expect, test } from 'vitest';
import type { FailureCause } from '../../src/core/attempt.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { describeSchemes } from '../support/schemes.ts';
import { response } from '../support/scripted-server.ts';
import { closedLoad, drive, type PlanChanges, planFor } from '../support/traffic.ts';

const load = closedLoad(2, 200);

/** A run of 200 ms in which nothing succeeds. */
async function expectEnd(plan: Plan, cause: FailureCause): Promise<void> {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 10);
  const startMs = performance.now();
  const { recording } = await drive(plan);
  clearInterval(timer);
  checkAccounts(recording);
  expect([...recording.causes.keys()]).toEqual([cause]);
  expect(recording.counts.completed).toBe(0);
  expect(performance.now() - startMs).toBeLessThan(1500);
  expect(turns).toBeGreaterThan(5);
}

const AT_ONCE: readonly {
  readonly name: string;
  readonly url: string;
  readonly changes?: PlanChanges;
  readonly cause: FailureCause;
}[] = [
  { name: 'may not be sent to a public address', url: 'http://203.0.113.1/', cause: 'connect-unreachable' },
  {
    name: 'may not be sent to a public address over TLS',
    url: 'https://203.0.113.1/',
    cause: 'connect-unreachable',
  },
  { name: 'are refused', url: 'http://127.0.0.1:1/', cause: 'connect-refused' },
  {
    name: 'have no socket to go to',
    url: 'http://shop.test/',
    changes: { http: { unixSocket: '/nonexistent/socket' } },
    cause: 'connect-refused',
  },
  { name: 'lead to an address that cannot be', url: 'http://[::ffff:0:0]:1/', cause: 'connect-refused' },
];

describe('a closed loop ends in time when its requests', () => {
  test.each(AT_ONCE)('$name', async ({ url, changes, cause }) => {
    await expectEnd(planFor(url, { ...changes, load }), cause);
  });

  test('may not be sent to a public address, over HTTP/2', async () => {
    const plan = planFor('https://203.0.113.1/', { load, http: { version: '2' } });
    await expectEnd(plan, 'connect-unreachable');
  });
});

describeSchemes('a closed loop ends in time when its requests', (serve) => {
  test('ask for what is not spoken here', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.end() });
    const target = { method: 'POST', body: 'x', headers: [['upgrade', 'h2c']] as const };
    const plan = planFor(server.url, { load, target, tls: { insecure: true } });
    const { recording } = await drive(plan);
    checkAccounts(recording);
    expect(recording.counts.completed).toBe(0);
    expect(recording.counts.broken).toBeGreaterThan(0);
  });

  test('are closed on without an answer', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.end() });
    await expectEnd(planFor(server.url, { load, tls: { insecure: true } }), 'empty-reply');
  });

  test('are answered with an error', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.write(response('no', { status: '500 No' })),
    });
    const plan = planFor(server.url, { load, tls: { insecure: true } });
    const { recording } = await drive(plan);
    checkAccounts(recording);
    expect(recording.counts.failed).toBe(recording.counts.completed);
    expect(recording.counts.completed).toBeGreaterThan(10);
  });
});
