/** What was read of one server at one moment, whatever page it stood on: named numbers, and histograms. */

/** Counters: only the difference between two readings means something. In seconds, or in events. */
export type CounterName =
  | 'cpu-seconds'
  | 'go-cpu-seconds'
  | 'go-idle-cpu-seconds'
  | 'go-gc-cpu-seconds'
  | 'go-pause-seconds'
  | 'jvm-gc-seconds'
  | 'gc-cycles'
  | 'gc-limiter-cycle'
  | 'mutex-wait-seconds'
  | 'worker-busy-seconds'
  | 'cgroup-cpu-seconds'
  | 'cgroup-periods'
  | 'cgroup-throttled-periods'
  | 'host-cpu-seconds'
  | 'host-idle-seconds'
  | 'host-steal-seconds'
  | 'psi-cpu-seconds'
  | 'psi-memory-seconds'
  | 'psi-io-seconds'
  | 'listen-overflows'
  | 'listen-drops'
  | 'disk-busy-seconds';

/** Gauges: numbers that mean something at once. The `-share` ones are ratios that somebody else worked out already. */
export type GaugeName =
  | 'start-ms'
  | 'gomaxprocs'
  | 'cgroup-cores'
  | 'cgroup-quota-us'
  | 'cgroup-period-us'
  | 'cores'
  | 'cpu-share'
  | 'host-cpu-share'
  | 'psi-cpu-share'
  | 'psi-memory-share'
  | 'psi-io-share'
  | 'throttled-share'
  | 'run-queue-p99-ms'
  | 'loop-lag-p99-ms'
  | 'load1'
  | 'rss-bytes'
  | 'cgroup-memory-bytes'
  | 'cgroup-memory-limit'
  | 'host-memory-total'
  | 'host-memory-available'
  | 'go-sys-bytes'
  | 'go-released-bytes'
  | 'go-memory-limit'
  | 'memory-share'
  | 'host-memory-share'
  | 'gc-share'
  | 'gc-lifetime-share'
  | 'gc-first-end-ms'
  | 'gc-last-end-ms'
  | 'open-fds'
  | 'max-fds'
  | 'host-fds'
  | 'host-max-fds'
  | 'fds-share'
  | 'goroutines'
  | 'threads'
  | 'mutex-waiters'
  | 'listen-overflows-per-second'
  | 'conntrack'
  | 'conntrack-limit'
  | 'conntrack-share'
  | 'disk-share'
  | 'workers'
  | 'application-share'
  | 'up'
  | 'age-seconds';

/** Name of a number; behind the slash which of several, such as `disk-busy-seconds/sda`. */
export type FactName = CounterName | GaugeName | `${CounterName | GaugeName}/${string}`;

/** One number. */
export interface Fact {
  readonly value: number;
  /** When it was true, ms: of the reader's clock; of the server's when `isStamped`. */
  readonly atMs: number;
  /** The page itself says when. */
  readonly isStamped: boolean;
  /** What it was read from, such as `process_cpu_seconds_total`. Two readings are compared only where it is the same. */
  readonly from: string;
}

/** A cumulative histogram. */
export interface HistogramFact {
  /** Upper bounds, rising; the last is Infinity. In ms. */
  readonly bounds: readonly number[];
  /** Values at or below each bound. */
  readonly cumulative: readonly number[];
  readonly from: string;
}

/** Names of the histograms: time that what could run waited for a processor. */
export type HistogramName = 'run-queue';

/** What was read of one server. What nobody told is not there. */
export interface Reading {
  /** When, ms of the reader's clock; of parts read one after another the last. */
  readonly atMs: number;
  readonly facts: ReadonlyMap<FactName, Fact>;
  readonly histograms: ReadonlyMap<HistogramName, HistogramFact>;
}

/** A reading of these numbers; what is undefined, null, NaN or infinite was not told. `from` as in {@link Fact}. */
export function readingOf(
  atMs: number,
  facts: Iterable<readonly [name: FactName, value: number | null | undefined, from: string]>,
): Reading {
  const known = new Map<FactName, Fact>();
  for (const [name, value, from] of facts) {
    if (value === undefined || value === null || !Number.isFinite(value) || known.has(name)) continue;
    known.set(name, { value, atMs, isStamped: false, from });
  }
  return { atMs, facts: known, histograms: new Map() };
}

/**
 * What several sources said of one server at one look. Where two of them tell the same number, the first that told
 * it counts: its twin would be compared with a number from elsewhere at the next look. Empty, at -Infinity, for none.
 */
export function mergeReadings(readings: readonly Reading[]): Reading {
  const facts = new Map<FactName, Fact>();
  const histograms = new Map<HistogramName, HistogramFact>();
  let atMs = Number.NEGATIVE_INFINITY;
  for (const reading of readings) {
    atMs = Math.max(atMs, reading.atMs);
    for (const [name, fact] of reading.facts) if (!facts.has(name)) facts.set(name, fact);
    for (const [name, fact] of reading.histograms) if (!histograms.has(name)) histograms.set(name, fact);
  }
  return { atMs, facts, histograms };
}

/** A gauge of the reading, or a counter since the server's start; null when nobody told it. */
export function valueOf(reading: Reading, name: FactName): number | null {
  return reading.facts.get(name)?.value ?? null;
}

/** How old the numbers are beyond the look itself, ms: of a Prometheus server the time since its last scrape. Null: not told. */
export function ageMsOf(reading: Reading): number | null {
  const seconds = valueOf(reading, 'age-seconds');
  return seconds === null ? null : seconds * 1000;
}
