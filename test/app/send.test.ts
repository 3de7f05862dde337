/** Loads sent one after another on the same ground, on this event loop, against a server beside it. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ground, prepareGround, type SendOptions, type Subject, sendLoad } from '../../src/app/send.ts';
import { guestWorld, type World } from '../../src/app/world.ts';
import { UsageError } from '../../src/core/errors.ts';
import type { RequestSpan } from '../../src/core/trace/request-span.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { trialPlan } from '../../src/plan/trial-plan.ts';
import { atRate, planWith, target } from './sample-plan.ts';

let server: Server;
let subject: Subject;
let ground: Ground;
let world: World;
const seenRuns = new Set<string>();
const seenTraces: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    for (const [name, value] of Object.entries(request.headers)) {
      if (name.startsWith('x-headroom')) seenRuns.add(String(value));
    }
    const { traceparent } = request.headers;
    if (typeof traceparent === 'string') seenTraces.push(traceparent);
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const load = atRate(200, { arrivals: 'uniform' });
  subject = { plan: planWith({ targets: [target(url)], load }), secrets: {} };
  world = guestWorld();
  ground = await prepareGround(subject, world, { owned: false });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const options = (more: Partial<SendOptions> = {}): SendOptions => ({
  breaker: true,
  stateFolder: join(tmpdir(), 'headroom-send-test'),
  say: () => undefined,
  onStart: () => undefined,
  signal: () => null,
  ...more,
});

const ORDER = { ratePerSecond: 200, durationMs: 500, approach: [{ ratePerSecond: 100, durationMs: 300 }] };

test('trials on one ground are sent under one run id, their approach counted apart', async () => {
  for (const number of [1, 2]) {
    // One after another: that is what a search does.
    const sent = await sendLoad(
      { ...subject, plan: trialPlan(subject.plan, ORDER, number) },
      ground,
      options(),
    );
    expect(sent).toMatchObject({ stopped: null, decidedMs: null, rule: { kind: 'once' }, workers: 1 });
    expect(sent.report.recording.counts).toMatchObject({
      warmup: 30,
      planned: 100,
      sent: 100,
      completed: 100,
    });
    expect(sent.report.offeredMs).toBe(500);
    expect(sent.generator).toMatchObject({ askedPeakPerSecond: 200, deadWorkers: 0, interrupted: false });
  }
  expect([...seenRuns]).toEqual([ground.runId]);
});

test('requests carry a trace of their own through all trials, and a wrong variable is told once', async () => {
  const env = { ...world.env, TRACEPARENT: 'none', VENEUR_EMIT_TRACE_ID: undefined };
  const traced = await prepareGround(subject, { ...world, env }, { owned: false });
  const plan: Plan = { ...subject.plan, trace: { headers: true, phases: false, url: null } };
  const said: string[] = [];
  const spans: RequestSpan[] = [];
  let parts = 0;
  seenTraces.length = 0;
  for (const number of [1, 2]) {
    await sendLoad(
      { ...subject, plan: trialPlan(plan, { ...ORDER, durationMs: 200, approach: [] }, number) },
      traced,
      options({
        say: (line) => said.push(line),
        onSpans: (told) => spans.push(...told),
        onPart: ({ counts }) => {
          parts += counts.completed;
        },
      }),
    );
  }
  expect(said).toEqual([expect.stringMatching(/^TRACEPARENT is ignored/)]);
  expect(spans).toHaveLength(80);
  expect(parts).toBe(80);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(80);
  const named = new Set(seenTraces.map((text) => text.slice(19, 35)));
  expect(named).toEqual(new Set(spans.map(({ traceId }) => traceId.toString(16))));
});

test('a signal is told by the caller, who was handed what stops the load', async () => {
  let signalled = false;
  const sent = await sendLoad(
    subject,
    ground,
    options({
      onStart: (run) => {
        setTimeout(() => {
          signalled = true;
          run.stop();
        }, 600).unref();
      },
      signal: () => (signalled ? 'SIGTERM' : null),
    }),
  );
  expect(sent.stopped).toEqual({ by: 'signal', text: 'SIGTERM was received' });
  expect(sent.generator.interrupted).toBe(true);
  expect(sent.report.recording.counts.unsent).toBeGreaterThan(1000);
});

test('ground is refused for the highest rate that is asked of it', async () => {
  const resolve = [{ host: 'public.test', port: 80, addresses: ['93.184.216.34'] }];
  const plan = planWith({
    targets: [target('http://public.test/')],
    http: { ...subject.plan.http, resolve },
    load: atRate(10),
  });
  const at = (ratePerSecond: number): Promise<Ground> =>
    prepareGround({ plan: trialPlan(plan, { ...ORDER, ratePerSecond }, 1), secrets: {} }, world, {
      owned: false,
    });
  await expect(at(51)).rejects.toThrow(UsageError);
  await expect(at(1)).rejects.toThrow(/at up to 100 requests\/s/);
  expect((await prepareGround({ plan, secrets: {} }, world, { owned: false })).guarded.allowPublic).toBe(
    true,
  );
});
