/** What a light measurement says it asked for. */

import { expect, test } from 'vitest';
import type { Caller } from '../../../src/app/fleet/caller.ts';
import { sendProbes } from '../../../src/app/fleet/probes.ts';
import { guestWorld } from '../../../src/app/world.ts';

test('another query is another page: its servers are not held against each other', async () => {
  const answer = { status: 200, headers: {}, body: new Uint8Array(), isCut: false, tookMs: 5 };
  const caller: Caller = { get: () => Promise.resolve(answer), connectsMs: [], close: () => undefined };
  const { clock } = guestWorld();
  const stop = new AbortController().signal;
  const plan = { url: 'http://h:1/followers?user=42', count: 3, spreadMs: 5, seed: 1 };
  const { latency } = await sendProbes(plan, caller, { clock, stop });
  expect(latency).toMatchObject({ path: '/followers?user=42', sent: 3, broken: 0 });
});
