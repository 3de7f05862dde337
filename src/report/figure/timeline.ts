/** The course of a run in as many stretches as a picture or a table has room for. */

import type { ResultDocument, WindowResult } from '../../result/document.ts';
import { decodeLatency, type LatencyBucket } from '../../result/series.ts';
import { formatDuration } from '../format.ts';

/** Stretches in a picture. */
export const MOST_COLUMNS = 150;
/** Requests that a stretch should have on average for its rate to be more than chance. */
const TELLING_REQUESTS = 40;
const LEAST_COLUMNS = 12;
/** Stretches in the table beside it. */
export const MOST_ROWS = 24;

/** The windows of one stretch together. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** Seconds of it in which requests were due. */
  seconds: number;
  /** Sent or dropped. */
  due: number;
  sent: number;
  answered: number;
  failed: number;
  dropped: number;
  /** Largest at the end of one of its windows; null: nothing was due. */
  inFlight: number | null;
  lagMaxMs: number | null;
  readonly byCause: Map<string, number>;
  readonly byStatus: Map<string, number>;
  /** Response times of successes, by lower edge. */
  readonly latency: Map<number, LatencyBucket>;
}

/** The figures of a page read the same stretches, and decoding the latencies of 1,200 windows takes a while. */
const made = new WeakMap<ResultDocument, Map<number, readonly Stretch[]>>();

/** The run in at most `most` stretches of equal length; empty when it has no windows. */
export function stretchesOf(result: ResultDocument, most: number): readonly Stretch[] {
  const known = made.get(result) ?? new Map<number, readonly Stretch[]>();
  made.set(result, known);
  const stretches = known.get(most) ?? cutUp(result, most);
  known.set(most, stretches);
  return stretches;
}

/** As {@link stretchesOf}, in so few that a rate per stretch is no mere chance: about 40 requests in each, 12 to 150 stretches. */
export function ratesOf(result: ResultDocument): readonly Stretch[] {
  const due = result.series.reduce((sum, { sent, dropped }) => sum + sent + dropped, 0);
  const wanted = Math.max(LEAST_COLUMNS, Math.floor(due / TELLING_REQUESTS));
  return stretchesOf(result, Math.min(MOST_COLUMNS, wanted));
}

function cutUp({ series, windowMs, totals }: ResultDocument, most: number): Stretch[] {
  if (series.length === 0 || !(windowMs > 0)) return [];
  const indexOf = ({ fromMs }: WindowResult): number => Math.max(0, Math.round(fromMs / windowMs));
  const windows = series.reduce((largest, window) => Math.max(largest, indexOf(window)), 0) + 1;
  const each = Math.ceil(windows / most);
  const widthMs = each * windowMs;
  const { sent } = totals.ratePerSecond;
  const offeredMs = sent > 0 ? (totals.sent / sent) * 1000 : Number.POSITIVE_INFINITY;
  const endMs = Math.max(Math.min(windows * windowMs, offeredMs), (windows - 1) * windowMs + windowMs / 20);
  const stretches = Array.from({ length: Math.ceil(windows / each) }, (_, index) =>
    emptyStretch(index * widthMs, Math.min((index + 1) * widthMs, endMs)),
  );
  for (const window of series) {
    const stretch = stretches[Math.floor(indexOf(window) / each)];
    if (stretch !== undefined) addWindow(stretch, window);
  }
  return stretches;
}

/** The q-quantile of the successes of a stretch, ms, at the middle of its bucket (within 5 %); null without any. */
export function quantileMs({ latency }: Pick<Stretch, 'latency'>, q: number): number | null {
  const buckets = [...latency.values()].sort((a, b) => a.fromMs - b.fromMs);
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  let seen = 0;
  const found = buckets.find((bucket) => {
    seen += bucket.count;
    return seen >= Math.max(1, Math.ceil(count * q));
  });
  return found === undefined ? null : Math.sqrt(found.fromMs * found.toMs);
}

/** A time since the start, beside an axis. */
export function formatMoment(ms: number): string {
  return ms === 0 ? '0' : formatDuration(ms);
}

/** How many successes a stretch has. */
export function successesOf({ latency }: Pick<Stretch, 'latency'>): number {
  let count = 0;
  for (const bucket of latency.values()) count += bucket.count;
  return count;
}

function emptyStretch(fromMs: number, toMs: number): Stretch {
  return {
    fromMs,
    toMs,
    seconds: Math.max(0, toMs - fromMs) / 1000,
    due: 0,
    sent: 0,
    answered: 0,
    failed: 0,
    dropped: 0,
    inFlight: null,
    lagMaxMs: null,
    byCause: new Map(),
    byStatus: new Map(),
    latency: new Map(),
  };
}

function addWindow(to: Stretch, window: WindowResult): void {
  to.due += window.sent + window.dropped;
  to.sent += window.sent;
  to.answered += window.answered;
  to.failed += window.failed;
  to.dropped += window.dropped;
  to.inFlight = Math.max(to.inFlight ?? 0, window.inFlight);
  to.lagMaxMs = window.lagMaxMs === null ? to.lagMaxMs : Math.max(to.lagMaxMs ?? 0, window.lagMaxMs);
  addCounts(to.byCause, window.byCause);
  addCounts(to.byStatus, window.byStatus);
  for (const bucket of decodeLatency(window.latency)) {
    const count = (to.latency.get(bucket.fromMs)?.count ?? 0) + bucket.count;
    to.latency.set(bucket.fromMs, { ...bucket, count });
  }
}

function addCounts(to: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(counts)) to.set(key, (to.get(key) ?? 0) + count);
}
