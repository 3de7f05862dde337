import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parentFromEnvironment } from '../../../src/core/trace/parent.ts';
import { readTraceparent, traceparentText } from '../../../src/core/trace/traceparent.ts';

const TRACE_HEX = '0af7651916cd43dd8448eb211c80319c';
const W3C = `00-${TRACE_HEX}-b7ad6b7169203331-01`;
/** The low 63 bits of both. */
const W3C_TRACE = 0x0448eb211c80319cn;
const W3C_SPAN = 0x37ad6b7169203331n;

function veneur(trace: string, span?: string): Record<string, string | undefined> {
  return { VENEUR_EMIT_TRACE_ID: trace, VENEUR_EMIT_PARENT_SPAN_ID: span };
}

describe('the span above us', () => {
  test('is none in an environment that names none', () => {
    const nothing = { parent: null, remark: null };
    expect(parentFromEnvironment({ PATH: '/bin' })).toEqual(nothing);
    expect(parentFromEnvironment({ ...veneur('', ''), TRACEPARENT: '' })).toEqual(nothing);
  });

  test("is veneur-emit's, exact to the last bit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (id) => {
        const { parent, remark } = parentFromEnvironment(veneur(String(id), String(id)));
        expect([parent, remark]).toEqual([{ traceId: id, spanId: id }, null]);
      }),
    );
  });

  test('is the root of the trace when only the trace is named', () => {
    expect(parentFromEnvironment(veneur('77')).parent).toEqual({ traceId: 77n, spanId: 77n });
  });

  test('is that of TRACEPARENT, with its long id kept', () => {
    expect(parentFromEnvironment({ TRACEPARENT: W3C })).toEqual({
      parent: { traceId: W3C_TRACE, spanId: W3C_SPAN, traceHex: TRACE_HEX },
      remark: null,
    });
  });

  test("is veneur-emit's where both are there, by the long id when it is of the same trace", () => {
    const other = parentFromEnvironment({ ...veneur('77', '78'), TRACEPARENT: W3C });
    expect(other.parent).toEqual({ traceId: 77n, spanId: 78n });
    const same = parentFromEnvironment({ ...veneur(String(W3C_TRACE), '78'), TRACEPARENT: W3C });
    expect(same.parent).toEqual({ traceId: W3C_TRACE, spanId: 78n, traceHex: TRACE_HEX });
  });

  test.each([
    ['words', 'abc', '1'],
    ['zero', '0', '1'],
    ['a negative number', '-5', '1'],
    ['2^63', '9223372036854775808', '1'],
    ['hex digits', '0x10', '1'],
    ['a fraction', '1.5', '1'],
    ['far too many digits', '1'.repeat(400), '1'],
    ['a span without its trace', '', '7'],
  ])('is ignored when its trace is %s, and that is said', (_, trace, span) => {
    const { parent, remark } = parentFromEnvironment(veneur(trace, span));
    expect(parent).toBeNull();
    expect(remark).toBe('VENEUR_EMIT_TRACE_ID is ignored: not a number from 1 to 2^63 - 1');
  });

  test('is ignored when its span is none, and another that can be read is taken', () => {
    const { parent, remark } = parentFromEnvironment({ ...veneur('5', 'x'), TRACEPARENT: W3C });
    expect(parent?.traceHex).toBe(TRACE_HEX);
    expect(remark).toMatch(/^VENEUR_EMIT_PARENT_SPAN_ID is ignored/);
  });

  test('is read out of anything without a crash, and a remark repeats nothing of it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (trace, span, text) => {
        const { parent, remark } = parentFromEnvironment({ ...veneur(trace, span), TRACEPARENT: text });
        expect(parent === null || (parent.traceId > 0n && parent.spanId > 0n)).toBe(true);
        expect(remark ?? 'TRACEPARENT').toMatch(/^(VENEUR_EMIT|TRACEPARENT)[\x20-\x7e]*$/);
      }),
    );
  });
});

describe('a traceparent', () => {
  test('is read as it is written', () => {
    const hex = (length: number) =>
      fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => /[^0]/.test(text));
    fc.assert(
      fc.property(hex(32), hex(16), (traceHex, spanHex) => {
        expect(readTraceparent(traceparentText({ traceHex, spanHex }))).toEqual({ traceHex, spanHex });
      }),
    );
  });

  test.each([
    ['with blanks around it', ` ${W3C}\t`, true],
    ['that is not sampled', W3C.replace(/01$/, '00'), true],
    ['of a later version that goes on', `cc${W3C.slice(2)}-what-the-future-has`, true],
    ['of version 0 that goes on', `${W3C}-x`, false],
    ['of a later version that goes on without a dash', `cc${W3C.slice(2)}.x`, false],
    ['of version 255', `ff${W3C.slice(2)}`, false],
    ['in capitals', W3C.toUpperCase(), false],
    ['of zeros for a trace', W3C.replace(TRACE_HEX, '0'.repeat(32)), false],
    ['of zeros for a span', W3C.replace('b7ad6b7169203331', '0'.repeat(16)), false],
    ['that is too short', W3C.slice(0, -1), false],
    ['of nothing', '', false],
  ])('%s: %j is one: %s', (_, text, isOne) => {
    expect(readTraceparent(text) !== null).toBe(isOne);
  });
});
