import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunIds, tracerHex } from '../../../src/core/trace/ids.ts';
import type { TraceParent } from '../../../src/core/trace/parent.ts';

const BELOW = 2n ** 63n;

const PARENT: TraceParent = { traceId: 1234567890123456789n, spanId: 42n };

const anyIndex = fc.maxSafeNat();
const anyRun = fc.oneof(fc.uuid(), fc.string({ maxLength: 40 }));
const anyParent = fc.record({
  traceId: fc.bigInt({ min: 1n, max: BELOW - 1n }),
  spanId: fc.bigInt({ min: 1n, max: BELOW - 1n }),
});

describe("a request's ids", () => {
  test('are those of the root of its own trace when nobody is above it', () => {
    fc.assert(
      fc.property(anyRun, anyIndex, (run, index) => {
        const { traceId, spanId, parentId } = new RunIds({ runId: run, seed: 1 }, null).ids(index);
        expect(spanId).toBe(traceId);
        expect(parentId).toBe(0n);
        expect(traceId > 0n && traceId < BELOW).toBe(true);
      }),
    );
  });

  test('are those of a child of the span above it, in its trace', () => {
    fc.assert(
      fc.property(anyRun, anyIndex, anyParent, (run, index, parent) => {
        const { traceId, spanId, parentId } = new RunIds({ runId: run, seed: 1 }, parent).ids(index);
        expect([traceId, parentId]).toEqual([parent.traceId, parent.spanId]);
        expect(spanId).toBe(new RunIds({ runId: run, seed: 1 }, null).ids(index).spanId);
      }),
    );
  });

  test('are the same whoever computes them, as numbers and as text', () => {
    fc.assert(
      fc.property(anyRun, anyIndex, fc.option(anyParent), (run, index, parent) => {
        const ids = new RunIds({ runId: run, seed: 1 }, parent);
        const { traceId, spanId } = new RunIds({ runId: run, seed: 1 }, parent).ids(index);
        expect(ids.spanHex(index)).toMatch(/^[1-7][0-9a-f]{15}$/);
        expect(BigInt(`0x${ids.spanHex(index)}`)).toBe(spanId);
        expect((BigInt(ids.upperWord(index)) << 32n) + BigInt(ids.lowerWord(index))).toBe(spanId);
        expect(ids.traceHex(index)).toMatch(/^[0-9a-f]{32}$/);
        expect(BigInt.asUintN(64, BigInt(`0x${ids.traceHex(index)}`))).toBe(traceId);
        expect(tracerHex(ids.traceHex(index))).toBe(traceId.toString(16));
      }),
    );
  });

  test('are told apart over a million requests of ten runs', () => {
    const runs = Array.from({ length: 10 }, () => new RunIds({ runId: randomUUID(), seed: 1 }, null));
    const all = new BigUint64Array(1_000_000);
    runs.forEach((ids, run) => {
      for (let at = 0; at < 100_000; at += 1) all[run * 100_000 + at] = ids.ids(at).spanId;
    });
    all.sort();
    expect(all.findIndex((id, at) => at > 0 && id === all[at - 1])).toBe(-1);
    expect(new Set(runs.map(({ tracePrefix }) => tracePrefix)).size).toBe(10);
  });

  test('differ between the loads of one search, which have a seed each', () => {
    const ids = [1, 2, 2 ** 53 - 1].map((seed) => new RunIds({ runId: 'run', seed }, null).traceHex(0));
    expect(new Set(ids).size).toBe(3);
    expect(new Set(ids.map((hex) => hex.slice(0, 16))).size).toBe(3);
  });

  test('spread over the whole range, so that sampling by id is fair', () => {
    const ids = new RunIds({ runId: 'run', seed: 1 }, null);
    const tenths = new Array<number>(10).fill(0);
    const from = 2n ** 60n;
    for (let index = 0; index < 20_000; index += 1) {
      const tenth = Number(((ids.ids(index).spanId - from) * 10n) / (BELOW - from));
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // 2000 each are expected, with a standard deviation of 42.
    expect(Math.min(...tenths)).toBeGreaterThan(1780);
    expect(Math.max(...tenths)).toBeLessThan(2220);
  });
});

describe('a trace above the run', () => {
  test('is named with zeros before a short id, and by the whole of a long one', () => {
    expect(new RunIds({ runId: 'a', seed: 1 }, PARENT).traceHex(7)).toBe('0000000000000000112210f47de98115');
    const traceHex = 'f00dfacef00dfacef00dfacef00dface';
    expect(new RunIds({ runId: 'a', seed: 1 }, { ...PARENT, traceHex }).traceHex(7)).toBe(traceHex);
  });

  test('is written for Veneur as Go writes a signed number, without zeros before it', () => {
    expect(tracerHex('00000000000000000000000000000001')).toBe('1');
    expect(tracerHex('0000000000000000112210f47de98115')).toBe('112210f47de98115');
    expect(tracerHex('f00dfacef00dfaceffffffffffffffff')).toBe('7fffffffffffffff');
    expect(tracerHex('f00dfacef00dface8000000000000000')).toBe('1');
  });
});
