/** Requests that name their trace, and spans that tell of them: over plain HTTP/1.1, over TLS, and as HTTP/2. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PHASES } from '../../../src/core/attempt.ts';
import { RunIds } from '../../../src/core/trace/ids.ts';
import type { RequestSpan } from '../../../src/core/trace/request-span.ts';
import type { LoadReport } from '../../../src/load/load-run.ts';
import { probe } from '../../../src/load/probe.ts';
import type { TraceOrder } from '../../../src/load/protocol.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { checkAccounts } from '../../../src/record/accounts.ts';
import { issue } from '../../support/certificates.ts';
import { useClosing, useScripted } from '../../support/closing.ts';
import { startHttp2 } from '../../support/http2-server.ts';
import { requires } from '../../support/requires.ts';
import { describeSchemes } from '../../support/schemes.ts';
import { response, type ScriptedRequest } from '../../support/scripted-server.ts';
import { type DriveChanges, drive, openLoad, planFor } from '../../support/traffic.ts';

const serve = useScripted();

const TRACE: TraceOrder = { headers: true, spans: true, phases: true, parent: null };
const IDS = new RunIds({ runId: 'test', seed: 1 }, null);

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response());
};

interface Traced extends LoadReport {
  readonly spans: readonly RequestSpan[];
  readonly lost: number;
}

async function traced(plan: Plan, changes: DriveChanges = {}): Promise<Traced> {
  const spans: RequestSpan[] = [];
  let lost = 0;
  const onSpans = (told: readonly RequestSpan[], more: number): void => {
    spans.push(...told);
    lost += more;
  };
  const report = await drive(plan, { trace: TRACE, onSpans, ...changes });
  checkAccounts(report.recording);
  return { ...report, spans, lost };
}

function valuesOf(heads: readonly string[], name: string): (string | undefined)[] {
  return heads.map((head) => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1]);
}

describeSchemes('traced requests', (start) => {
  test('carry ids that their spans have too', async () => {
    const server = await start({ onRequest: answer });
    const plan = planFor(server.url, { load: openLoad(200, 200), tls: { insecure: true } });
    const { spans } = await traced(plan);
    expect(spans).toHaveLength(40);
    const wanted = spans.map(({ index }) => `00-${IDS.traceHex(index)}-${IDS.spanHex(index)}-01`);
    expect(new Set(valuesOf(server.heads, 'traceparent'))).toEqual(new Set(wanted));
    expect(server.heads).toHaveLength(40);
    const sent = valuesOf(server.heads, 'ot-tracer-spanid').map((hex) => BigInt(`0x${hex}`));
    expect(new Set(sent)).toEqual(new Set(spans.map(({ spanId }) => spanId)));
    expect(valuesOf(server.heads, 'ot-tracer-sampled')).toEqual(sent.map(() => 'true'));
  });

  test('sent again on a fresh connection are the same request still', async () => {
    const server = await start({
      onRequest: ({ socket, indexOnConnection }) => {
        if (indexOnConnection === 0) socket.write(response());
        else socket.end();
      },
    });
    const plan = planFor(server.url, { load: openLoad(100, 40), tls: { insecure: true } });
    const { spans, recording } = await traced(plan);
    const seen = valuesOf(server.heads, 'traceparent');
    expect(recording.counts.retried).toBeGreaterThan(0);
    expect(seen.length - new Set(seen).size).toBe(recording.counts.retried);
    expect(spans.map(({ cause }) => cause)).toEqual([null, null, null, null]);
  });
});

requires('openssl').describe('traced requests over HTTP/2', () => {
  const closing = useClosing();
  const folder = mkdtempSync(join(tmpdir(), 'traced-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('carry ids that their spans have too', async () => {
    const { key, cert } = issue(folder, { name: 'leaf', altNames: ['DNS:localhost'] }, null);
    const seen: unknown[] = [];
    const server = closing(
      await startHttp2({ key, cert }, ({ stream, headers }) => {
        seen.push([headers['traceparent'], headers['ot-tracer-spanid'], headers['ot-tracer-sampled']]);
        stream.respond({ ':status': 200 });
        stream.end('hello');
      }),
    );
    const plan = planFor(server.url, {
      load: openLoad(200, 100),
      tls: { insecure: true },
      http: { version: '2' },
    });
    const { spans } = await traced(plan);
    expect(spans).toHaveLength(20);
    expect(new Set(seen)).toEqual(
      new Set(
        spans.map(({ index }) => {
          return [`00-${IDS.traceHex(index)}-${IDS.spanHex(index)}-01`, IDS.spanHex(index), 'true'];
        }),
      ),
    );
  });
});

describe('spans', () => {
  test('are one for each request that has ended: with their cause, their times and their phases', async () => {
    const server = await serve({
      onRequest: ({ socket, index, reset }) => {
        if (index % 5 === 3) reset();
        else socket.write(response('', { status: index % 5 === 4 ? '503 Busy' : '200 OK' }));
      },
    });
    const beforeMs = Date.now();
    const { spans, lost, recording, startedAtWallMs } = await traced(
      planFor(server.url, { load: openLoad(200, 700, { warmupMs: 100 }) }),
      { workers: 2 },
    );
    const { counts, causes } = recording;
    expect(lost).toBe(0);
    expect(spans).toHaveLength(counts.completed + counts.broken);
    expect(spans.filter(({ cause }) => cause !== null)).toHaveLength(counts.failed);
    expect(spans.filter(({ cause }) => cause === 'reset')).toHaveLength(causes.get('reset') ?? 0);
    expect(spans.filter(({ status }) => status === 503)).toHaveLength(causes.get('http-5xx') ?? 0);
    expect(new Set(spans.map(({ index }) => index)).size).toBe(140);
    for (const span of spans) {
      expect(span).toMatchObject(IDS.ids(span.index));
      expect(span.remote).toBe(`127.0.0.1:${server.port}`);
      expect(span.intendedAtMs).toBeGreaterThanOrEqual(startedAtWallMs - 0.001);
      expect(span.readyAtMs).toBeGreaterThanOrEqual(span.intendedAtMs - 0.001);
      expect(span.endAtMs).toBeLessThan(Date.now() + 50);
      const known = PHASES.map((phase) => span.phases[phase]).filter((ms) => !Number.isNaN(ms));
      const sum = known.reduce((total, ms) => total + ms, 0);
      expect(sum).toBeCloseTo(span.endAtMs - span.readyAtMs, 2);
      expect(Number.isNaN(span.phases.connect)).toBe(span.reused);
    }
    expect(Math.min(...spans.map(({ readyAtMs }) => readyAtMs))).toBeGreaterThan(beforeMs);
  });

  test('of what is in flight at the end are not told', async () => {
    const server = await serve({
      onRequest: ({ index, ...request }) => void (index < 5 && answer({ index, ...request })),
    });
    const { spans, recording } = await traced(
      planFor(server.url, { load: openLoad(100, 100, { drainMs: 50 }) }),
    );
    expect(recording.counts.inFlight).toBe(5);
    expect(spans).toHaveLength(5);
  });

  test('are below the span that the environment named, without phases unless asked for', async () => {
    const server = await serve({ onRequest: answer });
    const parent = { traceId: 7n, spanId: 9n };
    const { spans } = await traced(planFor(server.url, { load: openLoad(100, 50) }), {
      trace: { headers: false, spans: true, phases: false, parent },
    });
    expect(spans).toHaveLength(5);
    for (const span of spans) {
      expect([span.traceId, span.parentId, span.spanId]).toEqual([7n, 9n, IDS.ids(span.index).spanId]);
      expect(PHASES.every((phase) => Number.isNaN(span.phases[phase]))).toBe(true);
    }
    expect(valuesOf(server.heads, 'traceparent')).toEqual(spans.map(() => undefined));
  });
});

describe('a trace', () => {
  test('is carried to where a redirect leads, the own header of a target as well', async () => {
    const there = await serve({ onRequest: answer });
    const here = await serve({
      onRequest: ({ socket }) => {
        socket.write(response('', { status: '302 Found', headers: [`location: ${there.url}`] }));
      },
    });
    const own = '00-0af7651916cd43dd8448eb211c80319c-37ad6b7169203331-01';
    for (const headers of [[], [['traceparent', own]]] as const) {
      await traced(
        planFor(here.url, { load: openLoad(100, 20), http: { redirects: 1 }, target: { headers } }),
      );
    }
    expect(valuesOf(there.heads, 'traceparent')).toEqual(valuesOf(here.heads, 'traceparent'));
    expect(valuesOf(there.heads, 'traceparent').slice(-2)).toEqual([own, own]);
    expect(valuesOf(there.heads, 'ot-tracer-traceid')).toEqual(valuesOf(here.heads, 'ot-tracer-traceid'));
  });

  test('is where the slowest and the failed requests are found', async () => {
    const server = await serve({
      onRequest: ({ socket, index }) => {
        if (index % 10 === 9) socket.write(response('', { status: '500 Oh' }));
        else setTimeout(() => socket.write(response()), index === 20 ? 120 : 1);
      },
    });
    const { recording } = await traced(planFor(server.url, { load: openLoad(200, 200) }));
    const [slowest] = recording.slowest;
    expect(recording.slowest).toHaveLength(10);
    expect(slowest?.responseMs).toBeGreaterThan(115);
    const [example] = recording.examples.get('http-5xx') ?? [];
    for (const exemplar of [slowest, example]) {
      const traceHex = IDS.traceHex(exemplar?.index ?? -1);
      expect(exemplar).toMatchObject({ traceId: traceHex, remote: `127.0.0.1:${server.port}` });
      expect(valuesOf(server.heads, 'traceparent')).toContain(
        `00-${traceHex}-${IDS.spanHex(exemplar?.index ?? -1)}-01`,
      );
    }
  });

  test('is carried by a probe too', async () => {
    const server = await serve({ onRequest: answer });
    await probe({
      plan: planFor(server.url),
      secrets: {},
      count: 2,
      guard: { allowPublic: false },
      runId: 'test',
      userAgent: 'tester',
      trace: TRACE,
    });
    expect(valuesOf(server.heads, 'ot-tracer-traceid')).toEqual([IDS.spanHex(0), IDS.spanHex(1)]);
  });
});
