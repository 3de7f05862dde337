/** What OpenTelemetry's usual environment variables say to an OTLP sink (opentelemetry.io, "OTLP exporter configuration"). */

import { decoded } from '../../core/text.ts';

/** Of the environment; what it does not say is null or empty. */
export interface OtlpEnvironment {
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly timeoutMs: number | null;
  /** Resource attributes, `key:value` each. */
  readonly tags: readonly string[];
  readonly temporality: 'cumulative' | 'delta';
}

/** A longer time is no time to wait for an answer, ms. */
const LONGEST_MS = 60_000;

/** Reads them; those for metrics win over those for all signals. What is no value of theirs is passed over. */
export function otlpEnvironment(env: Readonly<Record<string, string | undefined>>): OtlpEnvironment {
  const headers = new Map(
    [
      ...pairsOf(env['OTEL_EXPORTER_OTLP_HEADERS']),
      ...pairsOf(env['OTEL_EXPORTER_OTLP_METRICS_HEADERS']),
    ].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const resource = new Map(pairsOf(env['OTEL_RESOURCE_ATTRIBUTES']));
  const service = (env['OTEL_SERVICE_NAME'] ?? '').trim();
  if (service !== '') resource.set('service.name', service);
  const preference = (env['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'] ?? '').trim().toLowerCase();
  return {
    headers: [...headers].filter(isHeader),
    timeoutMs: timeoutOf(env['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT'] ?? env['OTEL_EXPORTER_OTLP_TIMEOUT']),
    tags: [...resource].map(([key, value]) => `${key}:${value}`),
    // `lowmemory` means delta for all that we have: counters and histograms.
    temporality: preference === 'delta' || preference === 'lowmemory' ? 'delta' : 'cumulative',
  };
}

/** `key=value,key=value`, percent-encoded, as in W3C Baggage; properties behind `;` are none of ours. */
function pairsOf(text = ''): [key: string, value: string][] {
  return text.split(',').flatMap((entry): [string, string][] => {
    const [, key = '', value = ''] = /^\s*([^=;\s]+)\s*=\s*([^;]*?)\s*(?:;.*)?$/.exec(entry) ?? [];
    return key === '' ? [] : [[decoded(key), decoded(value)]];
  });
}

function isHeader([name, value]: readonly [string, string]): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(value);
}

function timeoutOf(text: string | undefined): number | null {
  const ms = Number((text ?? '').trim() || NaN);
  return Number.isInteger(ms) && ms > 0 ? Math.min(ms, LONGEST_MS) : null;
}
