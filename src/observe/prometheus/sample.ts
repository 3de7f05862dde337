/** The words of Prometheus' text formats. */

/** What `# TYPE` may say: of the format 0.0.4 and of OpenMetrics 1.0. */
export const METRIC_TYPES = [
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'unknown',
  'info',
  'stateset',
  'gaugehistogram',
] as const;

/** A member of {@link METRIC_TYPES}. */
export type MetricType = (typeof METRIC_TYPES)[number];

/** One line of a page. */
export interface MetricSample {
  /** As it stands there, with `_total`, `_bucket` and the like. */
  readonly name: string;
  /** In the order of the page. */
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Unix time, ms; null when the page does not say. */
  readonly timestampMs: number | null;
}

/** Samples that belong together. */
export interface MetricFamily {
  /** Without the suffixes of its samples. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** Of OpenMetrics; empty when the page does not say. */
  readonly unit: string;
  readonly samples: readonly MetricSample[];
}

/** The page cannot be read; `line` counts from 1 and is told in the message. */
export class MetricsSyntaxError extends Error {
  override readonly name = 'MetricsSyntaxError' as const;
  readonly line: number;

  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`);
    this.line = line;
  }
}
