/** What was seen of the servers, as the document takes it. */

import type { Resource, ServerLook, ServerLooks } from '../../core/server/signal.ts';
import type { Recording } from '../../record/recording.ts';
import { coarseMs } from '../../record/window.ts';
import type {
  ServerCapture,
  ServerMoment,
  ServerResult,
  ServerSource,
} from '../../result/server/server-result.ts';
import { diagnose } from '../../verdict/server/diagnosis.ts';
import type { Sent } from '../send.ts';
import type { Observation } from './following.ts';

/** The rate of a stretch that begins at `fromMs` of the measured part and lasts to the next. */
export interface RateMoment {
  readonly fromMs: number;
  readonly perSecond: number;
  /** Requests open at a time, by Little's law: the rate by the mean response time; null where none succeeded. */
  readonly inFlight?: number | null;
}

/** All that is known of the servers of a run. */
export interface SeenServers {
  readonly looks: readonly ServerLooks[];
  readonly told: ReadonlyMap<string, readonly ServerSource[]>;
  readonly captures: ReadonlyMap<string, readonly ServerCapture[]>;
  readonly rates: readonly RateMoment[];
}

/** What a document says of the servers; null when nobody looked. */
export interface Observed {
  readonly observed: readonly ServerResult[] | null;
}

/**
 * What was seen in one load. Waits for profiles that are being taken, unless `stopping` is aborted.
 */
export async function serversOf(
  observation: Observation | null,
  { servers, report }: Pick<Sent, 'servers' | 'report'>,
  stopping: AbortSignal,
): Promise<Observed> {
  if (observation === null) return { observed: null };
  const { observer, capture } = observation;
  const captures = (await capture?.end(stopping)) ?? new Map<string, readonly ServerCapture[]>();
  const rates = ratesOf(report.recording);
  return { observed: serverResults({ looks: servers, told: observer.told(), captures, rates }) };
}

/** Every server that a source told of, and every one that a source was to tell of and did not. */
export function serverResults({ looks, told, captures, rates }: SeenServers): ServerResult[] {
  const byServer = new Map(looks.map((each) => [each.server, each]));
  const names = new Set([...told.keys(), ...byServer.keys(), ...captures.keys()]);
  return [...names].map((name) => {
    const seen = byServer.get(name) ?? { server: name, looks: [] };
    const { binding, diagnoses, resources } = diagnose(seen, rates);
    return {
      name,
      sources: told.get(name) ?? [],
      resources,
      binding,
      diagnoses,
      series: seen.looks.flatMap(momentOf),
      captures: captures.get(name) ?? [],
    };
  });
}

/** None for a look at the warm-up: the client's series has none either. */
function momentOf({ atMs, spanMs, signals }: ServerLook): ServerMoment[] {
  if (atMs <= 0) return [];
  const values: Partial<Record<Resource, number>> = {};
  for (const { resource, value } of signals) values[resource] = value;
  return [{ fromMs: Math.max(0, atMs - spanMs), values }];
}

/** Rate of the requests that were sent, by the windows of the run's series. */
function ratesOf(recording: Recording): RateMoment[] {
  const { windowMs } = recording.layout;
  return recording.windows().map(({ index, sent, coarse }) => {
    const meanMs = coarseMeanMs(coarse);
    return {
      fromMs: index * windowMs,
      perSecond: (sent * 1000) / windowMs,
      inFlight: meanMs === null ? null : (sent * meanMs) / windowMs,
    };
  });
}

function coarseMeanMs(coarse: Uint32Array): number | null {
  let [sum, count] = [0, 0];
  for (const [index, here] of coarse.entries()) {
    if (here === 0) continue;
    sum += here * coarseMs(index);
    count += here;
  }
  return count === 0 ? null : sum / count;
}
