/** The `expect` section of a target: what a response must look like. */
import { z } from 'zod';

import { parseSize, UnitError } from '../../core/units.ts';
import type { Expectation, Match } from '../plan.ts';
import { validateJsonPath } from '../request/json-path.ts';
import { attempt, type Report, readRange, report, type Schema, said } from './scalar.ts';

type StatusRange = NonNullable<Expectation['statuses']>[number];

const STATUS_HINT = 'write 200, "2xx", "200-204" or a list of them';
const MATCH_HINT = 'write a value, present, absent, "/expression/", { contains: text } or { equals: value }';
const SIZE_HINT = 'write "<10KB", ">=1KB", "1KB..10KB" or an exact size';

function readStatus(code: string): StatusRange {
  const found = /^([1-5])xx$|^([1-5]\d\d)(?:-([1-5]\d\d))?$/i.exec(code.trim());
  if (found === null) throw new UnitError(`"${code}" is no status`, { hint: STATUS_HINT });
  const [, hundreds, first = '', last = first] = found;
  if (hundreds !== undefined) return { from: Number(hundreds) * 100, to: Number(hundreds) * 100 + 99 };
  if (Number(last) < Number(first)) throw new UnitError(`"${code}" runs backwards`, { hint: STATUS_HINT });
  return { from: Number(first), to: Number(last) };
}

function statusSchema(): Schema<StatusRange[]> {
  const error = said('expected a status', STATUS_HINT);
  const one = z
    .union(
      [
        z.int().min(100).max(599),
        z.string().meta({ pattern: '^\\s*[1-5](xx|XX|\\d\\d(-[1-5]\\d\\d)?)\\s*$' }),
      ],
      { error },
    )
    .transform((code, context) => attempt(context, () => readStatus(String(code))));
  return z
    .union([one.transform((range) => [range]), z.array(one).min(1)], { error })
    .meta({ description: 'Status codes that count as success; without it, all below 400.' });
}

/** `/source/flags`; null when the text is none. A literal text of that form is written { equals: ... }. */
function expressionOf(value: string): Match | null {
  const found = /^\/(.+)\/([a-z]*)$/s.exec(value);
  if (found === null) return null;
  const [, source = '', flags = ''] = found;
  if (!/^[imsuv]*$/.test(flags)) {
    throw new UnitError(`the expression has the flags "${flags}"`, { hint: 'i, m, s and u are known' });
  }
  return expression(source, flags);
}

function expression(source: string, flags: string): Match {
  try {
    return { kind: 'matches', source: new RegExp(source, flags).source, flags };
  } catch {
    throw new UnitError('the regular expression is not valid', {
      hint: 'JavaScript expressions are meant, as "/ok|done/i"',
    });
  }
}

interface MatchObject {
  readonly equals?: string | number | boolean | null | undefined;
  readonly contains?: string | undefined;
  readonly matches?: string | undefined;
}

function matchOfObject(object: MatchObject, context: Report): Match {
  const [kind, ...more] = Object.keys(object);
  if (kind === undefined || more.length > 0) {
    report(context, {
      message: 'expected one of equals, contains and matches',
      hint: MATCH_HINT,
      missing: kind === undefined,
    });
    return z.NEVER;
  }
  if (object.contains !== undefined) return { kind: 'contains', text: object.contains };
  if (object.equals !== undefined) return { kind: 'equals', value: object.equals };
  const { matches = '' } = object;
  return attempt(context, () => expressionOf(matches) ?? expression(matches, ''));
}

/** A text stands for itself in headers and JSON, and for a part of the text in a body. */
function matchOfText(value: string, kind: 'equals' | 'contains'): Match {
  if (value === 'present' || value === 'absent') return { kind: value };
  return expressionOf(value) ?? (kind === 'equals' ? { kind, value } : { kind, text: value });
}

function matchSchema(kind: 'equals' | 'contains'): Schema<Match> {
  const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
  const object = z.strictObject({
    equals: value.optional(),
    contains: z.string().min(1).optional(),
    matches: z.string().min(1).optional(),
  });
  const plain = kind === 'equals' ? value : z.string().min(1);
  return z.union(
    [
      plain.transform(
        (given, context): Match =>
          attempt(context, (): Match => {
            return typeof given === 'string' ? matchOfText(given, kind) : { kind: 'equals', value: given };
          }),
      ),
      object.transform(matchOfObject),
    ],
    {
      error: ({ input }) =>
        isObject(input) ? undefined : said('expected a value or how to match it', MATCH_HINT),
    },
  );
}

function isObject(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function readSize(written: string): { readonly min: number; readonly max: number } {
  const compared = /^\s*(<=?|>=?|=)\s*(.*)$/.exec(written);
  if (compared === null && written.includes('..')) {
    const [min, max] = readRange(written, parseSize);
    if (min > max) throw new UnitError(`"${written}" runs backwards`, { hint: SIZE_HINT });
    return { min, max };
  }
  const [, op = '=', amount = written] = compared ?? [];
  const bytes = parseSize(amount);
  if (op === '<' && bytes === 0) throw new UnitError('no size is below 0', { hint: SIZE_HINT });
  if (op === '=') return { min: bytes, max: bytes };
  if (op.startsWith('<')) return { min: 0, max: op === '<' ? bytes - 1 : bytes };
  return { min: op === '>' ? bytes + 1 : bytes, max: Infinity };
}

function sizeSchema(): Schema<NonNullable<Expectation['size']>> {
  return z
    .union([z.string(), z.int().min(0)], { error: said('expected a size', SIZE_HINT) })
    .meta({ description: 'Size of the body, such as "<10KB".' })
    .transform((written, context) => attempt(context, () => readSize(String(written))));
}

function headersSchema(): Schema<Expectation['headers']> {
  return z
    .record(z.string(), matchSchema('equals'))
    .meta({ description: 'Headers of the response, by name.' })
    .transform((headers, context) =>
      Object.entries(headers).map(([name, match]) => {
        if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) {
          report(context, {
            message: 'this is no header name',
            hint: 'letters, digits and dashes',
            path: [name],
            onKey: true,
          });
        }
        return { name: name.toLowerCase(), match };
      }),
    );
}

function jsonSchema(): Schema<Expectation['json']> {
  return z
    .record(z.string(), matchSchema('equals'))
    .meta({ description: 'Values in a JSON body, by JSONPath (RFC 9535).' })
    .transform((paths, context) =>
      Object.entries(paths).map(([path, match]) => {
        const problem = validateJsonPath(path);
        const hint = 'paths look like "$.items[0].id"';
        if (problem !== null) report(context, { message: problem, hint, path: [path], onKey: true });
        return { path, match };
      }),
    );
}

/** Shape of the section; unknown keys are refused. */
export function expectSchema(): Schema<Expectation> {
  const part = matchSchema('contains');
  return z
    .strictObject({
      status: statusSchema().optional(),
      header: headersSchema().optional(),
      body: z
        .union([part.transform((match) => [match]), z.array(part)])
        .meta({ description: 'What the body holds.' })
        .optional(),
      json: jsonSchema().optional(),
      size: sizeSchema().optional(),
    })
    .meta({ description: 'What a response must look like to count as a success.' })
    .transform(({ status = null, header = [], body = [], json = [], size = null }) => ({
      statuses: status,
      headers: header,
      body,
      json,
      size,
    }));
}
