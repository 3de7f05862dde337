import { describe, expect, test } from 'vitest';
import { RunIds } from '../../../src/core/trace/ids.ts';
import type { TraceParent } from '../../../src/core/trace/parent.ts';
import { routeTo } from '../../../src/load/dial/route.ts';
import { newExchange } from '../../../src/load/exchange.ts';
import { type Job, jobsOf } from '../../../src/load/job.ts';
import { RequestBytes } from '../../../src/load/plain/request-bytes.ts';
import type { TraceOrder } from '../../../src/load/protocol.ts';
import { type PlanChanges, planFor } from '../../support/traffic.ts';

const OWN = '00-0af7651916cd43dd8448eb211c80319c-37ad6b7169203331-01';
const PARENT: TraceParent = { traceId: 0xabcn, spanId: 0xdefn };

function jobFor(changes: PlanChanges, trace: Partial<TraceOrder> | null): Job {
  const plan = planFor('http://127.0.0.1:8080/a', changes);
  const order: TraceOrder = { headers: true, spans: false, phases: false, parent: null, ...trace };
  const [job] = jobsOf({
    plan,
    secrets: {},
    runId: 'run-7',
    userAgent: 'headroom/1',
    routeFor: (origin) => routeTo(origin, plan.http, null),
    ...(trace === null ? {} : { trace: order }),
  });
  if (job === undefined) throw new Error('the plan has no target');
  return job;
}

/** The bytes of arrivals, made by one maker as in a run. */
function bytesOf(job: Job, indexes: readonly number[]): Buffer[] {
  const bytes = new RequestBytes(true);
  return indexes.map((index) => {
    const exchange = newExchange(job, index);
    exchange.attempt.index = index;
    return bytes.of(exchange);
  });
}

function headersOf(bytes: Buffer | undefined): Map<string, string> {
  const [, ...lines] = bytes?.toString('latin1').split('\r\n\r\n')[0]?.split('\r\n') ?? [];
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
}

const traceOf = (bytes: Buffer | undefined): [string, string][] =>
  [...headersOf(bytes)].filter(([name]) => /^(traceparent|ot-tracer)/.test(name));

describe('the headers of a traced request', () => {
  test.each([
    ['that does not vary', { headers: [['x-fixed', '1']] as const, method: 'POST', body: 'body' }],
    ['that varies', { headers: [['x-number', '${seq}']] as const }],
  ])('%s name its own trace and nothing else changes', (_, target) => {
    const job = jobFor({ target }, {});
    const plain = bytesOf(jobFor({ target }, null), [5, 6, 70]);
    const ids = new RunIds({ runId: 'run-7', seed: 1 }, null);
    bytesOf(job, [5, 6, 70]).forEach((bytes, at) => {
      const index = [5, 6, 70][at] ?? 0;
      const hex = ids.spanHex(index);
      const added = [
        ['traceparent', `00-${ids.traceHex(index)}-${hex}-01`],
        ['ot-tracer-traceid', hex],
        ['ot-tracer-spanid', hex],
        ['ot-tracer-sampled', 'true'],
      ] as const;
      expect(traceOf(bytes)).toEqual(added);
      const text = added.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      expect(bytes.toString('latin1').replace(text, '')).toBe(plain[at]?.toString('latin1'));
      expect(job.trace?.pairs(index)).toEqual(added.flat());
    });
  });

  test('are written into a copy: bytes that wait to be sent stay what they were', () => {
    const job = jobFor({}, {});
    const [first, second] = bytesOf(job, [1, 2]);
    expect(headersOf(first).get('ot-tracer-spanid')).toBe(job.trace?.ids.spanHex(1));
    expect(headersOf(second).get('ot-tracer-spanid')).toBe(job.trace?.ids.spanHex(2));
  });

  test('name the trace above the run, and a span of their own', () => {
    const job = jobFor({}, { parent: PARENT });
    const [bytes] = bytesOf(job, [3]);
    const hex = new RunIds({ runId: 'run-7', seed: 1 }, PARENT).spanHex(3);
    expect(traceOf(bytes)).toEqual([
      ['traceparent', `00-00000000000000000000000000000abc-${hex}-01`],
      ['ot-tracer-traceid', 'abc'],
      ['ot-tracer-spanid', hex],
      ['ot-tracer-sampled', 'true'],
    ]);
    expect(job.trace?.spanIds(3)).toEqual({ traceId: 0xabcn, spanId: BigInt(`0x${hex}`), parentId: 0xdefn });
  });

  test('are not sent unless asked for, and the trace is known nevertheless', () => {
    const job = jobFor({}, { headers: false, spans: true });
    expect(traceOf(bytesOf(job, [3])[0])).toEqual([]);
    expect(job.trace?.traceHex(3)).toBe(new RunIds({ runId: 'run-7', seed: 1 }, null).traceHex(3));
    expect(jobFor({}, null).trace).toBeNull();
  });
});

describe("a target's own headers", () => {
  test('win, each by its name', () => {
    const target = { headers: [['Traceparent', OWN]] as const };
    expect(traceOf(bytesOf(jobFor({ target }, {}), [3])[0]).map(([name]) => name)).toEqual([
      'ot-tracer-traceid',
      'ot-tracer-spanid',
      'ot-tracer-sampled',
    ]);
    const tracer = { headers: [['ot-tracer-sampled', 'false']] as const };
    expect(headersOf(bytesOf(jobFor({ target: tracer }, {}), [3])[0]).get('ot-tracer-sampled')).toBe('false');
  });

  test('say under which trace a request is found, with and without ours', () => {
    for (const trace of [null, {}] as const) {
      const job = jobFor({ target: { headers: [['traceparent', OWN]] } }, trace);
      expect(job.trace?.traceHex(3)).toBe('0af7651916cd43dd8448eb211c80319c');
      expect(job.trace?.spanIds(3)).toEqual({
        traceId: 0x0448eb211c80319cn,
        spanId: new RunIds({ runId: 'run-7', seed: 1 }, null).ids(3).spanId,
        parentId: 0x37ad6b7169203331n,
      });
    }
  });

  test('say so for each arrival when they vary', () => {
    const value = '00-0000000000000000000000000000${seq}-37ad6b7169203331-01';
    const job = jobFor({ target: { headers: [['traceparent', value]] } }, {});
    expect(job.trace?.traceHex(1234)).toBe('00000000000000000000000000001234');
    // One digit too few: not a traceparent, and nobody knows where the request is found.
    expect(job.trace?.traceHex(123)).toBeNull();
    expect(job.trace?.spanIds(123)).toEqual(new RunIds({ runId: 'run-7', seed: 1 }, null).ids(123));
  });
});
