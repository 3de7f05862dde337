import { afterEach, describe, expect, test } from 'vitest';
import { type Emission, startEmission } from '../../../src/app/emit/emission.ts';
import type { EmitPlace } from '../../../src/app/emit/open-sinks.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { RequestSpan } from '../../../src/core/trace/request-span.ts';
import type { EmitSettings } from '../../../src/plan/emit/emit-settings.ts';
import { Recording, type RecordingPart } from '../../../src/record/recording.ts';
import { SAMPLE_LAYOUT, sampleAttempt, samplePlan, sampleResult } from '../../support/sample-result.ts';
import { udpReceiver, unixReceiver } from '../../support/sinks.ts';
import { fakeWorld } from '../fake-world.ts';
import { httpReceiver, until } from './sample-emission.ts';

const open: { stop(): Promise<void> }[] = [];
const emissions: Emission[] = [];
afterEach(async () => {
  for (const each of emissions.splice(0)) each.close();
  for (const each of open.splice(0)) await each.stop();
});

function kept<Place extends { stop(): Promise<void> }>(place: Place): Place {
  open.push(place);
  return place;
}

async function start(
  emit: readonly EmitSettings[],
  over: { readonly env?: Record<string, string>; readonly plan?: Partial<EmitPlace['plan']> } = {},
): Promise<Emission & { readonly said: string[] }> {
  const said: string[] = [];
  const emission = await startEmission({
    plan: samplePlan({ ...over.plan, emit }),
    secrets: { 'env:TOKEN': 'hunter2hunter2', 'env:BASE': 'http://inner.test:81' },
    runId: 'run-1',
    world: fakeWorld({ clock: systemClock(), env: over.env ?? {} }),
    say: (line) => said.push(line),
  });
  emissions.push(emission);
  return { ...emission, said };
}

function part(count = 1): RecordingPart {
  const recording = new Recording(SAMPLE_LAYOUT);
  for (let index = 0; index < count; index += 1) recording.add(sampleAttempt());
  return recording.take();
}

const SPAN: RequestSpan = {
  index: 0,
  target: 0,
  traceId: 7n,
  spanId: 7n,
  parentId: 0n,
  intendedAtMs: 1000,
  readyAtMs: 1000,
  endAtMs: 1010,
  status: 200,
  cause: null,
  remote: null,
  reused: false,
  phases: { blocked: NaN, dns: NaN, connect: NaN, tls: NaN, send: NaN, wait: NaN, receive: NaN },
};

const DOGSTATSD = { kind: 'dogstatsd', prefix: 'headroom', tags: [] } as const;
const OTLP = { kind: 'otlp', headers: [['authorization', 'Bearer ${env:TOKEN}']], tags: ['a:b'] } as const;

