/** A parsed page, asked by name. */

import type { MetricFamily, MetricSample } from '../prometheus/sample.ts';
import type { Fact, FactName } from '../reading.ts';

/** Labels that a sample must carry. */
export type Labels = Readonly<Record<string, string>>;

/** The samples of a page by their names, and how its numbers become facts. */
export class MetricsPage {
  readonly #atMs: number;
  readonly #samples = new Map<string, MetricSample[]>();

  constructor(families: readonly MetricFamily[], atMs: number) {
    this.#atMs = atMs;
    for (const family of families) {
      for (const sample of family.samples) {
        const known = this.#samples.get(sample.name);
        if (known === undefined) this.#samples.set(sample.name, [sample]);
        else known.push(sample);
      }
    }
  }

  /** All of a name that carry these labels. */
  all(name: string, labels: Labels = {}): readonly MetricSample[] {
    const wanted = Object.entries(labels);
    const found = this.#samples.get(name) ?? [];
    return found.filter((sample) => wanted.every(([key, value]) => sample.labels.get(key) === value));
  }

  /** The page tells of this name at all. */
  has(name: string): boolean {
    return this.#samples.has(name);
  }

  /**
   * The one sample of a name: the one without labels, else the only one. Of several with labels (pages that gather
   * those of many servers) none can be said to be the server's own: undefined.
   */
  one(name: string, labels: Labels = {}): MetricSample | undefined {
    const found = this.all(name, labels);
    return found.find((sample) => sample.labels.size === 0) ?? (found.length === 1 ? found[0] : undefined);
  }

  /** The sum over all of a name with these labels; undefined when there is none. */
  sum(name: string, labels: Labels = {}): MetricSample | undefined {
    const found = this.all(name, labels);
    const first = found[0];
    return first && { ...first, value: found.reduce((total, { value }) => total + value, 0) };
  }

  /** A sample as a fact, its number times `scale`. */
  fact(sample: MetricSample, scale = 1): Fact {
    const { timestampMs } = sample;
    const value = sample.value * scale;
    return { value, atMs: timestampMs ?? this.#atMs, isStamped: timestampMs !== null, from: sample.name };
  }
}

/** Facts on their way into a reading; what is NaN, infinite or undefined was not told: a limit without end is none. */
export class FactBook {
  readonly facts: Map<FactName, Fact> = new Map();
  readonly #page: MetricsPage;

  constructor(page: MetricsPage) {
    this.#page = page;
  }

  /** Takes a sample in, unless the name is told already. */
  put(name: FactName, sample: MetricSample | undefined, scale = 1): void {
    if (sample === undefined || !Number.isFinite(sample.value) || this.facts.has(name)) return;
    this.facts.set(name, this.#page.fact(sample, scale));
  }
}
