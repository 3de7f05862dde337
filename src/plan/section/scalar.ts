/**
 * The single values that sections of a plan are made of: durations, rates, sizes, counts. Each is a zod schema that
 * yields the number in its unit; a message and its remedy travel in one text, on two lines.
 */
import { z } from 'zod';

import {
  parseDuration,
  parseRate,
  parseRatio,
  parseSize,
  scaleDecimal,
  UnitError,
} from '../../core/units.ts';
import { ObjectiveError } from '../objective.ts';

/** A schema that yields `T`. */
export type Schema<T> = z.ZodType<T, unknown>;

/** Where a transform reports what it cannot read. */
export type Report = z.core.$RefinementCtx;

/** What Node's timers can hold (2^31 - 1 ms), rounded down to whole days. */
const MAX_DURATION_MS = 24 * 86_400_000;

/** Beyond what one machine can send, by an order of magnitude. */
const MAX_RATE_PER_SECOND = 1_000_000;

/** A larger margin is another peak. */
const MAX_MARGIN_RATIO = 10;

const NUMBER = String.raw`(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`;
const DURATION_PATTERN = String.raw`^\s*(0|(${NUMBER} ?(ns|us|µs|μs|ms|s|sec|m|min|h|d) *)+)\s*$`;
const RATE_PATTERN = String.raw`^\s*${NUMBER} ?[kKM]?( ?(rps|/ ?[\d.]* ?(ns|us|µs|μs|ms|s|sec|m|min|h|d)))?\s*$`;

interface Leaf<T> {
  readonly about: string;
  readonly pattern: string;
  readonly read: (text: string) => T;
}

/** Message and remedy in the one text that zod carries. */
export function said(message: string, hint: string): string {
  return `${message}\n${hint}`;
}

/** Adds an issue to a transform's context; `path` is relative to the value. */
export function report(
  context: Report,
  issue: {
    readonly message: string;
    readonly hint: string;
    readonly path?: (string | number)[];
    readonly onKey?: boolean;
    readonly offset?: number;
    /** True when something is missing that a misspelt key beside it may have been meant to be. */
    readonly missing?: boolean;
  },
): void {
  const { message, hint, path = [], onKey, offset, missing } = issue;
  context.addIssue({
    code: 'custom',
    message: said(message, hint),
    path,
    params: { onKey, offset, missing },
  });
}

/** Runs a parser of core or of objectives and turns its error into an issue, at `path` below the value. */
export function attempt<T>(context: Report, read: () => T, path: (string | number)[] = []): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnitError) && !(error instanceof ObjectiveError)) throw error;
    const { message, hint } = error;
    const offset = error instanceof UnitError ? error.index : error.column - 1;
    report(context, { message, hint, offset, path });
    return z.NEVER;
  }
}

/** What a parser says about a number where a text with a unit is due. */
function wrongType(read: (text: string) => unknown, input: unknown): string {
  try {
    read(typeof input === 'number' ? String(input) : '');
  } catch (error) {
    if (error instanceof UnitError && typeof input === 'number') return said(error.message, error.hint);
    if (error instanceof UnitError)
      return said(`expected ${error.message.replace(/^.* is not (.*):.*$/, '$1')}`, error.hint);
    throw error;
  }
  return said('expected a text with a unit', 'put the value in quotes');
}

/** A text with a unit; a bare 0 needs none. */
function withUnit<T>({ about, pattern, read }: Leaf<T>): Schema<T> {
  return z
    .union([z.string().meta({ pattern }), z.literal(0)], { error: ({ input }) => wrongType(read, input) })
    .meta({ description: about })
    .transform((value, context) => attempt(context, () => read(String(value))));
}

/** A text with a unit, or a bare number. */
function withOrWithoutUnit<T>({ about, pattern, read }: Leaf<T>): Schema<T> {
  return z
    .union([z.string().meta({ pattern }), z.number().min(0)], {
      error: ({ input }) => wrongType(read, input),
    })
    .meta({ description: about })
    .transform((value, context) => attempt(context, () => read(String(value))));
}

/** @throws UnitError beyond what a timer can hold */
export function readDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms <= MAX_DURATION_MS) return ms;
  throw new UnitError(`"${text}" is longer than 24 days`, { hint: 'a timer holds no more; run it in parts' });
}

/** @throws UnitError for 0 as well */
export function readPositiveDuration(text: string): number {
  const ms = readDuration(text);
  if (ms > 0) return ms;
  throw new UnitError(`"${text}" must be longer than 0`, { hint: 'write it as 300ms, 10s or 1m30s' });
}

