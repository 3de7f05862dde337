import { describe, expect, test } from 'vitest';
import type { Load, Stage } from '../../src/plan/plan.ts';
import { decodeTally } from '../../src/record/histogram.ts';
import { Recording } from '../../src/record/recording.ts';
import { askedPerSecond, buildResult, type ResultInput } from '../../src/result/build.ts';
import { decodeResult } from '../../src/result/decode.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import { encodeResult } from '../../src/result/encode.ts';
import {
  SAMPLE_LAYOUT,
  sampleAttempt,
  sampleInput,
  samplePlan,
  sampleResult,
} from '../support/sample-result.ts';

function openLoad(stages: readonly Stage[]): Load {
  const { load } = samplePlan();
  return { ...load, kind: 'open', arrivals: 'poisson', stages };
}

function closedLoad(): Load {
  const { load } = samplePlan();
  return { ...load, kind: 'closed', users: 5, think: { minMs: 0, maxMs: 0 }, durationMs: 20_000 };
}

/** A result of exactly these failures. */
function resultOf(recording: Recording, over: Partial<ResultInput> = {}): ResultDocument {
  const { measured } = sampleInput();
  return buildResult(sampleInput({ measured: { ...measured, recording }, ...over }));
}

describe('the sample run', () => {
  const result = sampleResult();

  test('has the totals of its recording', () => {
    expect(result.totals).toMatchObject({
      planned: 600,
      sent: 598,
      completed: 592,
      broken: 6,
      failed: 17,
      dropped: 2,
      byStatus: { '200': 581, '404': 4, '503': 7 },
      byCause: { 'headers-timeout': 3, 'http-4xx': 4, 'http-5xx': 7, reset: 3 },
      ratePerSecond: { asked: 30, sent: 29.9, completed: 29.6, good: 29.05 },
      meanInFlight: 1.142797,
    });
    expect(result.totals).not.toHaveProperty('residenceMs');
  });

  test('has the targets of its plan, which add up to the totals', () => {
    expect(result.targets.map((target) => target.name)).toEqual(['followers', 'record']);
    for (const key of ['sent', 'completed', 'broken', 'failed', 'dropped', 'inFlight'] as const) {
      expect(result.targets.reduce((sum, target) => sum + target[key], 0)).toBe(result.totals[key]);
    }
  });

  test('has blobs that hold what the distributions say', () => {
    const blobs = Object.entries(result.histograms).map(([name, blob]) => [name, decodeTally(blob).count]);
    expect(Object.fromEntries(blobs)).toEqual({
      response: 581,
      responseFailed: 14,
      service: 595,
      connection: 598,
      lag: 600,
    });
  });

  test('names the most frequent failure first', () => {
    expect(result.failures.map(({ cause, count }) => [cause, count])).toEqual([
      ['http-5xx', 7],
      ['http-4xx', 4],
      ['headers-timeout', 3],
      ['reset', 3],
    ]);
    expect(result.failures[2]?.examples[0]).toMatchObject({
      target: 'record',
      atMs: 3400.05,
      phase: 'wait',
      status: null,
      detail: 'no answer within 2 s',
    });
  });

  test('gives times to the microsecond', () => {
    const { response, lag } = result.totals;
    for (const ms of [response.meanMs, response.maxMs, lag?.meanMs, result.durationMs]) {
      expect(String(ms)).toMatch(/^\d+(\.\d{1,3})?$/);
    }
  });

  test('says when it began, in UTC', () => {
    expect(result.startedAt).toBe('2026-11-22T10:00:00.000Z');
  });
});

describe('text that a server wrote', () => {
  test('is harmless in failure details', () => {
    const example = sampleResult().failures.find((failure) => failure.cause === 'http-4xx')?.examples[0];
    expect(example?.detail).toMatch(/^HTTP 404 \\x1b\[31m/);
    expect(JSON.stringify(sampleResult().failures)).not.toMatch(/\\u001b/);
  });

  test('is short, and without secrets, wherever it stands', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    recording.add(
      sampleAttempt({
        outcome: 'broken',
        cause: 'protocol',
        status: 0,
        detail: `echo hunter2-secret ${'x'.repeat(100_000)}`,
        remote: '/run/hunter2-secret\u202e.sock',
      }),
    );
    const { judged } = sampleInput();
    const reason = { code: 'X', text: 'the server said hunter2-secret\u001b[2J' };
    const result = resultOf(recording, {
      repeat: 'headroom run -H "x-key: hunter2-secret"',
      stopped: { by: 'breaker', text: reason.text },
      judged: {
        ...judged,
        notes: [reason],
        verdict: { status: 'fail', reasons: [reason] },
        validity: {
          ...judged.validity,
          checks: judged.validity.checks.map((check) => ({ ...check, text: reason.text })),
        },
        objectives: judged.objectives.map((found) => ({
          ...found,
          reason,
          text: reason.text,
          target: reason.text,
        })),
        agreement: judged.agreement.map((found) => ({ ...found, reason })),
      },
    });
    const text = JSON.stringify(result);
    expect(text).not.toContain('hunter2-secret');
    // JSON writes a control character as \u001b, and a harmless one is the text \x1b.
    expect(text).not.toMatch(/\\u001b|\u202e/);
    expect(result.failures[0]?.examples[0]?.detail).toHaveLength(500);
    expect(result.addresses[0]?.address).toBe('/run/***\\u202e.sock');
    expect(result.repeat).toBe('headroom run -H "x-key: ***"');
  });
});

