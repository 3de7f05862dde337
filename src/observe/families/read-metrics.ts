/** A page of metrics as a reading. */

import { parsePrometheus } from '../prometheus/parse-prometheus.ts';
import type { HistogramFact, Reading } from '../reading.ts';
import { isExporter, MACHINE_SAMPLES, readMachine } from './machine-families.ts';
import { FactBook, MetricsPage } from './metrics-page.ts';
import { PROCESS_SAMPLES, readProcess } from './process-families.ts';

const RUN_QUEUE = 'go_sched_latencies_seconds';
const RUN_QUEUE_BUCKET = `${RUN_QUEUE}_bucket`;
const WANTED: ReadonlySet<string> = new Set([...PROCESS_SAMPLES, ...MACHINE_SAMPLES, RUN_QUEUE_BUCKET]);

/**
 * What a page of Prometheus text tells of a server. Families that nobody here knows are checked and let go. A page
 * of an exporter (node_exporter, cAdvisor) tells of its machine alone: its own process is not the server.
 *
 * @throws MetricsSyntaxError
 */
export function readMetrics(text: string, atMs: number): Reading {
  const page = new MetricsPage(
    parsePrometheus(text, (name) => WANTED.has(name)),
    atMs,
  );
  const book = new FactBook(page);
  const isOfMachine = isExporter(page);
  readMachine(page, book);
  if (!isOfMachine) readProcess(page, book);
  const runQueue = isOfMachine ? null : readRunQueue(page);
  return { atMs, facts: book.facts, histograms: new Map(runQueue === null ? [] : [['run-queue', runQueue]]) };
}

/** Null when there is none, when one of its counts is none, or when buckets of several servers stand there. */
function readRunQueue(page: MetricsPage): HistogramFact | null {
  const buckets = page
    .all(RUN_QUEUE_BUCKET)
    .map(({ labels, value }) => ({ bound: boundOf(labels.get('le')), value }))
    .toSorted((a, b) => a.bound - b.bound);
  const bounds = buckets.map(({ bound }) => bound * 1000);
  if (!buckets.every(({ value }) => Number.isFinite(value))) return null;
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY || new Set(bounds).size < bounds.length) return null;
  return { bounds, cumulative: buckets.map(({ value }) => value), from: RUN_QUEUE };
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le ?? Number.NaN);
}
