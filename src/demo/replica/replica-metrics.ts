/**
 * What a replica tells about itself: Prometheus text on /metrics and Go's expvar JSON on /debug/vars. Only
 * the API's own requests are counted, not health checks and scrapes.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';

/** Gauges and running sums at one moment. */
export interface ReplicaState {
  readonly inFlight: number;
  readonly workers: number;
  readonly busy: number;
  readonly waiting: number;
  readonly busySeconds: number;
  readonly connections: number;
  readonly connectionLimit: number;
}

/** Upper bounds in seconds: the default buckets of Go's Prometheus client. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Go keeps the last 256 pauses in a ring; the newest is at (NumGC + 255) % 256. */
const PAUSES = 256;

interface Series {
  readonly code: number;
  readonly method: string;
  count: number;
}

/** Counters of one replica, as Prometheus text and as Go's expvar. */
export class ReplicaMetrics {
  readonly #startedAtSeconds = Date.now() / 1000 - process.uptime();
  readonly #answers = new Map<string, Series>();
  readonly #buckets = BUCKETS.map((bound) => ({ bound, count: 0 }));
  readonly #pauseNs: number[] = Array.from({ length: PAUSES }, () => 0);
  #received = 0;
  #durationSeconds = 0;
  #durationCount = 0;
  #collections = 0;
  #pauseTotalNs = 0;
  #lastCollectionNs = 0;

  constructor() {
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#collected(duration);
    });
    observer.observe({ entryTypes: ['gc'] });
  }

  /** Counts a request taken in. */
  received(): void {
    this.#received += 1;
  }

  /** Counts an answer written, with the time from arrival to answer. */
  answered(method: string, code: number, seconds: number): void {
    const key = `${code} ${method}`;
    const series = this.#answers.get(key) ?? { code, method, count: 0 };
    series.count += 1;
    this.#answers.set(key, series);
    this.#durationSeconds += seconds;
    this.#durationCount += 1;
    for (const bucket of this.#buckets) if (seconds <= bucket.bound) bucket.count += 1;
  }

  /** The exposition in Prometheus text format 0.0.4. */
  prometheusText(state: ReplicaState): string {
    const answers = [...this.#answers.values()];
    const buckets = this.#buckets.map(({ bound, count }) => [`_bucket{le="${bound}"}`, count] as const);
    return [
      counter('http_requests_received_total', 'API requests taken in.', this.#received),
      family({
        name: 'http_requests_total',
        kind: 'counter',
        help: 'API answers written.',
        samples: answers.map(({ code, method, count }) => [`{code="${code}",method="${method}"}`, count]),
      }),
      family({
        name: 'http_request_duration_seconds',
        kind: 'histogram',
        help: 'From arrival to answer.',
        samples: [
          ...buckets,
          ['_bucket{le="+Inf"}', this.#durationCount],
          ['_sum', this.#durationSeconds],
          ['_count', this.#durationCount],
        ],
      }),
      gauge('http_requests_in_flight', 'API requests not yet answered.', state.inFlight),
      gauge('http_connections_open', 'Connections to this server.', state.connections),
      gauge('http_connections_max', 'Connections it accepts.', state.connectionLimit),
      gauge('workers', 'Workers of this replica.', state.workers),
      gauge('workers_busy', 'Workers serving a request.', state.busy),
      counter('worker_busy_seconds_total', 'Worker time spent.', state.busySeconds),
      gauge('queue_length', 'Requests waiting for a worker.', state.waiting),
      ...this.#processFamilies(),
    ].join('');
  }

  /** The variables as Go's expvar prints them: cmdline and memstats (those that Node knows), then the app's. */
  expvarJson(state: ReplicaState): string {
    const memory = process.memoryUsage();
    const memstats = {
      Alloc: memory.heapUsed,
      Sys: memory.rss,
      HeapAlloc: memory.heapUsed,
      HeapSys: memory.heapTotal,
      HeapIdle: memory.heapTotal - memory.heapUsed,
      HeapInuse: memory.heapUsed,
      OtherSys: memory.external,
      LastGC: this.#lastCollectionNs,
      PauseTotalNs: this.#pauseTotalNs,
      PauseNs: this.#pauseNs,
      NumGC: this.#collections,
      EnableGC: true,
    };
    const answers = [...this.#answers.values()].map(({ code, method, count }) => [
      `${method} ${code}`,
      count,
    ]);
    return JSON.stringify({
      cmdline: process.argv,
      memstats,
      requests_received: this.#received,
      responses: Object.fromEntries(answers),
      in_flight: state.inFlight,
      workers: state.workers,
      workers_busy: state.busy,
      worker_busy_seconds: state.busySeconds,
      queue_length: state.waiting,
    });
  }

  #processFamilies(): string[] {
    const { user, system } = process.cpuUsage();
    return [
      counter('process_cpu_seconds_total', 'CPU time.', (user + system) / 1e6),
      gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
      gauge('process_start_time_seconds', 'Unix time of the start.', this.#startedAtSeconds),
      gauge('process_open_fds', 'Open descriptors.', openDescriptors()),
      gauge('process_max_fds', 'Descriptor limit.', maxDescriptors()),
    ];
  }

  #collected(durationMs: number): void {
    const ns = Math.round(durationMs * 1e6);
    this.#pauseNs[this.#collections % PAUSES] = ns;
    this.#collections += 1;
    this.#pauseTotalNs += ns;
    this.#lastCollectionNs = Date.now() * 1e6;
  }
}

interface Family {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** What follows the name (labels, or a suffix), and the value. */
  readonly samples: readonly (readonly [suffix: string, value: number])[];
}

function family({ name, kind, help, samples }: Family): string {
  const lines = samples.map(([suffix, value]) => `${name}${suffix} ${value === Infinity ? '+Inf' : value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('')}`;
}

function counter(name: string, help: string, value: number): string {
  return family({ name, kind: 'counter', help, samples: [['', value]] });
}

/** Nothing at all for a value that is not known. */
function gauge(name: string, help: string, value: number | undefined): string {
  return value === undefined ? '' : family({ name, kind: 'gauge', help, samples: [['', value]] });
}

/** Undefined where there is no /proc, as outside Linux. */
function openDescriptors(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

function maxDescriptors(): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
