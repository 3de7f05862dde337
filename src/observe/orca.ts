/** ORCA: what a server says of its load in the header `endpoint-load-metrics` of its responses. */

import { ObserveError } from './observe-error.ts';
import { readLoadReport } from './orca/load-report.ts';
import { type FactName, type Reading, readingOf } from './reading.ts';

/** One number of a report, maps with their names in front: `utilization.disk`. */
export type LoadMetrics = ReadonlyMap<string, number>;

const FORMATTED = /^(TEXT|JSON|BIN)[ \t]+(.*)$/s;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Reads one header: `TEXT cpu_utilization=0.3, ...`, `JSON {...}`, `BIN <base64>`, or, as `endpoint-load-metrics-json`
 * and `-bin` carry it, the JSON or base64 alone. Shares may exceed 1: soft limits.
 * Source: Open Request Cost Aggregation, section "Inline Per-Request Format"; xds.data.orca.v3.OrcaLoadReport.
 *
 * @throws ObserveError for what is none of them
 */
export function readOrca(headerText: string, atMs: number): Reading {
  return readingOf(atMs, factsOf(metricsOf(headerText.trim())));
}

function metricsOf(text: string): LoadMetrics {
  const [, format, body = text] = FORMATTED.exec(text) ?? [];
  if (format === 'JSON' || (format === undefined && body.startsWith('{'))) return readJson(body);
  if (format === 'BIN' || (format === undefined && BASE64.test(body))) return readLoadReport(body.trim());
  return readText(body);
}

function* factsOf(metrics: LoadMetrics): Generator<[FactName, number | undefined, string]> {
  const told = (name: string): [number | undefined, string] => {
    const value = metrics.get(name);
    if (value !== undefined && !(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new ObserveError(`the load report's ${name.slice(0, 40)} is no share`);
    }
    return [value, `ORCA ${name}`];
  };
  yield ['cpu-share', ...told('cpu_utilization')];
  yield ['memory-share', ...told('mem_utilization')];
  yield ['application-share/orca', ...told('application_utilization')];
  for (const name of metrics.keys()) {
    if (name.startsWith('utilization.')) yield [`application-share/${name}`, ...told(name)];
  }
}

function readText(body: string): LoadMetrics {
  const metrics = new Map<string, number>();
  for (const part of body.split(',')) {
    if (part.trim() === '') continue;
    const cut = part.lastIndexOf('=');
    const name = part.slice(0, Math.max(0, cut)).trim();
    if (name === '') throw new ObserveError('the load report is no list of name=value');
    keep(metrics, name, part.slice(cut + 1).trim());
  }
  if (metrics.size === 0) throw new ObserveError('the load report is empty');
  return metrics;
}

function readJson(body: string): LoadMetrics {
  let report: unknown;
  try {
    report = JSON.parse(body);
  } catch {
    throw new ObserveError('the load report is no JSON');
  }
  if (typeof report !== 'object' || report === null || Array.isArray(report)) {
    throw new ObserveError('the load report is no JSON object');
  }
  const metrics = new Map<string, number>();
  for (const [key, value] of Object.entries(report)) {
    const name = snakeCase(key);
    // JSON of protobuf may say so of a field that is not set.
    if (value === null) continue;
    if (typeof value !== 'object') keep(metrics, name, value);
    else for (const [part, number] of Object.entries(value)) keep(metrics, `${name}.${part}`, number);
  }
  return metrics;
}

/** JSON of protobuf writes fields in camel case, and may write numbers as strings. */
function keep(metrics: Map<string, number>, name: string, value: unknown): void {
  const isText = typeof value === 'string' && value !== '';
  const number = typeof value === 'number' || isText ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw new ObserveError(`the load report's ${name.slice(0, 40)} is no number`);
  metrics.set(name, number);
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
