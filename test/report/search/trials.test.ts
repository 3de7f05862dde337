import { describe, expect, test } from 'vitest';
import { trialLines } from '../../../src/report/search/trials.ts';
import { textWidth } from '../../../src/report/terminal/layout.ts';
import { createInk } from '../../../src/report/terminal-ink.ts';
import type { TrialReport } from '../../../src/verdict/capacity/report.ts';
import { sampleCapacity, sampleTrial } from '../../support/sample-search.ts';

function lines(width: number, trials: readonly TrialReport[], verbose = false): string[] {
  const ink = createInk({ color: false, width, unicode: true, verbose });
  return trialLines(sampleCapacity({ trials }), ink).slice(2);
}

const BUSY = sampleTrial({
  number: 12,
  purpose: 'recovery',
  ratePerSecond: 12_500,
  durationMs: 300_000,
  startedMs: 1_234_000,
  exceeded: 123_456,
  inflation: 123.4,
  errorRatio: { value: 0.0123, low: 0.0118, high: 0.0129 },
  p99Ms: { value: 1240, low: 1190, high: null },
  label: 'broken',
  shows: 'undecided',
});

describe('the trials', () => {
  test('take one line each in a wide terminal, with intervals beside their values', () => {
    const found = lines(130, [sampleTrial({ exceeded: 3, inflation: 1.42 })]);
    expect(found.map((line) => line.trim().split(/ {2,}/).join(' | '))).toEqual([
      '# | for | planned | sent | done | lag | n | over | errors | p50 | p99 | alone | infl.',
      '✓ | 1 | climb | 100/s | 100/s | 99.8/s | 81us | 1,000 | 3 | 0% [0, 0.3] | 8.2ms [7.95, 8.45] | ' +
        '41ms [34.9, 47.1] | ✓ | 1.42',
    ]);
  });

  test('keep everything at 80 columns, in two lines each', () => {
    const found = lines(80, [sampleTrial(), BUSY]);
    expect(Math.max(...found.map(textWidth))).toBeLessThanOrEqual(80);
    expect(found.slice(-2)).toEqual([
      '  ✗ 12 recovery 12,500/s 12,475/s 3,750,000     1.23%     8.2ms     1.24s     ?',
      '                12,500/s     81us   123,456 1.18–1.29 7.95–8.45    1.19–∞   123',
    ]);
  });

  test('fall back to the values alone where there is no room', () => {
    const found = lines(60, [sampleTrial()]);
    expect(found).toHaveLength(2);
    expect(found[0]).not.toContain('infl.');
  });

  test('say when each began and how long it took when asked for more', () => {
    expect(lines(120, [BUSY], true).join('\n')).toMatch(/began[^]*lasted[^]*20m34s[^]*5m/);
    expect(lines(120, [BUSY]).join('\n')).not.toContain('20m34s');
  });

  test('tell an infinite quantile from one that is not known', () => {
    const unknown = { value: null, low: null, high: null };
    const infinite = { value: null, low: 2100, high: null };
    const row = lines(130, [sampleTrial({ p50Ms: unknown, p99Ms: infinite })])[1];
    expect(row).toMatch(/ – +∞ \[2\.1s, ∞\]/);
  });

  test('add what was seen beside the numbers', () => {
    expect(lines(80, [sampleTrial({ number: 4, codes: ['BREAKER', 'BACKLOG'] })]).at(-1)).toBe(
      '  trial 4: BREAKER, BACKLOG',
    );
  });
});
