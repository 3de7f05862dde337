/**
 * Metrics as text that Prometheus (text format 0.0.4) and OpenMetrics 1.0 read alike: gauges only, no timestamps, and the
 * comment at the end that one of them asks for.
 */

import { safeText } from '../../core/text.ts';

/** Labels in the order in which they are written. */
export type Labels = Readonly<Record<string, string>>;

/** One number; null is not known. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number | null;
}

/** All numbers of one name. */
export interface Family {
  readonly name: string;
  /** One line that ends with no full stop, as is the custom. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Longer label values are cut: they are kept for years. */
const LABEL_LENGTH = 120;

/** The families, each with its lines together; numbers that are not known have none, and families without numbers neither. */
export function exposition(families: readonly Family[], common: Labels): string {
  const lines = families.flatMap(({ name, help, samples }) => {
    const written = samples.flatMap(({ labels, value }) =>
      value === null || !Number.isFinite(value)
        ? []
        : [`${name}${labelText({ ...common, ...labels })} ${numberText(value)}`],
    );
    return written.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...written];
  });
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return safeText(value, { maxLength: LABEL_LENGTH })
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  return String(Object.is(value, -0) ? 0 : value);
}
