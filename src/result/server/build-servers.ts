/** What the servers told of themselves, on its way into the document: texts made safe, numbers rounded. */

import { RESOURCES } from '../../core/server/signal.ts';
import { finite, roundMs, roundRate } from '../rounding.ts';
import { bareUrl } from '../trace/facts.ts';
import type {
  ServerBinding,
  ServerCapture,
  ServerMoment,
  ServerResource,
  ServerResult,
  ServerSource,
} from './server-result.ts';

type Clean = (text: string) => string;

/** Moments that a document has of all servers together, and of one at least: twenty servers still make a page that opens. */
const MOST_MOMENTS = 6000;
const LEAST_MOMENTS = 60;

/**
 * In the order given. A number that is none leaves its resource or moment out: unknown is not zero. Of many servers,
 * neighbouring moments are one.
 */
export function buildServers(servers: readonly ServerResult[], clean: Clean): ServerResult[] {
  const most = Math.max(LEAST_MOMENTS, Math.floor(MOST_MOMENTS / Math.max(1, servers.length)));
  return servers.map(({ name, sources, resources, binding, diagnoses, series, captures }) => ({
    name: clean(name),
    sources: sources.map((source) => sourceOf(source, clean)),
    resources: resources.flatMap((resource) => resourceOf(resource, clean)),
    binding: binding === null ? null : bindingOf(binding, clean),
    diagnoses: diagnoses.map(({ code, text }) => ({ code: clean(code), text: clean(text) })),
    series: folded(series, most).map(momentOf),
    captures: captures.map((capture) => captureOf(capture, clean)),
  }));
}

function sourceOf({ kind, url, looks, failed, lastError }: ServerSource, clean: Clean): ServerSource {
  return {
    kind: clean(kind),
    url: url === null ? null : clean(bareUrl(url)),
    looks,
    failed,
    lastError: lastError === null ? null : clean(lastError),
  };
}

function resourceOf(found: ServerResource, clean: Clean): ServerResource[] {
  const mean = roundRate(found.mean);
  const max = roundRate(found.max);
  if (mean === null || max === null) return [];
  const { resource, tier, unit, state } = found;
  const utilization = roundRate(found.utilization);
  return [{ resource, tier, unit, mean, max, utilization, state, evidence: clean(found.evidence) }];
}

function bindingOf({ resource, utilization, text }: ServerBinding, clean: Clean): ServerBinding {
  return { resource, utilization: roundRate(utilization), text: clean(text) };
}

function momentOf({ fromMs, values }: ServerMoment): ServerMoment {
  const known = RESOURCES.flatMap((resource) => {
    const value = roundRate(finite(values[resource] ?? null));
    return value === null ? [] : [[resource, value] as const];
  });
  return { fromMs: roundMs(fromMs) ?? 0, values: Object.fromEntries(known) };
}

/** At most so many moments: each the mean of as many neighbours, from the first of them on. */
function folded(series: readonly ServerMoment[], most: number): readonly ServerMoment[] {
  const each = Math.ceil(series.length / most);
  if (each <= 1) return series;
  return Array.from({ length: Math.ceil(series.length / each) }, (_, index) =>
    meanOf(series.slice(index * each, (index + 1) * each)),
  );
}

function meanOf(moments: readonly ServerMoment[]): ServerMoment {
  const means = RESOURCES.flatMap((resource) => {
    const values = moments.flatMap(({ values: told }) => finite(told[resource] ?? null) ?? []);
    const sum = values.reduce((total, value) => total + value, 0);
    return values.length === 0 ? [] : [[resource, sum / values.length] as const];
  });
  return { fromMs: moments[0]?.fromMs ?? 0, values: Object.fromEntries(means) };
}

function captureOf({ kind, file, atMs, because }: ServerCapture, clean: Clean): ServerCapture {
  return { kind: clean(kind), file: clean(file), atMs: roundMs(atMs) ?? 0, because: clean(because) };
}
