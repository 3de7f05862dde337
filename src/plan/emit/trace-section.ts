/** Shape and meaning of the `trace` section of a plan, and of `--trace`, `--trace-phases` and `--trace-url`. */
import { z } from 'zod';
import { UnitError } from '../../core/units.ts';
import { flag, type Schema, said, textOf } from '../section/scalar.ts';
import type { TraceSettings } from './emit-settings.ts';

/** What was written; undefined where nothing was. */
export interface TraceInput {
  readonly headers?: boolean | undefined;
  readonly phases?: boolean | undefined;
  readonly url?: string | undefined;
}

/** What stands for the id in the URL. */
const PLACE = '{trace_id}';
const HINT = `write it as https://trace.example.com/${PLACE}`;

/**
 * Reads the URL under which traces are looked at; it is shown in reports, so there is no secret in it.
 *
 * @throws UnitError for one that does not name the place of the id, or is no http or https URL
 */
export function readTraceUrl(written: string): string {
  const url = written.trim();
  const filled = url.replaceAll(PLACE, '4bf92f3577b34da6a3ce929d0e0e4736');
  const index = /[{}]/.exec(filled) === null ? -1 : written.search(/\{(?!trace_id\})|(?<!\{trace_id)\}/);
  if (index >= 0) {
    throw new UnitError(`only ${PLACE} can stand in the URL of a trace`, { hint: HINT, index });
  }
  if (filled === url) throw new UnitError(`the URL does not hold ${PLACE}`, { hint: HINT });
  const parsed = URL.canParse(filled) && !/[\s\p{Cc}]/u.test(filled) ? new URL(filled) : null;
  if (parsed === null || !/^https?:\/\//i.test(filled)) {
    throw new UnitError('this is not an absolute http or https URL', { hint: HINT });
  }
  if (parsed.username === '' && parsed.password === '') return url;
  throw new UnitError('the URL of a trace is shown in reports, and holds a user or a password', {
    hint: HINT,
  });
}

/** Shape of the section; `true` and `false` stand for headers or none. */
export function traceSchema(): Schema<TraceInput> {
  const keyed = z.strictObject({
    headers: flag('Requests carry traceparent and ot-tracer-* (default: true).').optional(),
    phases: flag('The phases of a request become child spans (default: false).').optional(),
    url: textOf(`Where a trace is looked at, with ${PLACE} in it.`, readTraceUrl).optional(),
  });
  return z
    .union([z.boolean().transform((headers): TraceInput => ({ headers })), keyed], {
      error: said(
        'expected true, or keys with values',
        'write it as true, or { headers: true, phases: true }',
      ),
    })
    .meta({ description: 'How requests can be found in traces.' });
}

/**
 * How requests can be found in traces; null when neither file nor flags ask for it. Flags win key by key, and to name
 * the section is to ask for headers.
 */
export function buildTrace({
  file,
  flags,
}: {
  readonly file: TraceInput | undefined;
  readonly flags: TraceInput | undefined;
}): TraceSettings | null {
  if (file === undefined && flags === undefined) return null;
  const written = { ...file, ...flags };
  const settings: TraceSettings = {
    headers: written.headers ?? true,
    phases: written.phases ?? false,
    url: written.url ?? null,
  };
  return settings.headers || settings.phases || settings.url !== null ? settings : null;
}

/** The `trace` section as a plan file would say it. */
export function writtenTrace({ headers, phases, url }: TraceSettings): Readonly<Record<string, unknown>> {
  return { headers, phases, ...(url === null ? {} : { url }) };
}