describe('an emission', () => {
  test('asks for spans only when a sink takes them', async () => {
    const lines = await start([{ ...DOGSTATSD, url: 'udp://127.0.0.1:9' }]);
    expect(Object.keys(lines.listeners)).toEqual(['onPart']);
    const spans = await start([{ kind: 'ssf', url: 'udp://127.0.0.1:9', service: 'x', tags: [] }]);
    expect(Object.keys(spans.listeners)).toEqual(['onPart', 'onSpans']);
  });

  test('puts the parts of all workers that come together into one interval', async () => {
    const receiver = kept(await udpReceiver());
    const { listeners } = await start([{ ...DOGSTATSD, url: `udp://127.0.0.1:${receiver.port}` }]);
    listeners.onPart?.(part(3));
    listeners.onPart?.(part(4));
    await until(() => receiver.datagrams.length > 0);
    expect(String(receiver.datagrams[0])).toContain('headroom.requests:7|c|#target:followers,status:200');
  });

  test('tells what came last at its end, and the verdict after it', async () => {
    const receiver = kept(await udpReceiver());
    const emission = await start([{ ...DOGSTATSD, url: `udp://127.0.0.1:${receiver.port}` }]);
    emission.listeners.onPart?.(part(3));
    const [facts] = await emission.end();
    expect(facts).toMatchObject({ kind: 'dogstatsd', lost: 0, failures: 0 });
    await emission.tell(sampleResult());
    await until(() => receiver.datagrams.some((bytes) => String(bytes).startsWith('_sc|headroom.verdict|')));
    expect(String(receiver.datagrams[0])).toContain('headroom.requests:3|c');
  });

  test('waits no longer than it may, and counts what a sink did not take', async () => {
    const deaf = kept(await unixReceiver((socket) => socket.pause()));
    const { listeners, end } = await start([
      { kind: 'ssf', url: deaf.url, service: 'x', tags: [] },
      { ...DOGSTATSD, url: 'udp://127.0.0.1:9' },
    ]);
    for (let index = 0; index < 20; index += 1) {
      listeners.onSpans?.(
        Array.from({ length: 1000 }, () => SPAN),
        5,
        0,
      );
    }
    const fromMs = performance.now();
    const [facts] = await end();
    const tookMs = performance.now() - fromMs;
    expect(tookMs).toBeGreaterThan(2000);
    expect(tookMs).toBeLessThan(3000);
    // And one sample: how many requests are in flight at the end.
    expect((facts?.sent ?? 0) + (facts?.lost ?? 0)).toBe(20_101);
    expect(facts?.lost).toBeGreaterThan(10_000);
    expect(facts?.lastError).toBe('it did not take everything in time');
  });

  test('sends headers with the values of their references, the plan before the environment, and shows none', async () => {
    const receiver = kept(await httpReceiver((response) => response.writeHead(401).end('hunter2hunter2')));
    const env = {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=other,x-tenant=tenant-secret',
      OTEL_SERVICE_NAME: 'probe',
    };
    const emission = await start([{ ...OTLP, url: `${receiver.url}/v1/metrics?key=hunter2hunter2` }], {
      env,
    });
    emission.listeners.onPart?.(part());
    const facts = await emission.end();
    expect(receiver.got[0]?.headers).toMatchObject({
      authorization: 'Bearer hunter2hunter2',
      'x-tenant': 'tenant-secret',
      'user-agent': 'headroom/0.1.0',
    });
    expect(String(receiver.got[0]?.body)).toContain('{"key":"service.name","value":{"stringValue":"probe"}}');
    expect(facts[0]).toMatchObject({ lastError: 'it answered 401', address: `${receiver.url}/v1/metrics` });
    expect(JSON.stringify([facts, emission.said])).not.toMatch(/hunter2|tenant-secret/);
  });

  test('hides what a receiver says of the credentials that the environment gave', async () => {
    const errorMessage = 'no rights: tenant-secret, token-secret';
    const answer = JSON.stringify({ partialSuccess: { rejectedDataPoints: '1', errorMessage } });
    const receiver = kept(await httpReceiver((response) => response.end(answer)));
    const env = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20token-secret,x-tenant=tenant-secret' };
    const { listeners, end } = await start([{ ...OTLP, url: `${receiver.url}/v1/metrics`, headers: [] }], {
      env,
    });
    listeners.onPart?.(part());
    const [facts] = await end();
    expect(facts?.lastError).toBe('it rejected 1 data points: no rights: ***, ***');
  });

  test('hides a host that stands in a reference', async () => {
    const receiver = kept(await httpReceiver());
    const [target] = samplePlan().targets;
    const targets = target === undefined ? [] : [{ ...target, url: '${env:BASE}/followers' }, target];
    const { listeners, end } = await start([{ ...OTLP, url: `${receiver.url}/v1/metrics` }], {
      plan: { targets },
    });
    listeners.onPart?.(part());
    await end();
    expect(String(receiver.got[0]?.body)).toContain('{"key":"server.address","value":{"stringValue":"***"}}');
    expect(String(receiver.got[0]?.body)).not.toContain('inner.test');
  });

  test('serves a page of what came so far, and says where', async () => {
    const { listeners, said } = await start([{ kind: 'prometheus', listen: '127.0.0.1:0' }]);
    listeners.onPart?.(part(3));
    const url = /http:\S+/.exec(said[0] ?? '')?.[0] ?? '';
    const text = await (await fetch(url, { headers: { connection: 'close' } })).text();
    expect(text).toContain('headroom_requests_total{status="200",target="followers"} 3');
  });

  test('leaves nothing open when one of its sinks cannot be', async () => {
    const first = await start([{ kind: 'prometheus', listen: '127.0.0.1:0' }]);
    const taken = new URL(/http:\S+/.exec(first.said[0] ?? '')?.[0] ?? '').host;
    const free = await httpReceiver();
    await free.stop();
    const listen = new URL(free.url).host;
    await expect(
      start([
        { kind: 'prometheus', listen },
        { kind: 'prometheus', listen: taken },
      ]),
    ).rejects.toThrow('the port is in use');
    await expect(fetch(`http://${listen}/metrics`)).rejects.toThrow('fetch failed');
  });
});
