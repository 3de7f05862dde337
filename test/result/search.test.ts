/** What a search adds to a result document: written clean, and read back as it was written. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildResult } from '../../src/result/build.ts';
import { decodeResult } from '../../src/result/decode.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import { encodeResult } from '../../src/result/encode.ts';
import type { CapacityReport } from '../../src/verdict/capacity/report.ts';
import type { LaunchReport } from '../../src/verdict/launch/report.ts';
import { sampleInput } from '../support/sample-result.ts';
import { sampleCapacity, sampleLaunch, sampleTrial } from '../support/sample-search.ts';

function launchDocument(capacity: CapacityReport, launch: LaunchReport): ResultDocument {
  return buildResult(sampleInput({ command: 'launch', capacity, launch }));
}

/** The same value with every object's keys turned round. */
function turned<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).reverse())
      : each,
  );
}

/** The same value with every text that is no word of the contract replaced. */
function withTexts<T>(value: T, text: string): T {
  const free = new Set(['text', 'objective', 'brokeBy', 'brokeTarget']);
  return JSON.parse(JSON.stringify(value), (key, each: unknown) =>
    typeof each === 'string' && free.has(key) ? text : each,
  );
}

describe('the document of a search', () => {
  const document = launchDocument(sampleCapacity(), sampleLaunch());

  test('has the shape that other programs rely on', () => {
    expect(document.command).toBe('launch');
    expect(document.capacity).toMatchObject({
      heldPerSecond: 317,
      brokePerSecond: 345,
      brokeBy: 'p99 < 250ms',
      trials: expect.any(Array),
    });
    expect(document.launch).toMatchObject({
      answer: 'yes',
      askedPerSecond: 12,
      headroom: { low: 1.5, high: 2.1 },
    });
  });

  test('loses nothing that the search reported', () => {
    expect(document.capacity).toEqual(sampleCapacity());
    expect(document.launch).toEqual(sampleLaunch());
    const users = { count: 20_000, thinkMs: 30_000, requestsPerVisit: 8 };
    expect(launchDocument(sampleCapacity(), sampleLaunch({ users })).launch?.users).toEqual(users);
  });

  test('is read back as it was, and written the same again', () => {
    const text = encodeResult(document);
    expect(decodeResult(text, 'r.json')).toEqual(document);
    expect(encodeResult(decodeResult(text, 'r.json'))).toBe(text);
  });

  test('has its keys in one order, whatever the order of what was reported', () => {
    const other = launchDocument(turned(sampleCapacity()), turned(sampleLaunch()));
    expect(encodeResult(other)).toBe(encodeResult(document));
    expect(encodeResult(decodeResult(encodeResult(other), 'r.json'))).toBe(encodeResult(document));
  });

  test('says nothing of a search where there was none', () => {
    expect(Object.keys(buildResult(sampleInput()))).not.toContain('capacity');
    expect(Object.keys(buildResult(sampleInput()))).not.toContain('launch');
  });

  test('is without secrets and harmless, wherever a text stands', () => {
    const nasty = 'p99 of hunter2-secret\u001b[2J\u202e';
    const capacity = withTexts(
      sampleCapacity({ trials: [sampleTrial({ codes: [nasty] })], brokeTarget: nasty }),
      nasty,
    );
    const { capacity: found, launch } = launchDocument(capacity, withTexts(sampleLaunch(), nasty));
    const text = JSON.stringify([found, launch]);
    expect(text).not.toContain('hunter2-secret');
    expect(text).not.toMatch(/\\u001b|\u202e/);
    expect(found?.brokeTarget).toBe('p99 of ***\\x1b[2J\\u202e');
  });
});

describe('the numbers of a search', () => {
  test('are rounded to what was measured: times to the microsecond, rates to six decimals', () => {
    const third = 100 / 3;
    const trial = sampleTrial({
      ratePerSecond: third,
      startedMs: third,
      p99Ms: { value: third, low: third, high: Infinity },
      lagP99Ms: third / 1000,
    });
    const { capacity } = launchDocument(
      sampleCapacity({ trials: [trial], elapsedMs: third }),
      sampleLaunch(),
    );
    expect(capacity?.elapsedMs).toBe(33.333);
    expect(capacity?.trials[0]).toMatchObject({
      ratePerSecond: 33.333333,
      startedMs: 33.333,
      p99Ms: { value: 33.333, low: 33.333, high: null },
      lagP99Ms: 0.033,
    });
  });

  test('keep the digits of what is tiny', () => {
    const { usl, ...model } = sampleCapacity().model;
    const kappa = { value: 1.25e-9, low: 0, high: 3e-9 };
    const tiny = usl === null ? null : { ...usl, kappa };
    const { capacity } = launchDocument(sampleCapacity({ model: { ...model, usl: tiny } }), sampleLaunch());
    expect(capacity?.model.usl?.kappa).toEqual(kappa);
  });

  test('are null where they are not known, and never NaN, and are read back so', () => {
    const known = fc.option(fc.constantFrom(NaN, Infinity, -Infinity, 0, 317.25));
    fc.assert(
      fc.property(known, known, known, (a, b, c) => {
        const { usl, ...model } = sampleCapacity().model;
        const estimate = { value: a, low: b, high: c };
        const written = launchDocument(
          sampleCapacity({
            heldPerSecond: a,
            brokePerSecond: b,
            widthRatio: c,
            estimateMs: a,
            budgetMs: b,
            trials: [sampleTrial({ errorRatio: estimate, p50Ms: estimate, meanInFlight: c })],
            model: { ...model, kneePerSecond: a, usl: usl === null ? null : { ...usl, lambda: estimate } },
          }),
          sampleLaunch({ headroom: { low: a, high: b }, growth: { low: b, high: c } }),
        );
        // JSON turns a NaN or Infinity into null.
        expect(JSON.parse(JSON.stringify(written))).toEqual(written);
        expect(decodeResult(encodeResult(written), 'r.json')).toEqual(written);
      }),
      { numRuns: 30 },
    );
  });
});

describe('reading a search', () => {
  test.each([
    ['capacity.trials', undefined, 'capacity.trials'],
    ['capacity.heldPerSecond', '317', 'capacity.heldPerSecond'],
    ['capacity.limitedBy', 'bad luck', 'capacity.limitedBy'],
    ['launch.answer', 'maybe', 'launch.answer'],
    ['launch.headroom', {}, 'launch.headroom.low'],
    ['launch.surge', undefined, 'launch.surge'],
  ])('names the key that is missing or wrong: %s as %j', (path, value, expected) => {
    const document: unknown = JSON.parse(encodeResult(launchDocument(sampleCapacity(), sampleLaunch())));
    const [room = '', key = ''] = path.split('.');
    Reflect.set(Object(Reflect.get(Object(document), room)), key, value);
    expect(() => decodeResult(JSON.stringify(document), 'r.json')).toThrow(
      `r.json: not a whole result: ${expected}`,
    );
  });

  test('keeps keys of a later version', () => {
    const text = encodeResult(launchDocument(sampleCapacity(), sampleLaunch()));
    const later = text.replace('"heldPerSecond": 317', '"heldPerSecond": 317, "later": [1]');
    expect(decodeResult(later, 'r.json').capacity).toHaveProperty('later', [1]);
  });
});
