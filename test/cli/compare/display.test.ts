import { describe, expect, test } from 'vitest';
import type { ComparisonMoment } from '../../../src/app/compare/moment.ts';
import { comparisonLines, createComparisonDisplay } from '../../../src/cli/compare/display.ts';
import { sampleComparison } from '../../support/sample-comparison.ts';

const { blocks, findings } = sampleComparison();

const LIVE: ComparisonMoment['live'] = {
  phase: 'running',
  elapsedMs: 1200,
  totalMs: 2500,
  askedPerSecond: 100,
  achievedPerSecond: 98.2,
  p50Ms: 8.2,
  p99Ms: 41,
  errors: 0,
  errorRatio: 0,
  inFlight: 2,
  dropped: 0,
};

function moment(over: Partial<ComparisonMoment> = {}): ComparisonMoment {
  return {
    elapsedMs: 60_000,
    leftMs: 241_000,
    pairs: 12,
    maxBlocks: 64,
    nextLook: 20,
    side: 'candidate',
    live: LIVE,
    blocks,
    findings,
    ...over,
  };
}

function stage(isTTY: boolean) {
  let text = '';
  const out = { isTTY, columns: 80, write: (more: string) => (text += more) };
  const display = createComparisonDisplay(out, { quiet: false, color: false, unicode: true });
  return { display, text: () => text };
}

describe('the live display of a comparison', () => {
  test('shows how far it is, both sides, the effects and the block under way', () => {
    expect(comparisonLines(moment(), { color: false, unicode: true, columns: 80 })).toEqual([
      'comparing: 12 blocks of each, 64 at most, next look at 20   at most 4m left',
      expect.stringMatching(/^baseline {3}p99 \d.*ms {3}[▁▂▃▄▅▆▇█]{12}$/),
      expect.stringMatching(/^candidate {2}p99 /),
      'p50        +0.4% [-1.9%, +2.6%]: not worse',
      'p99        +29.4% [+16.1%, …]: worse',
      'errors     +0.1 points [-0.3 points, +0.6 points]: open',
      'now        candidate   98.2/s   p50 8.2ms   p99 41ms   no errors',
    ]);
  });

  test('says when it looks first', () => {
    const early = moment({ pairs: 0, blocks: [], findings: [], nextLook: 8, side: 'baseline', live: null });
    expect(comparisonLines(early, { color: false, unicode: true, columns: 80 }).slice(1)).toEqual([
      'baseline   nothing yet',
      'candidate  nothing yet',
      'effect     first look at 8 blocks of each',
      'now        baseline, starting',
    ]);
  });

  test.each([20, 40, 80])('keeps within %i columns', (columns) => {
    const lines = comparisonLines(moment(), { color: false, unicode: false, columns });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
  });

  test('is redrawn in place on a terminal', () => {
    const { display, text } = stage(true);
    display.update(moment(), 0);
    display.update(moment(), 50);
    display.update(moment(), 150);
    display.finish();
    expect(text().match(/comparing:/g)).toHaveLength(2);
    expect(text()).toContain('\u001b[7A');
  });

  test('is a line at each look in a log, and one every half minute', () => {
    const { display, text } = stage(false);
    const before = moment({ findings: [] });
    display.update(before, 0);
    display.update(before, 29_000);
    display.update(before, 31_000);
    display.update(moment(), 32_000);
    // Judged anew with each pair, and the same until the next look.
    display.update(moment({ findings: findings.map((found) => ({ ...found })) }), 33_000);
    display.finish();
    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('comparing: 12 blocks of each, 64 at most, at most 4m left');
    expect(lines[1]).toMatch(/p99 \+29.4% \[\+16.1%, …\]: worse/);
  });
});
