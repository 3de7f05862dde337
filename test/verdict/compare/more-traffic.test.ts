import { describe, expect, test } from 'vitest';
import { moreTraffic } from '../../../src/verdict/compare/more-traffic.ts';
import type { ComparisonFinding } from '../../../src/verdict/compare/report.ts';
import { block } from './simulated.ts';

function open(value: number, low: number | null, high: number | null): ComparisonFinding {
  return {
    indicator: 'p99',
    status: 'inconclusive',
    effect: { value, low, high },
    minimumEffect: 0.1,
    confidence: 0.95,
    shown: '~',
    text: '',
  };
}

function adviceOn(
  found: ComparisonFinding,
  count = 64,
  mode: 'live' | 'stored' = 'live',
): string | undefined {
  const blocks = Array.from({ length: count }, () => block('candidate', 10, 40));
  return moreTraffic({ findings: [found], blocks, mode })?.text;
}

describe('what would decide a comparison that is open', () => {
  // An interval of twice the width that may be needs four times the traffic: (ln 1.21 / ln 1.1)^2.
  test('is longer blocks where there are as many as there may be', () => {
    expect(adviceOn(open(1, 0.8, 1.21))).toContain('blocks of 8s (--block) would decide');
  });

  test('is more blocks where there may be more', () => {
    expect(adviceOn(open(1, 0.8, 1.21), 12)).toContain('about 48 blocks of each side');
  });

  test('is longer runs where runs are stored', () => {
    expect(adviceOn(open(1, 0.8, 1.21), 16, 'stored')).toContain('runs of 3m');
  });

  test('is no traffic where the effect is as large as what matters', () => {
    expect(adviceOn(open(1.099, 0.9, 1.3))).toContain('another --min-effect would');
  });

  test('is not known without an interval, nor of too few blocks', () => {
    expect(adviceOn(open(1, null, 1.2))).toBeUndefined();
    expect(adviceOn(open(1, 0.8, 1.21), 3)).toBeUndefined();
  });

  test('is not told where the blocks are too short for their p99, however many', () => {
    const blocks = Array.from({ length: 64 }, () => block('candidate', 10, 40, { sent: 99 }));
    const found = open(1, 0.8, 1.21);
    expect(moreTraffic({ findings: [found], blocks, mode: 'live' })).toBeNull();
    expect(moreTraffic({ findings: [{ ...found, indicator: 'p50' }], blocks, mode: 'live' })).not.toBeNull();
  });

  test('is nothing where all is decided', () => {
    expect(adviceOn({ ...open(1, 0.99, 1.01), status: 'pass' })).toBeUndefined();
  });
});
