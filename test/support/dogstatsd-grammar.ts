/**
 * A strict reader of DogStatsD as Veneur takes it (samplers/parser.go), which is stricter than Datadog's own page: it
 * throws at whatever Veneur refuses.
 */

/** A metric with all its packed values. */
export interface StatsdMetric {
  readonly kind: 'metric';
  readonly name: string;
  readonly type: 'c' | 'g' | 'h' | 'd' | 'ms' | 's';
  /** As they stand there; of every type but `s` they are finite numbers. */
  readonly values: readonly string[];
  readonly rate: number;
  readonly tags: readonly string[];
}

export interface StatsdEvent {
  readonly kind: 'event';
  readonly title: string;
  readonly text: string;
  /** By its letter: d, h, k, p, s, t. */
  readonly fields: ReadonlyMap<string, string>;
  readonly tags: readonly string[];
}

export interface StatsdCheck {
  readonly kind: 'check';
  readonly name: string;
  readonly status: 0 | 1 | 2 | 3;
  readonly fields: ReadonlyMap<string, string>;
  readonly message: string;
  readonly tags: readonly string[];
}

export type StatsdItem = StatsdMetric | StatsdEvent | StatsdCheck;

/** Longest datagram that Veneur takes in its usual configuration, bytes. */
export const MAX_DATAGRAM = 4096;

/** All items of a datagram; empty lines are skipped. */
export function readDatagram(datagram: string): StatsdItem[] {
  if (Buffer.byteLength(datagram) > MAX_DATAGRAM) throw new Error('toolong');
  return datagram
    .split('\n')
    .filter((line) => line !== '')
    .map(readLine);
}

/** One line. */
export function readLine(line: string): StatsdItem {
  if (line.startsWith('_e{')) return readEvent(line);
  if (line.startsWith('_sc')) return readCheck(line);
  return readMetric(line);
}

function refuse(line: string, why: string): never {
  throw new Error(`${why}: ${JSON.stringify(line)}`);
}

function readMetric(line: string): StatsdMetric {
  const [head = '', type = '', ...sections] = line.split('|');
  if (!line.includes('|')) refuse(line, 'no type');
  const colon = head.indexOf(':');
  if (colon < 1) refuse(line, 'no name');
  const values = head.slice(colon + 1).split(':');
  const known = (['c', 'g', 'h', 'd', 'ms', 's'] as const).find((one) => one === type);
  if (known === undefined) refuse(line, 'unknown type');
  if (known !== 's' && !values.every(isFloat)) refuse(line, 'a value is no number');
  let rate: number | null = null;
  let tags: string[] | null = null;
  for (const section of sections) {
    if (section.startsWith('@')) {
      if (rate !== null) refuse(line, 'two sample rates');
      rate = isFloat(section.slice(1)) ? Number(section.slice(1)) : NaN;
      if (!(rate > 0 && rate <= 1)) refuse(line, 'a sample rate that is none');
    } else if (section.startsWith('#')) {
      if (tags !== null) refuse(line, 'two sections of tags');
      tags = section.slice(1).split(',');
    } else refuse(line, 'an unknown section');
  }
  return {
    kind: 'metric',
    name: head.slice(0, colon),
    type: known,
    values,
    rate: rate ?? 1,
    tags: tags ?? [],
  };
}

/** A decimal that Go's ParseFloat takes, and that is finite. */
function isFloat(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
}

function readEvent(line: string): StatsdEvent {
  const [head = '', text = '', ...rest] = line.split('|');
  const parts = /^_e\{(\d+),(\d+)\}:(.*)$/su.exec(head);
  if (parts === null) refuse(line, 'no lengths of an event');
  const [, titleBytes, textBytes, title = ''] = parts;
  // Sections are parted first, so neither of the two may hold the sign that parts them.
  const fits =
    Buffer.byteLength(title) === Number(titleBytes) && Buffer.byteLength(text) === Number(textBytes);
  if (!fits || title === '' || text === '') refuse(line, 'wrong lengths');
  const { fields, tags } = readFields(line, ['', ...rest].join('|'), ['d', 'h', 'k', 'p', 's', 't']);
  if (!['normal', 'low', undefined].includes(fields.get('p'))) refuse(line, 'an unknown priority');
  if (!['error', 'warning', 'info', 'success', undefined].includes(fields.get('t')))
    refuse(line, 'an unknown alert');
  return { kind: 'event', title, text: text.replaceAll('\\n', '\n'), fields, tags };
}

function readCheck(line: string): StatsdCheck {
  const parts = /^_sc\|([^|]+)\|([0-3])((?:\|.*)?)$/.exec(line);
  if (parts === null) refuse(line, 'no name or status of a check');
  const [, name = '', status = '', rest = ''] = parts;
  const { fields, tags } = readFields(line, rest, ['d', 'h', 'm']);
  if (fields.has('m') && [...fields.keys()].at(-1) !== 'm') refuse(line, 'the message is not the last');
  if (fields.has('m') && tags.length > 0 && rest.indexOf('|m:') < rest.indexOf('|#'))
    refuse(line, 'the message is not the last');
  const message = (fields.get('m') ?? '').replaceAll('\\n', '\n');
  return { kind: 'check', name, status: Number(status) as StatsdCheck['status'], fields, message, tags };
}

function readFields(
  line: string,
  rest: string,
  letters: readonly string[],
): { readonly fields: ReadonlyMap<string, string>; readonly tags: string[] } {
  const fields = new Map<string, string>();
  let tags: string[] | null = null;
  for (const section of rest.split('|').slice(1)) {
    const letter = section.slice(0, 1);
    if (letter === '#') {
      if (tags !== null) refuse(line, 'two sections of tags');
      tags = section.slice(1).split(',');
    } else if (letters.includes(letter) && section[1] === ':') {
      if (fields.has(letter)) refuse(line, 'a section twice');
      if (letter === 'd' && !/^\d+$/.test(section.slice(2))) refuse(line, 'a time that is none');
      fields.set(letter, section.slice(2));
    } else refuse(line, 'an unknown section');
  }
  return { fields, tags: tags ?? [] };
}
