import { describe, expect, test } from 'vitest';
import { readMetrics } from '../../../src/observe/families/read-metrics.ts';
import { fixture, numbersOf } from '../readings.ts';

const numbers = (text: string): Record<string, number> => numbersOf(readMetrics(text, 1000));

test('what has no end, or is NaN, was not told, and neither were histograms with such counts', () => {
  const page = [
    'go_goroutines +Inf',
    'go_threads 1e400',
    'process_max_fds +Inf',
    'process_open_fds 7',
    'process_resident_memory_bytes NaN',
    'go_sync_mutex_wait_total_seconds_total -Inf',
    'go_sched_latencies_seconds_bucket{le="0.1"} 3',
    'go_sched_latencies_seconds_bucket{le="+Inf"} +Inf',
  ];
  const reading = readMetrics(page.join('\n'), 1000);
  expect(numbersOf(reading)).toEqual({ 'open-fds': 7 });
  expect(reading.histograms.size).toBe(0);
});

describe('pages that real programs wrote', () => {
  test('node_exporter tells of its machine, and its own process is not the server', () => {
    const facts = numbers(fixture('node-exporter.txt'));
    expect(facts['host-cpu-seconds']).toBeGreaterThan(facts['host-idle-seconds'] ?? NaN);
    expect(facts['host-steal-seconds']).toBeGreaterThanOrEqual(0);
    expect(facts['cores']).toBe(2);
    expect(facts['psi-cpu-seconds']).toBeGreaterThan(0);
    expect(facts['listen-overflows']).toBeGreaterThanOrEqual(0);
    expect(facts['conntrack-limit']).toBeGreaterThan(facts['conntrack'] ?? NaN);
    expect(facts['host-memory-total']).toBeGreaterThan(facts['host-memory-available'] ?? NaN);
    expect(Object.keys(facts).some((name) => name.startsWith('disk-busy-seconds/'))).toBe(true);
    for (const name of ['cpu-seconds', 'open-fds', 'goroutines', 'rss-bytes'])
      expect(facts).not.toHaveProperty(name);
  });

  test.each(['prometheus.txt', 'pushgateway.txt'])('%s tells of its own process', (name) => {
    const facts = numbers(fixture(name));
    expect(facts['cpu-seconds']).toBeGreaterThan(0);
    expect(facts['rss-bytes']).toBeGreaterThan(1e6);
    expect(facts['open-fds']).toBeLessThan(facts['max-fds'] ?? NaN);
    expect(facts['goroutines']).toBeGreaterThan(1);
    expect(facts['threads']).toBeGreaterThan(1);
    expect(facts['start-ms']).toBeGreaterThan(1.6e12);
    expect(facts['gc-cycles']).toBeGreaterThanOrEqual(0);
  });

  test('a Go service tells how long goroutines waited to run', () => {
    const reading = readMetrics(fixture('go-lock/after/metrics.txt'), 1000);
    const runQueue = reading.histograms.get('run-queue');
    expect(runQueue?.bounds.at(-1)).toBe(Infinity);
    expect(runQueue?.bounds).toEqual(runQueue?.bounds.toSorted((a, b) => a - b));
    expect(runQueue?.cumulative.at(-1)).toBeGreaterThan(1000);
    expect(numbersOf(reading)).toMatchObject({ gomaxprocs: 2, 'max-fds': 20_000 });
  });
});

describe('which samples count', () => {
  test('those of many servers on one page are nobody in particular', () => {
    const gathered = 'process_open_fds{instance="a"} 1\nprocess_open_fds{instance="b"} 2\n';
    expect(numbers(gathered)).toEqual({});
    expect(numbers('process_open_fds{app="api"} 3\n')).toEqual({ 'open-fds': 3 });
    expect(numbers('process_open_fds{job="pushed"} 3\nprocess_open_fds 4\n')).toEqual({ 'open-fds': 4 });
  });

  test('a time of the page is kept, in place of that of the look', () => {
    const fact = readMetrics('process_open_fds 1 1700000000000\n', 5).facts.get('open-fds');
    expect(fact).toMatchObject({ atMs: 1_700_000_000_000, isStamped: true, from: 'process_open_fds' });
    expect(readMetrics('process_open_fds 1\n', 5).facts.get('open-fds')).toMatchObject({
      atMs: 5,
      isStamped: false,
    });
  });

  test('processor time of cores and modes is added up, waiting for disks being idle', () => {
    const page = ['0', '1'].flatMap((cpu) =>
      Object.entries({ idle: 10, iowait: 1, user: 5, steal: 2 }).map(
        ([mode, value]) => `node_cpu_seconds_total{cpu="${cpu}",mode="${mode}"} ${value}\n`,
      ),
    );
    expect(numbers(page.join(''))).toEqual({
      'host-cpu-seconds': 36,
      'host-idle-seconds': 22,
      'host-steal-seconds': 4,
      cores: 2,
    });
  });

  test('of a container the limits are told, of several none', () => {
    const one = (name: string): string =>
      [
        `container_cpu_usage_seconds_total{name="${name}",cpu="total"} 12`,
        `container_cpu_cfs_periods_total{name="${name}"} 100`,
        `container_cpu_cfs_throttled_periods_total{name="${name}"} 40`,
        `container_spec_cpu_quota{name="${name}"} 150000`,
        `container_spec_cpu_period{name="${name}"} 100000`,
        `container_memory_working_set_bytes{name="${name}"} 900`,
        `container_spec_memory_limit_bytes{name="${name}"} 1000`,
        '',
      ].join('\n');
    expect(numbers(one('api'))).toEqual({
      'cgroup-cpu-seconds': 12,
      'cgroup-periods': 100,
      'cgroup-throttled-periods': 40,
      'cgroup-cores': 1.5,
      'cgroup-memory-bytes': 900,
      'cgroup-memory-limit': 1000,
    });
    expect(numbers(one('api') + one('db'))).toEqual({});
    expect(
      numbers(
        'container_memory_working_set_bytes{name="a"} 9\ncontainer_spec_memory_limit_bytes{name="a"} 0\n',
      ),
    ).toEqual({
      'cgroup-memory-bytes': 9,
    });
  });

  test('the fullest pool of a kind counts, and one without a limit does not', () => {
    const page = [
      'hikaricp_connections_active{pool="a"} 2',
      'hikaricp_connections_active{pool="b"} 9',
      'hikaricp_connections_max{pool="a"} 10',
      'hikaricp_connections_max{pool="b"} 10',
      'go_sql_in_use_connections{db_name="x"} 3',
      'go_sql_max_open_connections{db_name="x"} 0',
      'jvm_gc_pause_seconds_sum{cause="a"} 1',
      'jvm_gc_pause_seconds_sum{cause="b"} 2',
    ].join('\n');
    expect(numbers(`${page}\n`)).toEqual({
      'application-share/hikaricp_connections_active': 0.9,
      'jvm-gc-seconds': 3,
    });
  });
});
