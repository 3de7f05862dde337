/** Shape of the `emit` section of a plan, and of `--emit`: where our own measurements go while a run lasts. */
import { z } from 'zod';
import { UnitError } from '../../core/units.ts';
import { headersSchema } from '../section/headers.ts';
import { type Report, report, type Schema, said, text, textOf } from '../section/scalar.ts';
import { EMIT_KINDS, type EmitKind, readSink, readTag, type SinkInput } from './sink-text.ts';

const MAX_SINKS = 20;
const MAX_TAGS = 20;
const MAX_NAME_LENGTH = 100;
const EXAMPLE = '{ dogstatsd: "udp://127.0.0.1:8125" }';

/** Which keys go with which kinds. */
const BESIDE: Readonly<Record<'prefix' | 'service' | 'tags' | 'headers', readonly EmitKind[]>> = {
  prefix: ['dogstatsd'],
  service: ['ssf'],
  tags: ['dogstatsd', 'ssf', 'pushgateway', 'remote-write', 'otlp'],
  headers: ['pushgateway', 'remote-write', 'otlp'],
};

function readPrefix(written: string): string {
  const hint = 'write letters, digits and . _ -, such as headroom.checkout';
  const prefix = written.replace(/\.+$/, '');
  const index = written.search(/[^\w.-]/);
  if (index >= 0) throw new UnitError('this character cannot stand in the name of a metric', { hint, index });
  if (/^[A-Za-z]/.test(prefix) && prefix.length <= MAX_NAME_LENGTH) return prefix;
  throw new UnitError(`a prefix begins with a letter and has at most ${MAX_NAME_LENGTH} characters`, {
    hint,
  });
}

function readService(written: string): string {
  const service = written.trim();
  const hint = 'write a name such as checkout';
  if (service === '') throw new UnitError('the name of the service is empty', { hint });
  const index = written.search(/[|#,:\p{Cc}]/u);
  if (index >= 0)
    throw new UnitError('this character cannot stand in the name of a service', { hint, index });
  if (service.length <= MAX_NAME_LENGTH) return service;
  throw new UnitError(`the name of a service has at most ${MAX_NAME_LENGTH} characters`, { hint });
}

type Entry = { readonly [kind in EmitKind]?: string | undefined } & Omit<SinkInput, 'kind' | 'address'>;

function tagsSchema(): Schema<readonly string[]> {
  return z
    .array(textOf('key:value', readTag))
    .max(MAX_TAGS)
    .meta({ description: 'Tags, labels or attributes of everything that is sent, key:value each.' });
}

function entrySchema(): Schema<SinkInput> {
  return z
    .strictObject({
      dogstatsd: text(
        'DogStatsD, as Veneur and Datadog take it: udp://host:port or tcp://host:port.',
      ).optional(),
      ssf: text('Spans for Veneur: udp://host:port or unix:///path.').optional(),
      prometheus: text('host:port of a page that Prometheus can scrape while the run lasts.').optional(),
      pushgateway: text('URL of a Pushgateway, such as http://127.0.0.1:9091.').optional(),
      'remote-write': text(
        'URL that takes Prometheus remote write (default path: /api/v1/write).',
      ).optional(),
      otlp: text('URL that takes OTLP over HTTP in JSON (default path: /v1/metrics).').optional(),
      prefix: textOf('Before each name of dogstatsd (default: headroom).', readPrefix).optional(),
      service: textOf('Service of the spans of ssf (default: headroom).', readService).optional(),
      tags: tagsSchema().optional(),
      headers: headersSchema('Headers of each post.').optional(),
    })
    .superRefine(checkEntry)
    .transform((entry): SinkInput => {
      const kind = EMIT_KINDS.find((each) => entry[each] !== undefined) ?? 'dogstatsd';
      const { prefix, service, tags, headers } = entry;
      return { kind, address: entry[kind] ?? '', prefix, service, tags, headers };
    });
}

function checkEntry(entry: Entry, context: Report): void {
  const [first, second] = EMIT_KINDS.filter((kind) => entry[kind] !== undefined);
  if (first === undefined) {
    const hint = `add one of ${EMIT_KINDS.join(', ')}`;
    report(context, { message: 'this sink has no kind', hint, missing: true });
    return;
  }
  const refuse = (key: string, hint: string): void =>
    report(context, { message: `"${key}" does not go with "${first}"`, hint, path: [key], onKey: true });
  if (second !== undefined) refuse(second, 'let each of them be an item of the list');
  for (const key of ['prefix', 'service', 'tags', 'headers'] as const) {
    if (entry[key] === undefined || BESIDE[key].includes(first)) continue;
    refuse(key, `it is for ${BESIDE[key].join(', ')}`);
  }
}

/** Shape of the section; unknown keys are refused. */
export function emitSchema(): Schema<readonly SinkInput[]> {
  const inText = textOf('Kind and address, such as dogstatsd=udp://127.0.0.1:8125.', readSink);
  const entry = z.union([inText, entrySchema()], {
    error: said('expected keys with values, or a text', `write it as ${EXAMPLE}`),
  });
  return z
    .array(entry)
    .max(MAX_SINKS)
    .meta({ description: 'Where our own measurements go while the run lasts.' });
}
