import fc from 'fast-check';
import { Parser } from 'tap-parser';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../../../src/report/ci/cases.ts';
import { renderTap } from '../../../src/report/ci/tap.ts';
import { plant, plantedTexts } from '../../support/hostile-text.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { inconclusiveResult, passResult } from '../results.ts';
import { capacityResult, noResult } from '../searches.ts';
import { comparedResult, judgedAs } from './documents.ts';

interface Read {
  readonly ok: boolean;
  readonly count: number;
  readonly skip: number;
  readonly bailout: boolean | string;
  readonly plan: { readonly start: number | null; readonly end: number | null };
  readonly points: readonly { readonly ok: boolean; readonly name: string; readonly diag: unknown }[];
  readonly extras: readonly string[];
  readonly faults: readonly unknown[];
}

/** What tap-parser makes of it, strictly. */
function read(tap: string): Read {
  const parser = new Parser({ strict: true });
  const points: Read['points'][number][] = [];
  const extras: string[] = [];
  parser.on('assert', ({ ok, name, diag }) => points.push({ ok, name, diag }));
  parser.on('extra', (extra) => extras.push(extra));
  parser.end(tap);
  const { results } = parser;
  if (results === undefined || results === null) throw new Error('the parser has no results');
  const { ok, count, skip, bailout, plan, failures } = results;
  const faults = failures.filter(({ tapError }) => tapError !== null && tapError !== undefined);
  return { ok, count, skip, bailout, plan, points, extras, faults };
}

const RESULTS = [
  { ...sampleResult(), planFile: 'load/headroom.yaml' },
  passResult(),
  inconclusiveResult(),
  capacityResult(),
  noResult(),
  comparedResult(),
];

describe('a TAP report', () => {
  test('has a point per case, as many as its plan says', () => {
    for (const result of RESULTS) {
      const cases = casesOf(result);
      const found = read(renderTap(result));
      expect(found.faults).toEqual([]);
      expect(found.extras).toEqual([]);
      expect(found.plan).toMatchObject({ start: 1, end: cases.length });
      expect(found.count).toBe(cases.length);
      expect(found.skip).toBe(cases.filter(({ status }) => status === 'skipped').length);
      expect(found.ok).toBe(result.verdict.status === 'pass');
    }
  });

  test('says what could not be judged as not ok, with a diagnostic, and goes on', () => {
    const found = read(renderTap({ ...judgedAs('inconclusive', 'pass'), planFile: 'load/headroom.yaml' }));
    expect(found.bailout).toBe(false);
    expect(found.points.map(({ ok }) => ok)).toEqual([false, true, true]);
    expect(found.points[0]?.diag).toMatchObject({
      status: 'inconclusive',
      at: { file: 'load/headroom.yaml', line: 1, column: 3 },
    });
  });

  test('is read as it was meant, whatever texts are planted', () => {
    fc.assert(
      fc.property(plantedTexts, fc.constantFrom(...RESULTS), (texts, result) => {
        const planted = plant(result, texts);
        const cases = casesOf(planted);
        const found = read(renderTap(planted));
        expect(found.faults).toEqual([]);
        expect(found.extras).toEqual([]);
        expect(found.bailout).toBe(false);
        expect(found.count).toBe(cases.length);
        expect(found.points.map(({ ok }) => ok)).toEqual(
          cases.map(({ status }) => status === 'pass' || status === 'skipped'),
        );
        const diagnosed = found.points.flatMap(({ diag }) =>
          diag === undefined || diag === null ? [] : [diag],
        );
        expect(diagnosed).toHaveLength(cases.filter(({ status }) => status !== 'skipped').length);
      }),
      { numRuns: 100 },
    );
  });
});
