/** Shape of one target of a plan, and its body. */
import { z } from 'zod';

import type { Expectation } from '../plan.ts';
import { formEncode } from '../request/escape.ts';
import { mapLiterals } from '../secrets.ts';
import { expectSchema } from './expect.ts';
import { type HeaderInput, headersSchema } from './headers.ts';
import { positiveDuration, type Report, report, type Schema, said, text } from './scalar.ts';

/** One target as written. */
export interface TargetInput {
  readonly name: string | null;
  readonly method: string;
  readonly url: string;
  /** The key under which the URL stands, for messages. */
  readonly urlKey: string;
  readonly headers: readonly HeaderInput[];
  readonly body: BodyInput | null;
  readonly weight: number;
  readonly timeoutMs: number | null;
  readonly expect: Expectation;
}

/** `file` is read when the plan is built. */
export type BodyInput =
  | { readonly kind: 'text'; readonly text: string; readonly contentType: string | null }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: string };

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
const BODIES = ['body', 'json', 'form', 'bodyFile'] as const;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const URL_FORMS = 'write get: /path, post: /path, ... or method: PURGE with url: /path';
const MAX_WEIGHT = 1_000_000;
const MAX_NAME_LENGTH = 100;

/** Nothing expected but a status below 400. */
export const NO_EXPECTATION: Expectation = { statuses: null, headers: [], body: [], json: [], size: null };

type FormValue = string | number | boolean;

/** Name-value pairs of a form; a list gives one pair for each of its values. References stay. */
export function formBody(form: Readonly<Record<string, FormValue | readonly FormValue[]>>): string {
  const encode = (value: FormValue): string => mapLiterals(String(value), formEncode);
  return Object.entries(form)
    .flatMap(([name, value]) => [value].flat().map((each) => `${encode(name)}=${encode(each)}`))
    .join('&');
}

function bodyTextSchema(): Schema<BodyInput> {
  const binary = z
    .strictObject({
      base64: z
        .string()
        .regex(BASE64, { error: said('this is not base64', 'write bytes in base64, padded with "="') }),
    })
    .transform(
      ({ base64 }): BodyInput => ({ kind: 'bytes', bytes: new Uint8Array(Buffer.from(base64, 'base64')) }),
    );
  return z
    .union([
      z.string().transform((body): BodyInput => ({ kind: 'text', text: body, contentType: null })),
      binary,
    ])
    .meta({ description: 'Body as text, or { base64: ... } for bytes.' });
}

function formSchema(): Schema<BodyInput> {
  const value = z.union([z.string(), z.number(), z.boolean()]);
  return z
    .record(z.string(), z.union([value, z.array(value)]))
    .meta({ description: 'Body as application/x-www-form-urlencoded.' })
    .transform((form) => {
      return {
        kind: 'text',
        text: formBody(form),
        contentType: 'application/x-www-form-urlencoded',
      } as const;
    });
}

function nameSchema(): Schema<string> {
  const pattern = String.raw`^[^\u0000-\u001f\u007f<>=!]+$`;
  return z
    .string()
    .meta({ description: 'Name of the target in objectives and reports.', pattern })
    .transform((written, context) => {
      const name = written.trim();
      const isUsable = name !== '' && name.length <= MAX_NAME_LENGTH && /^[^\p{C}<>=!≤≥]+$/u.test(name);
      if (isUsable && name !== '__proto__') return name;
      report(context, {
        message: 'this cannot be the name of a target',
        hint: `use up to ${MAX_NAME_LENGTH} printable characters without < > = !`,
      });
      return z.NEVER;
    });
}

