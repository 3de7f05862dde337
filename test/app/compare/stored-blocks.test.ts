import { describe, expect, test } from 'vitest';
import { cutIntoBlocks } from '../../../src/app/compare/stored-blocks.ts';
import type { ResultDocument, WindowResult } from '../../../src/result/document.ts';
import { storedRun } from './stored-runs.ts';

function withSeries(
  document: ResultDocument,
  change: (window: WindowResult, index: number) => Partial<WindowResult>,
) {
  return {
    ...document,
    series: document.series.map((window, index) => ({ ...window, ...change(window, index) })),
  };
}

describe('cutIntoBlocks', () => {
  const run = storedRun({ seed: 7 });

  test('cuts as many blocks of equal length as hold a p99 each, in order', () => {
    const blocks = cutIntoBlocks([run], 'baseline', 64);
    expect(blocks).toHaveLength(50);
    const starts = blocks.map(({ startedMs }) => startedMs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(Math.min(...blocks.map(({ sent }) => sent))).toBeGreaterThanOrEqual(100);
    expect(blocks.reduce((sum, { sent }) => sum + sent, 0)).toBe(6000);
    expect(new Set(blocks.map(({ side }) => side))).toEqual(new Set(['baseline']));
  });

  test('finds percentiles far closer than the width of a bucket: 20 ms and an exponential of 2 ms', () => {
    for (const { p50Ms, p99Ms } of cutIntoBlocks([run], 'candidate', 8)) {
      // The true ones are 21.39 and 29.2 ms, of 750 values with a standard deviation of 0.07 and 0.73; a bucket spans 9 %.
      expect(Math.abs((p50Ms ?? 0) - 21.39)).toBeLessThan(0.35);
      expect(Math.abs((p99Ms ?? 0) - 29.2)).toBeLessThan(3);
    }
  });

  test('shows small changes as they are, wherever the edges of the buckets lie', () => {
    for (const factor of [0.97, 1.02, 1.05, 1.1]) {
      const medians = (blocks: ReturnType<typeof cutIntoBlocks>): number =>
        blocks.reduce((sum, { p50Ms }) => sum + (p50Ms ?? 0), 0) / blocks.length;
      const [before, after] = [run, storedRun({ seed: 7, factor })].map((each) =>
        medians(cutIntoBlocks([each], 'candidate', 8)),
      );
      expect((after ?? 0) / (before ?? 1)).toBeCloseTo(factor, 2);
    }
  });

  test('counts failures and drops as infinitely slow, however fast they came', () => {
    const failing = cutIntoBlocks([storedRun({ seed: 7, errors: 0.05 })], 'candidate', 8);
    expect(failing.map(({ p99Ms }) => p99Ms)).toEqual(Array.from({ length: 8 }, () => null));
    for (const { p50Ms, failed, sent } of failing) {
      expect(p50Ms).toBeGreaterThan(19.6);
      expect(failed / sent).toBeCloseTo(0.05, 1);
    }
    const dropping = withSeries(run, ({ sent }) => ({ dropped: sent }));
    expect(cutIntoBlocks([dropping], 'candidate', 8).map(({ p99Ms }) => p99Ms)).toContain(null);
  });

  test('makes blocks longer where neighbours are alike', () => {
    const [fast, slow] = [
      run.series[0]?.latency ?? '',
      storedRun({ seed: 7, factor: 3 }).series[0]?.latency ?? '',
    ];
    // Ten seconds fast, ten seconds slow, and so on.
    const moody = withSeries(run, (_, index) => ({
      latency: Math.floor(index / 40) % 2 === 0 ? fast : slow,
    }));
    expect(cutIntoBlocks([moody], 'baseline', 64).length).toBeLessThan(30);
  });

  test('makes eight of what is too short, and fewer where there are fewer windows', () => {
    expect(cutIntoBlocks([storedRun({ seed: 7, seconds: 5 })], 'baseline', 64)).toHaveLength(8);
    expect(cutIntoBlocks([storedRun({ seed: 7, seconds: 1 })], 'baseline', 64)).toHaveLength(4);
    expect(cutIntoBlocks([{ ...run, series: [] }], 'baseline', 64)).toEqual([]);
  });

  test('takes several runs one after another', () => {
    const blocks = cutIntoBlocks([run, storedRun({ seed: 8 })], 'baseline', 16);
    expect(blocks).toHaveLength(16);
    expect(blocks.filter(({ startedMs }) => startedMs === 0)).toHaveLength(2);
  });
});
