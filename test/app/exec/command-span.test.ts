import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { childEnvironment, commandIds, commandSpan } from '../../../src/app/exec/command-span.ts';
import { parentFromEnvironment } from '../../../src/core/trace/parent.ts';

const NAMING = { name: 'backup', service: 'ops', indicator: true, tags: ['host:db-1'] };

function endOf(code: number, elapsedMs = 1.234567) {
  return { code, signal: null, refusal: null, elapsedMs };
}

describe('the span of a command', () => {
  const ids = commandIds('a', null);

  test('keeps every nanosecond of its length', () => {
    const span = commandSpan(NAMING, ids, { startMs: 1_700_000_000_123, end: endOf(0) });
    expect(span.startNs).toBe(1_700_000_000_123_000_000n);
    expect(span.endNs - span.startNs).toBe(1_234_567n);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 15 }), (ns) => {
        const long = commandSpan(NAMING, ids, { startMs: 1_700_000_000_123, end: endOf(0, ns / 1e6) });
        expect(long.endNs - long.startNs).toBe(BigInt(ns));
      }),
    );
  });

  test('says how the command ended', () => {
    const span = commandSpan(NAMING, ids, { startMs: 0, end: endOf(143) });
    expect(span).toMatchObject({ name: 'backup', service: 'ops', indicator: true, error: true });
    expect(span.tags).toEqual(
      new Map([
        ['host', 'db-1'],
        ['error', 'true'],
        ['exit_code', '143'],
      ]),
    );
    expect(commandSpan(NAMING, ids, { startMs: 0, end: endOf(0) }).error).toBe(false);
  });

  test('is the root of a trace of its own where nobody is above it', () => {
    expect([ids.spanId, ids.parentId]).toEqual([ids.traceId, 0n]);
    expect(ids.traceId).not.toBe(commandIds('b', null).traceId);
  });

  test('is above whatever the command starts, by both kinds of variables, however deep', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 6 }), (names) => {
        let env: Readonly<Record<string, string | undefined>> = { PATH: '/bin' };
        const [root, ...below] = names.map((name) => {
          const one = commandIds(name, parentFromEnvironment(env).parent);
          env = childEnvironment(env, one);
          return one;
        });
        below.forEach((one, index) => {
          expect(one.traceId).toBe(root?.traceId);
          expect(one.traceHex).toBe(root?.traceHex);
          expect(one.parentId).toBe((index === 0 ? root : below[index - 1])?.spanId);
        });
        expect(env['PATH']).toBe('/bin');
      }),
    );
  });

  test('keeps the long trace id of a TRACEPARENT, and adds it where only the short one is known', () => {
    const w3c = parentFromEnvironment({
      TRACEPARENT: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    const env = childEnvironment({}, commandIds('a', w3c.parent));
    expect(env['TRACEPARENT']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[1-7][\da-f]{15}-01$/);
    const veneur = parentFromEnvironment({ VENEUR_EMIT_TRACE_ID: '255', VENEUR_EMIT_PARENT_SPAN_ID: '7' });
    const ids255 = commandIds('a', veneur.parent);
    expect([ids255.traceId, ids255.parentId]).toEqual([255n, 7n]);
    expect(childEnvironment({}, ids255)['TRACEPARENT']).toMatch(/^00-0{30}ff-/);
  });
});