/** A method name: a token, in capitals. */
export function methodSchema(): Schema<string> {
  return z
    .string()
    .meta({ description: 'Method, such as PURGE.', pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" })
    .transform((method, context) => {
      const upper = method.toUpperCase();
      const isToken = /^[!#$%&'*+.^_`|~\dA-Z-]+$/.test(upper);
      if (isToken && upper !== 'CONNECT') return upper;
      const message = isToken ? 'CONNECT cannot be sent' : 'this is no method';
      report(context, { message, hint: 'write GET, POST or the like' });
      return z.NEVER;
    });
}

type Raw = { readonly [key in (typeof METHODS)[number]]?: string | undefined } & {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
};

/** Method, URL and the key that the URL stands under; reports when it is not exactly one. */
function addressOf(raw: Raw, context: Report): Pick<TargetInput, 'method' | 'url' | 'urlKey'> {
  const keys = [...METHODS, 'url' as const].filter((key) => raw[key] !== undefined);
  const [key, second] = keys;
  if (key === undefined) {
    report(context, { message: 'the target has no URL', hint: URL_FORMS, missing: true });
    return z.NEVER;
  }
  const extra = second ?? (key !== 'url' && raw.method !== undefined ? 'method' : undefined);
  if (extra !== undefined) {
    report(context, {
      message: `"${extra}" does not go with "${key}"`,
      hint: URL_FORMS,
      path: [extra],
      onKey: true,
    });
  }
  const method = key === 'url' ? (raw.method ?? 'GET') : key.toUpperCase();
  return { method, url: raw[key] ?? '', urlKey: key };
}

function refuseSecondBody(raw: Readonly<Record<string, unknown>>, context: Report): void {
  const [first, second] = BODIES.filter((key) => raw[key] !== undefined);
  if (second === undefined) return;
  const hint = 'a request has one body: keep one of body, json, form and bodyFile';
  report(context, { message: `"${second}" does not go with "${first}"`, hint, path: [second], onKey: true });
}

/** Shape of one target; unknown keys are refused. */
export function targetSchema(): Schema<TargetInput> {
  const methods = Object.fromEntries(
    METHODS.map((method) => [
      method,
      text(`URL to ${method.toUpperCase()}, absolute or below base.`).optional(),
    ]),
  );
  const shorthand = z.strictObject(methods).shape;
  return z
    .strictObject({
      name: nameSchema().optional(),
      ...shorthand,
      method: methodSchema().optional(),
      url: text('URL, absolute or below base; goes with method.').optional(),
      headers: headersSchema(
        'Headers of this target, laid over those of the plan; null takes one away.',
      ).optional(),
      body: bodyTextSchema().optional(),
      json: z.unknown().meta({ description: 'Body as application/json.' }).optional(),
      form: formSchema().optional(),
      bodyFile: text('File that is sent as the body, byte for byte.').optional(),
      weight: z
        .number()
        .positive()
        .max(MAX_WEIGHT)
        .meta({ description: 'Share of arrivals, relative to the others.' })
        .optional(),
      timeout: positiveDuration('Deadline of each request to this target.').optional(),
      expect: expectSchema().optional(),
    })
    .meta({
      description: 'One request template.',
      oneOf: [...METHODS, 'url'].map((key) => ({ required: [key] })),
    })
    .transform((raw, context): TargetInput => {
      const address = addressOf(raw, context);
      refuseSecondBody(raw, context);
      if (address === z.NEVER) return z.NEVER;
      return {
        ...address,
        name: raw.name ?? null,
        headers: raw.headers ?? [],
        body: bodyOf(raw),
        weight: raw.weight ?? 1,
        timeoutMs: raw.timeout ?? null,
        expect: raw.expect ?? NO_EXPECTATION,
      };
    });
}

function bodyOf(raw: {
  readonly body?: BodyInput | undefined;
  readonly json?: unknown;
  readonly form?: BodyInput | undefined;
  readonly bodyFile?: string | undefined;
}): BodyInput | null {
  if (raw.json !== undefined)
    return { kind: 'text', text: JSON.stringify(raw.json), contentType: 'application/json' };
  if (raw.bodyFile !== undefined) return { kind: 'file', path: raw.bodyFile };
  return raw.form ?? raw.body ?? null;
}
