/** What is asked of a Prometheus server that scrapes the servers already. */

import type { FactName } from '../reading.ts';

/** One instant query; its answer holds a ready value for every instance. */
export interface ApiQuery {
  readonly fact: FactName;
  /** Where the number comes from, for people. */
  readonly from: string;
  /** PromQL with `$M` for the label matchers, with which a comma may follow; `$W` for the window of rates. */
  readonly promql: string;
}

/** Rates look back so far: four scrapes at the usual 15 s. */
const WINDOW = '1m';

/** How far back rates and shares of time reach that a Prometheus server tells, ms. */
export const API_REACH_MS = 60_000;

/** Without what an exporter tells of its own process. */
function ofServices(promql: string): string {
  return `(${promql}) unless on(instance) group by(instance)(node_cpu_seconds_total{$M})`;
}

function rate(metric: string): string {
  return `sum by(instance)(rate(${metric}[$W]))`;
}

function pressure(resource: string): string {
  return `max by(instance)(rate(node_pressure_${resource}_waiting_seconds_total{$M}[$W]))`;
}

/** The queries, each cheap; those that a server knows nothing of come back empty. */
export const API_QUERIES: readonly ApiQuery[] = [
  { fact: 'up', from: 'up', promql: 'min by(instance)(up{$M})' },
  { fact: 'age-seconds', from: 'timestamp(up)', promql: 'max by(instance)(time() - timestamp(up{$M}))' },
  {
    fact: 'cpu-share',
    from: 'rate(process_cpu_seconds_total)',
    promql: ofServices(
      `${rate('process_cpu_seconds_total{$M}')} / max by(instance)(go_sched_gomaxprocs_threads{$M}) or max by(instance)(process_cpu_usage{$M})`,
    ),
  },
  {
    fact: 'host-cpu-share',
    from: 'rate(node_cpu_seconds_total)',
    promql:
      '1 - avg by(instance)(sum by(instance,cpu)(rate(node_cpu_seconds_total{mode=~"idle|iowait",$M}[$W])))',
  },
  { fact: 'psi-cpu-share', from: 'node_pressure_cpu', promql: pressure('cpu') },
  { fact: 'psi-memory-share', from: 'node_pressure_memory', promql: pressure('memory') },
  { fact: 'psi-io-share', from: 'node_pressure_io', promql: pressure('io') },
  {
    fact: 'throttled-share',
    from: 'container_cpu_cfs_throttled_periods_total',
    promql: `${rate('container_cpu_cfs_throttled_periods_total{$M}')} / (${rate('container_cpu_cfs_periods_total{$M}')} > 0)`,
  },
  {
    fact: 'run-queue-p99-ms',
    from: 'go_sched_latencies_seconds',
    promql: `1000 * histogram_quantile(0.99, sum by(instance,le)(rate(go_sched_latencies_seconds_bucket{$M}[$W])))`,
  },
  {
    fact: 'host-memory-share',
    from: 'node_memory_MemAvailable_bytes',
    promql: '1 - max by(instance)(node_memory_MemAvailable_bytes{$M} / node_memory_MemTotal_bytes{$M})',
  },
  {
    fact: 'memory-share',
    from: 'container_memory_working_set_bytes',
    promql:
      'max by(instance)(container_memory_working_set_bytes{$M} / (container_spec_memory_limit_bytes{$M} > 0))',
  },
  {
    fact: 'gc-share',
    from: 'go_cpu_classes_gc_total_cpu_seconds_total',
    promql: `${rate('go_cpu_classes_gc_total_cpu_seconds_total{$M}')} / ${rate('go_cpu_classes_total_cpu_seconds_total{$M}')} or sum by(instance)(rate(jvm_gc_pause_seconds_sum{$M}[$W]))`,
  },
  {
    fact: 'fds-share',
    from: 'process_open_fds',
    promql: ofServices('max by(instance)(process_open_fds{$M} / process_max_fds{$M})'),
  },
  { fact: 'goroutines', from: 'go_goroutines', promql: ofServices('max by(instance)(go_goroutines{$M})') },
  { fact: 'threads', from: 'go_threads', promql: ofServices('max by(instance)(go_threads{$M})') },
  {
    fact: 'mutex-waiters',
    from: 'go_sync_mutex_wait_total_seconds_total',
    promql: rate('go_sync_mutex_wait_total_seconds_total{$M}'),
  },
  {
    fact: 'listen-overflows-per-second',
    from: 'node_netstat_TcpExt_ListenOverflows',
    promql: rate('node_netstat_TcpExt_ListenOverflows{$M}'),
  },
  {
    fact: 'conntrack-share',
    from: 'node_nf_conntrack_entries',
    promql: 'max by(instance)(node_nf_conntrack_entries{$M} / node_nf_conntrack_entries_limit{$M})',
  },
  {
    fact: 'disk-share',
    from: 'node_disk_io_time_seconds_total',
    promql: 'max by(instance)(rate(node_disk_io_time_seconds_total{$M}[$W]))',
  },
];

/**
 * A query for the servers that the matchers choose.
 *
 * @param match label matchers without braces, such as `job="api"`; null: all servers
 */
export function promqlOf(query: ApiQuery, match: string | null): string {
  const matchers = (match ?? '')
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/,\s*$/, '');
  return query.promql.replaceAll('$M', () => matchers).replaceAll('$W', WINDOW);
}