describe('addresses', () => {
  test('come busiest first, the collected rest last', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    for (let i = 0; i < 300; i += 1) recording.add(sampleAttempt({ remote: `10.0.0.${i}:80` }));
    recording.add(sampleAttempt({ remote: '10.0.0.7:80', cause: 'http-5xx' }));
    const { addresses } = resultOf(recording);
    // 256 of the 300 are told apart, those first in the alphabet.
    expect([addresses[0], addresses.at(-1)]).toEqual([
      { address: expect.stringMatching(/^10\.0\.0\./), attempts: 1, failed: 0 },
      { address: 'other', attempts: 45, failed: 1 },
    ]);
    recording.add(sampleAttempt({ remote: '10.0.0.100:80' }));
    expect(resultOf(recording).addresses[0]).toEqual({ address: '10.0.0.100:80', attempts: 2, failed: 0 });
  });
});

describe('the closed loop', () => {
  test('has no lag and nobody asked for a rate', () => {
    const result = buildResult(sampleInput({ plan: samplePlan({ load: closedLoad() }) }));
    expect([result.totals.lag, result.totals.ratePerSecond.asked]).toEqual([null, null]);
    expect(result.histograms).not.toHaveProperty('lag');
    expect(new Set(result.series.map((window) => window.lagMaxMs))).toEqual(new Set([null]));
  });
});

describe('a run that measured nothing', () => {
  test('is null where nothing is known, and never NaN', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    const base = sampleInput();
    const result = resultOf(recording, {
      measured: { ...base.measured, recording, offeredMs: 0, durationMs: 0 },
      judged: {
        ...base.judged,
        objectives: base.judged.objectives.map((found) => ({
          ...found,
          value: NaN,
          low: -Infinity,
          high: Infinity,
        })),
        validity: {
          status: 'inconclusive',
          checks: base.judged.validity.checks.map((check) => ({ ...check, measured: NaN, limit: Infinity })),
        },
      },
    });
    // JSON turns a NaN or Infinity into null.
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result.totals.errorRatio).toEqual({ value: null, low: null, high: null });
    expect(result.totals.response.quantiles['p50']).toEqual({
      valueMs: null,
      lowMs: null,
      highMs: null,
      needs: 6,
    });
    expect(result.objectives[0]).toMatchObject({ value: null, low: null, high: null });
    expect([result.series, result.failures, result.addresses]).toEqual([[], [], []]);
  });
});

describe('the asked rate', () => {
  const constant = (ratePerSecond: number, durationMs: number): Stage => {
    return { kind: 'constant', ratePerSecond, durationMs };
  };
  const ramp: Stage = { kind: 'ramp', fromPerSecond: 0, toPerSecond: 100, durationMs: 10_000 };
  test.each([
    ['one stage', openLoad([constant(30, 20_000)]), 30],
    ['a stage without end', openLoad([constant(30, Infinity)]), 30],
    ['a ramp: its middle', openLoad([ramp]), 50],
    ['several stages: weighted by their length', openLoad([ramp, constant(100, 30_000)]), 87.5],
    ['no time at all', openLoad([constant(30, 0)]), null],
    ['the closed loop', closedLoad(), null],
  ])('of %s', (_, load, expected) => {
    expect(askedPerSecond(load)).toBe(expected);
  });
});

test('keys come in the order of the schema, whatever the order of what was judged', () => {
  const turned = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).reverse()) as T;
  const { judged } = sampleInput();
  const validity = { ...judged.validity, checks: judged.validity.checks.map(turned) };
  const result = buildResult(
    sampleInput({ judged: { ...judged, validity, objectives: judged.objectives.map(turned) } }),
  );
  const text = encodeResult(result);
  expect(encodeResult(decodeResult(text, 'result.json'))).toBe(text);
});