/** @throws UnitError beyond a million per second */
export function readRate(text: string): number {
  const rate = parseRate(text);
  if (rate <= MAX_RATE_PER_SECOND) return rate;
  throw new UnitError(`"${text}" is more than a million per second`, {
    hint: 'no generator sends that much; ask for less',
  });
}

function readPositiveRate(text: string): number {
  const rate = readRate(text);
  if (rate > 0) return rate;
  throw new UnitError(`"${text}" must be more than 0`, { hint: 'write it as 200/s or 30/m' });
}

/** A share, or per cent beyond 100. */
function readMargin(text: string): number {
  const percent = /^\s*(\d+\.?\d*|\.\d+)\s*%\s*$/.exec(text)?.[1];
  const bare = Number(text);
  if (bare > 1 && bare <= MAX_MARGIN_RATIO) {
    throw new UnitError(`"${text}" could be a factor or per cent`, {
      hint: 'write it in per cent, such as 150%',
    });
  }
  const ratio = percent === undefined ? parseRatio(text) : scaleDecimal(percent, -2);
  if (ratio <= MAX_MARGIN_RATIO) return ratio;
  throw new UnitError(`"${text}" is more than 1000%`, { hint: 'name a larger peak instead' });
}

/** Milliseconds, >= 0. */
export function duration(about: string): Schema<number> {
  return withUnit({ about, pattern: DURATION_PATTERN, read: readDuration });
}

/** Milliseconds, > 0. */
export function positiveDuration(about: string): Schema<number> {
  return withUnit({ about, pattern: DURATION_PATTERN, read: readPositiveDuration });
}

/** Milliseconds as `read` reads them, with bounds of its own. */
export function durationOf(about: string, read: (text: string) => number): Schema<number> {
  return withUnit({ about, pattern: DURATION_PATTERN, read });
}

/** Per second, >= 0. */
export function rate(about: string): Schema<number> {
  return withOrWithoutUnit({ about, pattern: RATE_PATTERN, read: readRate });
}

/** Per second, > 0. */
export function positiveRate(about: string): Schema<number> {
  return withOrWithoutUnit({ about, pattern: RATE_PATTERN, read: readPositiveRate });
}

/** A ratio such as `1%` or `0.01`, 0..1. */
export function ratio(about: string): Schema<number> {
  return ratioOf(about, parseRatio);
}

/** A ratio as `read` reads it, with bounds of its own. */
export function ratioOf(about: string, read: (text: string) => number): Schema<number> {
  return withOrWithoutUnit({ about, pattern: String.raw`^\s*${NUMBER} ?%?\s*$`, read });
}

/** A ratio beyond one, such as `30%`, `150%` or `0.3`, 0..10. */
export function margin(about: string): Schema<number> {
  return withOrWithoutUnit({ about, pattern: String.raw`^\s*${NUMBER} ?%?\s*$`, read: readMargin });
}

/** Bytes. */
export function size(about: string): Schema<number> {
  return withOrWithoutUnit({
    about,
    pattern: String.raw`^\s*${NUMBER} ?([kKmMgG][iI]?)?[bB]?\s*$`,
    read: parseSize,
  });
}

/** A text that `read` turns into `T`. */
export function textOf<T>(about: string, read: (text: string) => T): Schema<T> {
  return z
    .string()
    .meta({ description: about })
    .transform((text, context) => attempt(context, () => read(text)));
}

/** A text that is not empty. */
export function text(about: string): Schema<string> {
  return z
    .string()
    .min(1, { error: said('the text is empty', 'write a value, or leave the key out') })
    .meta({
      description: about,
    });
}

/** A whole number within both ends. */
export function whole(about: string, range: { readonly min: number; readonly max: number }): Schema<number> {
  const words = said('expected a whole number', 'write a whole number, without quotes or unit');
  const error = ({ code }: { readonly code?: string | undefined }): string | undefined =>
    code === 'invalid_type' ? words : undefined;
  return z.int({ error }).min(range.min).max(range.max).meta({ description: about });
}

/** true or false. */
export function flag(about: string): Schema<boolean> {
  return z.boolean().meta({ description: about });
}

/** `a..b` with both ends read alike; a unit behind the second alone is the first one's too. */
export function readRange(text: string, read: (text: string) => number): readonly [from: number, to: number] {
  const at = text.indexOf('..');
  if (at < 0)
    throw new UnitError(`"${text}" is not a range`, { hint: 'write it as a..b, as in 200/s..800/s' });
  const left = text.slice(0, at).trim();
  const right = text.slice(at + 2).trim();
  const unit = /\d *([^\d. ][^.]*)$/.exec(right)?.[1] ?? '';
  const from = /^[\d.]+$/.test(left) ? `${left}${unit}` : left;
  try {
    return [read(from), read(right)];
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new UnitError(error.message, { hint: error.hint });
  }
}
