import { HistogramLogReader, listTags } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { renderHlog } from '../../../src/report/data/hlog.ts';
import type { Distribution } from '../../../src/result/document.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { closedLoopResult } from '../results.ts';

function intervals(log: string) {
  const reader = new HistogramLogReader(log);
  const found = [];
  for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram()) {
    found.push(next);
  }
  return found;
}

/** Three significant digits, and the rounding of the document. */
function expectNear(us: number, ms: number | null): void {
  expect(Math.abs(us / 1000 - (ms ?? Number.NaN))).toBeLessThanOrEqual((ms ?? 0) * 0.0015 + 0.002);
}

describe('an HdrHistogram log', () => {
  const result = sampleResult();
  const log = renderHlog(result);

  test('is read by HdrHistogram, an interval per kind of time', () => {
    expect(listTags(log)).toEqual(
      Object.keys(result.histograms).filter((tag) => log.includes(`Tag=${tag},`)),
    );
    const found = intervals(log);
    expect(found.map(({ tag }) => tag)).toEqual([
      'response',
      'responseFailed',
      'service',
      'connection',
      'lag',
    ]);
    for (const { startTimeStampMsec, endTimeStampMsec } of found) {
      expect(startTimeStampMsec).toBe(Date.parse(result.startedAt));
      expect(endTimeStampMsec - startTimeStampMsec).toBeCloseTo(result.durationMs, -1);
    }
  });

  test.each<[string, (totals: typeof result.totals) => Distribution | null]>([
    ['response', ({ response }) => response],
    ['service', ({ service }) => service],
    ['connection', ({ connection }) => connection],
    ['lag', ({ lag }) => lag],
  ])('has the quantiles of the document: %s', (tag, of) => {
    const distribution = of(result.totals);
    const histogram = intervals(log).find((interval) => interval.tag === tag);
    if (histogram === undefined || distribution === null) throw new Error(tag);
    expect(histogram.totalCount).toBe(distribution.count);
    let compared = 0;
    for (const [name, { valueMs }] of Object.entries(distribution.quantiles)) {
      if (valueMs === null) continue;
      expectNear(histogram.getValueAtPercentile(Number(name.slice(1))), valueMs);
      compared += 1;
    }
    expect(compared).toBeGreaterThanOrEqual(4);
    expectNear(histogram.maxValue, distribution.maxMs);
  });

  test('has no lag where nothing was intended', () => {
    const { lag: _, ...histograms } = closedLoopResult().histograms;
    expect(listTags(renderHlog({ ...closedLoopResult(), histograms }))).not.toContain('lag');
  });

  test('refuses what is no histogram instead of passing it on', () => {
    const forged = { ...result, histograms: { response: 'HISTFAAA\nTag=x,1,2,3,evil' } };
    expect(() => renderHlog(forged)).toThrow(UsageError);
  });
});
