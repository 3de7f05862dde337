/** What node_exporter tells of a machine, and cAdvisor of a container. */

import type { MetricSample } from '../prometheus/sample.ts';
import type { FactName } from '../reading.ts';
import type { FactBook, MetricsPage } from './metrics-page.ts';

type Row = readonly [metric: string, fact: FactName];

const NODE_ROWS: readonly Row[] = [
  ['node_load1', 'load1'],
  ['node_pressure_cpu_waiting_seconds_total', 'psi-cpu-seconds'],
  ['node_pressure_memory_waiting_seconds_total', 'psi-memory-seconds'],
  ['node_pressure_io_waiting_seconds_total', 'psi-io-seconds'],
  ['node_filefd_allocated', 'host-fds'],
  ['node_filefd_maximum', 'host-max-fds'],
  ['node_nf_conntrack_entries', 'conntrack'],
  ['node_nf_conntrack_entries_limit', 'conntrack-limit'],
  ['node_netstat_TcpExt_ListenOverflows', 'listen-overflows'],
  ['node_netstat_TcpExt_ListenDrops', 'listen-drops'],
  ['node_memory_MemTotal_bytes', 'host-memory-total'],
  ['node_memory_MemAvailable_bytes', 'host-memory-available'],
];

const CONTAINER_ROWS: readonly Row[] = [
  ['container_cpu_cfs_periods_total', 'cgroup-periods'],
  ['container_cpu_cfs_throttled_periods_total', 'cgroup-throttled-periods'],
  ['container_memory_working_set_bytes', 'cgroup-memory-bytes'],
];

const CPU = 'node_cpu_seconds_total';
const CONTAINER_CPU = 'container_cpu_usage_seconds_total';
const QUOTA = 'container_spec_cpu_quota';
const PERIOD = 'container_spec_cpu_period';
const MEMORY_LIMIT = 'container_spec_memory_limit_bytes';
const DISK = 'node_disk_io_time_seconds_total';
/** Beyond it a limit of memory means none: cgroup v1 writes 2^63 less a page. */
const NO_LIMIT = 2 ** 60;

/** What only an exporter says, of whose own process a reader of the machine wants to know nothing. */
const EXPORTERS = ['node_exporter_build_info', CPU, 'cadvisor_version_info'] as const;

/** Names of all samples that {@link readMachine} looks at. */
export const MACHINE_SAMPLES: readonly string[] = [
  ...[...NODE_ROWS, ...CONTAINER_ROWS].map(([metric]) => metric),
  ...EXPORTERS,
  CONTAINER_CPU,
  QUOTA,
  PERIOD,
  MEMORY_LIMIT,
  DISK,
];

/** The page was written by an exporter that tells of others: its process_ and go_ families are its own. */
export function isExporter(page: MetricsPage): boolean {
  return EXPORTERS.some((metric) => page.has(metric));
}

/** Takes in what the page tells of a machine, and of a container when it tells of one alone. */
export function readMachine(page: MetricsPage, book: FactBook): void {
  for (const [metric, fact] of NODE_ROWS) book.put(fact, page.one(metric));
  readProcessors(page, book);
  for (const sample of page.all(DISK)) {
    book.put(`disk-busy-seconds/${sample.labels.get('device') ?? ''}`, sample);
  }
  readContainer(page, book);
}

function readProcessors(page: MetricsPage, book: FactBook): void {
  const total = page.sum(CPU);
  if (total === undefined) return;
  book.put('host-cpu-seconds', total);
  const waiting = page.sum(CPU, { mode: 'iowait' })?.value ?? 0;
  const idle = page.sum(CPU, { mode: 'idle' });
  book.put('host-idle-seconds', idle && { ...idle, value: idle.value + waiting });
  book.put('host-steal-seconds', page.sum(CPU, { mode: 'steal' }));
  const cores = new Set(page.all(CPU).map(({ labels }) => labels.get('cpu')));
  book.put('cores', { ...total, value: cores.size });
}

function readContainer(page: MetricsPage, book: FactBook): void {
  const one = (metric: string): MetricSample | undefined => theContainer(page.all(metric));
  for (const [metric, fact] of CONTAINER_ROWS) book.put(fact, one(metric));
  const usage = page.all(CONTAINER_CPU);
  // Older versions tell each core apart.
  const total = usage.filter(({ labels }) => labels.get('cpu') === 'total');
  book.put('cgroup-cpu-seconds', theContainer(total.length > 0 ? total : usage));
  const quota = one(QUOTA);
  const period = one(PERIOD);
  if (quota !== undefined && period !== undefined && quota.value > 0 && period.value > 0) {
    book.put('cgroup-cores', { ...quota, value: quota.value / period.value });
  }
  const limit = one(MEMORY_LIMIT);
  if (limit !== undefined && limit.value > 0 && limit.value < NO_LIMIT)
    book.put('cgroup-memory-limit', limit);
}

/** cAdvisor also tells of groups of containers and of the pause container of a pod, which are left out. */
function theContainer(samples: readonly MetricSample[]): MetricSample | undefined {
  const containers = samples.filter(({ labels }) => {
    const name = labels.get('container') ?? labels.get('name') ?? '';
    return name !== '' && name !== 'POD';
  });
  const found = containers.length === 0 && samples.length === 1 ? samples : containers;
  return found.length === 1 ? found[0] : undefined;
}
