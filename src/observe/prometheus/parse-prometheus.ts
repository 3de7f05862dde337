/** Prometheus' text formats: 0.0.4 and OpenMetrics 1.0. */

import { type Cursor, readName, readSample } from './line.ts';
import {
  METRIC_TYPES,
  type MetricFamily,
  type MetricSample,
  MetricsSyntaxError,
  type MetricType,
} from './sample.ts';

/** Suffixes of samples, with the types of families that have such ones. */
const SUFFIXES: readonly (readonly [suffix: string, types: readonly MetricType[]])[] = [
  ['_bucket', ['histogram', 'gaugehistogram']],
  ['_count', ['histogram', 'summary']],
  ['_sum', ['histogram', 'summary']],
  ['_total', ['counter']],
  ['_created', ['counter', 'histogram', 'summary']],
  ['_info', ['info']],
  ['_gcount', ['gaugehistogram']],
  ['_gsum', ['gaugehistogram']],
];

const COMMENT = /^[ \t]*#[ \t]*(HELP|TYPE|UNIT|EOF)(?:[ \t]+("(?:[^"\\]|\\.)*"|[^ \t]+)(?:[ \t](.*))?)?$/;
const END = /# EOF\r?\n?$/;

interface Draft {
  type: MetricType | null;
  help: string | null;
  unit: string;
  hasSamples: boolean;
  readonly samples: MetricSample[];
}

/**
 * Reads a page. That it is OpenMetrics is told from its last line, `# EOF`: then times are seconds, and exemplars
 * may follow the values. Lines may end in CR LF. Memory is that of the samples wanted and of the names of families.
 *
 * @param wants tells by the name of a sample whether to keep it; the others are checked and let go
 * @returns families in the order of the page, those without a sample that is wanted left out
 * @throws MetricsSyntaxError at the first line that breaks the grammar
 */
export function parsePrometheus(
  text: string,
  wants: (sampleName: string) => boolean = () => true,
): MetricFamily[] {
  const page = new Page(wants, END.test(text.slice(-10)));
  const end = text.length;
  let line = 0;
  for (let from = 0; from < end; ) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? end : newline;
    line += 1;
    page.read(text.slice(from, text.charCodeAt(to - 1) === 13 && to > from ? to - 1 : to), line);
    from = to + 1;
  }
  return page.families();
}

class Page {
  readonly #wants: (sampleName: string) => boolean;
  readonly #isOpenMetrics: boolean;
  readonly #drafts = new Map<string, Draft>();
  #ended = false;

  constructor(wants: (sampleName: string) => boolean, isOpenMetrics: boolean) {
    this.#wants = wants;
    this.#isOpenMetrics = isOpenMetrics;
  }

  read(text: string, line: number): void {
    if (this.#ended) throw new MetricsSyntaxError(line, 'something follows # EOF');
    const first = text.trimStart();
    if (first.startsWith('#')) this.#comment(text, line);
    else if (first !== '') this.#sample(text, line);
  }

  families(): MetricFamily[] {
    return [...this.#drafts].flatMap(([name, { type, help, unit, samples }]) =>
      samples.length === 0 ? [] : [{ name, type: type ?? 'untyped', help: help ?? '', unit, samples }],
    );
  }

  #comment(text: string, line: number): void {
    const [, word, rawName, rest = ''] = COMMENT.exec(text) ?? [];
    if (word === undefined) return;
    if (word === 'EOF' && rawName === undefined) {
      this.#ended = this.#isOpenMetrics;
      return;
    }
    if (rawName === undefined) {
      if (word === 'EOF') return;
      throw new MetricsSyntaxError(line, `# ${word} names no metric`);
    }
    const name = rawName.startsWith('"') ? unescaped(rawName.slice(1, -1)) : rawName;
    if (word === 'TYPE') this.#type(name, rest.trim(), line);
    else if (word === 'HELP') this.#help(name, rest, line);
    else if (word === 'UNIT') this.#draft(name).unit = rest.trim();
  }

  #type(name: string, word: string, line: number): void {
    const draft = this.#draft(name);
    const type = METRIC_TYPES.find((known) => known === word);
    if (type === undefined)
      throw new MetricsSyntaxError(line, `"${word.slice(0, 40)}" is no type of a metric`);
    if (draft.type !== null) throw new MetricsSyntaxError(line, `a second # TYPE of ${name}`);
    if (draft.hasSamples) throw new MetricsSyntaxError(line, `# TYPE of ${name} comes after its samples`);
    draft.type = type;
  }

  #help(name: string, text: string, line: number): void {
    const draft = this.#draft(name);
    if (draft.help !== null) throw new MetricsSyntaxError(line, `a second # HELP of ${name}`);
    draft.help = unescaped(text);
  }

  #sample(text: string, line: number): void {
    const cursor: Cursor = { text, line, isOpenMetrics: this.#isOpenMetrics, at: 0 };
    const name = readName(cursor);
    const sample = readSample(cursor, name, name === '' || this.#wants(name));
    const draft = this.#draft(this.#familyOf(sample?.name ?? name));
    draft.hasSamples = true;
    if (sample !== null && (name !== '' || this.#wants(sample.name))) draft.samples.push(sample);
  }

  #familyOf(sample: string): string {
    if (this.#drafts.get(sample)?.type != null) return sample;
    for (const [suffix, types] of SUFFIXES) {
      if (!sample.endsWith(suffix)) continue;
      const family = sample.slice(0, -suffix.length);
      const type = this.#drafts.get(family)?.type;
      if (type != null && types.includes(type)) return family;
    }
    return sample;
  }

  #draft(name: string): Draft {
    const known = this.#drafts.get(name);
    if (known !== undefined) return known;
    const made: Draft = { type: null, help: null, unit: '', hasSamples: false, samples: [] };
    this.#drafts.set(name, made);
    return made;
  }
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([\\n"])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}
