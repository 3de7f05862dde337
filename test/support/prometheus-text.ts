/**
 * The text format 0.0.4 of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/), strict: a line that
 * is outside of it throws, and so do a family in two places and the same series twice.
 */

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedMetrics {
  readonly samples: readonly ParsedSample[];
  /** By name: its help and its type. */
  readonly families: ReadonlyMap<string, { readonly help: string; readonly type: string }>;
  /** The value of the series of that name whose labels include these; undefined without one. */
  readonly value: (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([-+.\deE]+|NaN|[-+]Inf)$/s;
const LABEL = /^([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/s;

/** The metrics of a text without timestamps. @throws Error at what the format does not allow */
export function parsePrometheus(text: string): ParsedMetrics {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, { help: string; type: string }>();
  const samples: ParsedSample[] = [];
  const series = new Set<string>();
  let help: readonly [name: string, text: string] | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/s.exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      if (kind === 'HELP') help = [name, rest];
      else if (help?.[0] !== name || families.has(name)) throw new Error(`a family in two places: ${line}`);
      else families.set(name, { help: help[1], type: rest });
      continue;
    }
    if (line === '# EOF') continue;
    const sample = parseSample(line);
    const [family = '', { type } = { type: '' }] = [...families].at(-1) ?? [];
    const named = type === 'histogram' ? sample.name.replace(/_(bucket|sum|count)$/, '') : sample.name;
    if (family !== named) throw new Error(`not with its family: ${line}`);
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels))}`;
    if (series.has(key)) throw new Error(`twice: ${line}`);
    series.add(key);
    samples.push(sample);
  }
  const value: ParsedMetrics['value'] = (name, labels = {}) =>
    samples.find(
      (each) =>
        each.name === name &&
        Object.entries(labels).every(([label, wanted]) => each.labels[label] === wanted),
    )?.value;
  return { samples, families, value };
}

function parseSample(line: string): ParsedSample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const [, name = '', text = '', value = ''] = match;
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ''; ) {
    const label = LABEL.exec(rest);
    if (label === null) throw new Error(`no label: ${rest}`);
    const [whole, key = '', escaped = ''] = label;
    if (Object.hasOwn(labels, key)) throw new Error(`a label twice: ${line}`);
    labels[key] = escaped.replaceAll(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(value) };
}
