/** What a process tells of itself: Go's, Node's and Java's client libraries, and the demo system. */

import type { FactName } from '../reading.ts';
import type { FactBook, MetricsPage } from './metrics-page.ts';

type Row = readonly [metric: string, fact: FactName, scale?: number];

/** Names of the Go client, of Node's prom-client and of Micrometer; of two for one fact the first that is there. */
const ROWS: readonly Row[] = [
  ['process_start_time_seconds', 'start-ms', 1000],
  ['process_cpu_seconds_total', 'cpu-seconds'],
  ['process_cpu_usage', 'cpu-share'],
  ['system_cpu_usage', 'host-cpu-share'],
  ['system_cpu_count', 'cores'],
  ['process_resident_memory_bytes', 'rss-bytes'],
  ['process_open_fds', 'open-fds'],
  ['process_max_fds', 'max-fds'],
  ['process_files_open_files', 'open-fds'],
  ['process_files_max_files', 'max-fds'],
  ['go_goroutines', 'goroutines'],
  ['go_sched_goroutines_goroutines', 'goroutines'],
  ['go_threads', 'threads'],
  ['go_sched_gomaxprocs_threads', 'gomaxprocs'],
  ['go_cpu_classes_total_cpu_seconds_total', 'go-cpu-seconds'],
  ['go_cpu_classes_idle_cpu_seconds_total', 'go-idle-cpu-seconds'],
  ['go_cpu_classes_gc_total_cpu_seconds_total', 'go-gc-cpu-seconds'],
  ['go_gc_duration_seconds_sum', 'go-pause-seconds'],
  ['go_gc_pauses_seconds_sum', 'go-pause-seconds'],
  ['go_gc_duration_seconds_count', 'gc-cycles'],
  ['go_gc_cycles_total_gc_cycles_total', 'gc-cycles'],
  ['go_memstats_gc_cpu_fraction', 'gc-lifetime-share'],
  ['go_memstats_last_gc_time_seconds', 'gc-last-end-ms', 1000],
  ['go_sync_mutex_wait_total_seconds_total', 'mutex-wait-seconds'],
  ['go_gc_limiter_last_enabled_gc_cycle', 'gc-limiter-cycle'],
  ['go_memory_classes_total_bytes', 'go-sys-bytes'],
  ['go_memory_classes_heap_released_bytes', 'go-released-bytes'],
  ['go_memstats_sys_bytes', 'go-sys-bytes'],
  ['go_memstats_heap_released_bytes', 'go-released-bytes'],
  ['go_gc_gomemlimit_bytes', 'go-memory-limit'],
  ['nodejs_eventloop_lag_p99_seconds', 'loop-lag-p99-ms', 1000],
  ['nodejs_eventloop_utilization', 'application-share/nodejs_eventloop_utilization'],
  ['jvm_threads_current', 'threads'],
  ['jvm_threads_live_threads', 'threads'],
  ['worker_busy_seconds_total', 'worker-busy-seconds'],
  ['workers', 'workers'],
];

/** Summed over their labels: one sample a collector, or a cause. */
const SUMS: readonly Row[] = [
  ['jvm_gc_pause_seconds_sum', 'jvm-gc-seconds'],
  ['jvm_gc_collection_seconds_sum', 'jvm-gc-seconds'],
];

/** Pools: how much is in use, of how much. A limit of 0 or less means none. */
const POOLS: readonly (readonly [used: string, limit: string])[] = [
  ['workers_busy', 'workers'],
  ['http_connections_open', 'http_connections_max'],
  ['hikaricp_connections_active', 'hikaricp_connections_max'],
  ['go_sql_in_use_connections', 'go_sql_max_open_connections'],
  ['tomcat_threads_busy_threads', 'tomcat_threads_config_max_threads'],
  ['jetty_threads_busy', 'jetty_threads_config_max'],
];

/** Names of all samples that {@link readProcess} looks at. */
export const PROCESS_SAMPLES: readonly string[] = [
  ...[...ROWS, ...SUMS].map(([metric]) => metric),
  ...POOLS.flat(),
];

/** Takes in what the page tells of the process that wrote it. */
export function readProcess(page: MetricsPage, book: FactBook): void {
  for (const [metric, fact, scale] of ROWS) book.put(fact, page.one(metric), scale);
  for (const [metric, fact, scale] of SUMS) book.put(fact, page.sum(metric), scale);
  for (const [used, limit] of POOLS) readPool(page, book, [used, limit]);
}

/** The fullest of the pools of a kind: each is told apart by its labels. */
function readPool(page: MetricsPage, book: FactBook, [used, limit]: readonly [string, string]): void {
  const limits = new Map(page.all(limit).map((sample) => [labelKey(sample.labels), sample.value]));
  const shares = page.all(used).flatMap((sample) => {
    const most = limits.get(labelKey(sample.labels)) ?? 0;
    return most > 0 ? [{ ...sample, value: sample.value / most }] : [];
  });
  const fullest = shares.toSorted((a, b) => b.value - a.value)[0];
  book.put(`application-share/${used}`, fullest);
}

function labelKey(labels: ReadonlyMap<string, string>): string {
  return [...labels]
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .toSorted()
    .join();
}
