import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { decodeResult } from '../../src/result/decode.ts';
import type { Distribution, ResultDocument } from '../../src/result/document.ts';
import { encodeResult } from '../../src/result/encode.ts';
import { sampleResult } from '../support/sample-result.ts';

const SAMPLE = sampleResult();
const count = fc.nat();
/** JSON has no -0. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const jsonValue = fc.json().map((text): unknown => JSON.parse(text.replaceAll('-0', '0')));
const known = fc.option(number);
const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => key !== '__proto__');
const reason = fc.record({ code: fc.string(), text: fc.string({ unit: 'binary' }) });

const distribution: fc.Arbitrary<Distribution> = fc.record({
  count,
  minMs: known,
  meanMs: known,
  maxMs: known,
  overflow: count,
  quantiles: fc.dictionary(
    name,
    fc.record({ valueMs: known, lowMs: known, highMs: known, needs: fc.option(count) }),
    { noNullPrototype: true },
  ),
});

const status = fc.constantFrom('pass', 'fail', 'inconclusive');

const anyResult: fc.Arbitrary<ResultDocument> = fc
  .record({
    response: distribution,
    lag: fc.option(distribution),
    byCause: fc.dictionary(name, count, { noNullPrototype: true }),
    names: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
    text: fc.string({ unit: 'binary' }),
    plan: fc.dictionary(name, jsonValue, { noNullPrototype: true }),
    p50Ms: known,
    reasons: fc.array(reason, { maxLength: 2 }),
    status,
    value: known,
    limit: number,
    seed: fc.nat(),
  })
  .map((drawn) => {
    const base = SAMPLE;
    const [target] = base.targets;
    const [window] = base.series;
    const [objective] = base.objectives;
    if (target === undefined || window === undefined || objective === undefined)
      throw new Error('empty sample');
    return {
      ...base,
      plan: drawn.plan,
      seed: drawn.seed,
      repeat: drawn.text,
      totals: { ...base.totals, response: drawn.response, lag: drawn.lag, byCause: drawn.byCause },
      targets: drawn.names.map((found) => ({ ...target, name: found, service: drawn.response })),
      series: [{ ...window, p50Ms: drawn.p50Ms }],
      objectives: [{ ...objective, status: drawn.status, value: drawn.value, limit: drawn.limit }],
      verdict: { status: drawn.status, reasons: drawn.reasons },
      notes: drawn.reasons,
    };
  });

describe('reading what was written', () => {
  test('gives the same document, and the same text again', () => {
    fc.assert(
      fc.property(anyResult, (document) => {
        const text = encodeResult(document);
        const decoded = decodeResult(text, 'result.json');
        expect(decoded).toEqual(JSON.parse(text));
        expect(decoded).toEqual(document);
        expect(encodeResult(decoded)).toBe(text);
      }),
      { numRuns: 40 },
    );
  });
});

describe('reading anything else', () => {
  test('ends in a word about the file, never in another error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"schema":"headroom.result/1","a":${json}}`),
        ),
        (text) => {
          expect(() => decodeResult(text, 'x.json')).toThrow(UsageError);
        },
      ),
    );
  });

  test('a file cut at any place is refused', () => {
    const text = encodeResult(sampleResult());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length - 3 }), (length) => {
        expect(() => decodeResult(text.slice(0, length), 'x.json')).toThrow('x.json: the JSON is cut short');
      }),
      { numRuns: 60 },
    );
  });
});
