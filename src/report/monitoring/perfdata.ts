/**
 * Performance data of a monitoring plug-in, within what Nagios, Icinga 2 and RRDtool all read: Icinga splits at `=` and
 * blanks, gives `::` a meaning and leaves `''` as it is (lib/icinga/pluginutility.cpp), Monitoring::Plugin
 * (Performance.pm) ends a label at any quote, and RRDtool keeps 19 characters of it. So labels here are plain words, in quotes that nobody needs.
 */

import { createHash } from 'node:crypto';

/** One number. Null is not known. */
export interface Reading {
  /** Any text; it becomes a word of at most 19 characters that no other reading has. */
  readonly label: string;
  readonly value: number | null;
  /** `s`: seconds; `%`; empty: a count or a rate. */
  readonly unit: 's' | '%' | '';
  /** A value above it is a warning, or critical. */
  readonly warn?: number | null;
  readonly crit?: number | null;
  readonly min?: number | null;
  readonly max?: number | null;
}

/** Characters of a label that RRDtool tells apart. */
const LABEL_LENGTH = 19;
const MARK_LENGTH = 6;

/** Microseconds and millionths: what is finer says nothing. */
const DECIMALS = 6;

/**
 * `'p95'=0.412s;0.25;0.5;0; 'errors'=0.4%;;1;0;100`; readings without a value are left out.
 *
 * @param maxBytes readings that would make the text longer are left out
 */
export function perfdata(readings: readonly Reading[], maxBytes: number): string {
  const seen = new Set<string>();
  let text = '';
  for (const reading of readings) {
    const { value, unit } = reading;
    if (value === null || !Number.isFinite(value)) continue;
    const limits = [reading.warn, reading.crit, reading.min, reading.max].map(decimal).join(';');
    const piece = `'${uniqueLabel(reading.label, seen)}'=${decimal(value)}${unit};${limits}`;
    if (text.length + 1 + piece.length > maxBytes) break;
    text = text === '' ? piece : `${text} ${piece}`;
  }
  return text;
}

/** A number without exponent and with a point, whatever the locale; empty for one that is not known. */
function decimal(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '';
  // Beyond 1e21 even toFixed writes an exponent.
  const bounded = Math.min(Math.max(value, -1e18), 1e18);
  return bounded
    .toFixed(DECIMALS)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0');
}

/** RRDtool makes `_` of whatever is no letter and no digit: labels differ after that too. */
function uniqueLabel(label: string, seen: Set<string>): string {
  const word = label.replaceAll(/[^\w.]+/g, '_').replaceAll(/^_+|_+$/g, '') || 'value';
  for (let attempt = 0; ; attempt += 1) {
    const found = word.length <= LABEL_LENGTH && attempt === 0 ? word : marked(word, `${label}/${attempt}`);
    const key = found.replaceAll('.', '_').toLowerCase();
    if (seen.has(key)) continue;
    seen.add(key);
    return found;
  }
}

/** A long word keeps its beginning, and gets a mark that is made of the whole text. */
function marked(word: string, text: string): string {
  const mark = createHash('sha256').update(text).digest('hex').slice(0, MARK_LENGTH);
  return `${word.slice(0, LABEL_LENGTH - MARK_LENGTH - 1)}_${mark}`;
}
