/** Cuts stored runs into blocks, from the windows of their series. */

import { decodeTally } from '../../record/histogram.ts';
import type { Tally } from '../../record/tally.ts';
import type { ResultDocument, WindowResult } from '../../result/document.ts';
import { decodeLatency, type LatencyBucket } from '../../result/series.ts';
import { nearestRank } from '../../stats/quantile-interval.ts';
import type { Block } from '../../verdict/compare/block.ts';
import { LEAST_BLOCKS, MOST_BLOCKS } from '../../verdict/compare/looks.ts';
import type { Side } from '../../verdict/compare/report.ts';
import { LEAST_ATTEMPTS } from '../../verdict/compare/wording.ts';
import { lagAt, withoutLag } from './lateness.ts';
import { type Within, withinBuckets } from './within-buckets.ts';

/** Neighbouring blocks more alike than this are too short to count as independent ones. */
const ALIKE = 0.3;

/**
 * Blocks of the runs of a side, in the order of their windows: as many of equal length as hold 100 attempts each, give
 * or take a fifth, 8 to 64 in all; fewer where neighbours would be alike (their lag-1 autocorrelation above 0.3:
 * Fishman, "Grouping observations in digital simulation", 1978), as an interval counts on independent ones.
 *
 * @param most blocks to cut at most
 */
export function cutIntoBlocks(documents: readonly ResultDocument[], side: Side, most: number): Block[] {
  let count = Math.min(most, roomFor(documents));
  let blocks = cutInto(documents, side, count);
  while (count >= 2 * LEAST_BLOCKS && isAlike(blocks)) {
    count = Math.floor(count / 2);
    blocks = cutInto(documents, side, count);
  }
  return blocks;
}

/** Blocks that the runs hold, 64 at most; 8 where they would be too short, fewer where there are fewer windows. */
function roomFor(documents: readonly ResultDocument[]): number {
  const windows = documents.reduce((sum, { series }) => sum + series.length, 0);
  const attempts = documents.reduce((sum, { series }) => sum + attemptsIn(series), 0);
  const full = Math.floor(attempts / (1.2 * LEAST_ATTEMPTS));
  return Math.min(windows, MOST_BLOCKS, Math.max(LEAST_BLOCKS, full));
}

function cutInto(documents: readonly ResultDocument[], side: Side, count: number): Block[] {
  const each = Math.max(1, Math.floor(count / documents.length));
  return documents.flatMap(({ series, windowMs, histograms }) => {
    const within = withinBuckets(histograms['response']);
    const lag = histograms['lag'] === undefined ? null : decodeTally(histograms['lag']);
    const parts = Math.min(each, series.length);
    return Array.from({ length: parts }, (_, part) => {
      const from = Math.floor((part * series.length) / parts);
      const to = Math.floor(((part + 1) * series.length) / parts);
      return blockOf(series.slice(from, to), { windowMs, side, within, lag });
    });
  });
}

function attemptsIn(windows: readonly WindowResult[]): number {
  return windows.reduce((sum, { sent, dropped }) => sum + sent + dropped, 0);
}

interface Cut {
  readonly windowMs: number;
  readonly side: Side;
  readonly within: Within;
  /** Our lateness in the whole run; null where it is not known. */
  readonly lag: Tally | null;
}

function blockOf(windows: readonly WindowResult[], { windowMs, side, within, lag }: Cut): Block {
  const sent = attemptsIn(windows);
  const good = windows.reduce((sum, window) => sum + window.good, 0);
  const buckets = bucketsOf(windows);
  const quantile = (q: number): number | null => quantileMs(buckets, nearestRank(sent, q), within);
  const quantiles = { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  // Of a block only the largest lateness is kept: where that is less, the run's was elsewhere.
  const mostMs = Math.max(0, ...windows.map(({ lagMaxMs }) => lagMaxMs ?? 0));
  const lagMs = (q: number): number => (lag === null ? 0 : Math.min(mostMs, lagAt(lag, q)));
  const own = {
    p50Ms: withoutLag(quantiles.p50Ms, lagMs(0.5)),
    p99Ms: withoutLag(quantiles.p99Ms, lagMs(0.99)),
  };
  const startedMs = windows[0]?.fromMs ?? 0;
  const durationMs = windows.length * windowMs;
  return { side, startedMs, durationMs, sent, failed: sent - good, ...quantiles, own };
}

/** The buckets of all windows together, ascending. */
function bucketsOf(windows: readonly WindowResult[]): LatencyBucket[] {
  const sum = new Map<number, LatencyBucket>();
  for (const bucket of windows.flatMap(({ latency }) => decodeLatency(latency))) {
    const count = (sum.get(bucket.fromMs)?.count ?? 0) + bucket.count;
    sum.set(bucket.fromMs, { ...bucket, count });
  }
  return [...sum.values()].sort((a, b) => a.fromMs - b.fromMs);
}

/** By nearest rank; null where the rank falls among failures. */
function quantileMs(buckets: readonly LatencyBucket[], rank: number, within: Within): number | null {
  let before = 0;
  for (const bucket of buckets) {
    if (before + bucket.count >= rank) return within(bucket, (rank - before - 0.5) / bucket.count);
    before += bucket.count;
  }
  return null;
}

/** Lag-1 autocorrelation of the medians' logarithms. */
function isAlike(blocks: readonly Block[]): boolean {
  const logs = blocks.map(({ p50Ms }) => Math.log(p50Ms ?? 1e9));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const deviations = logs.map((log) => log - mean);
  const variance = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  const together = deviations.reduce((sum, here, index) => sum + here * (deviations[index + 1] ?? 0), 0);
  return variance > 0 && together / variance > ALIKE;
}
