/** What limits a server, or would first. */

import type { Resource, SignalState } from '../../core/server/signal.ts';
import { busiest, lasted, type Moment, mean, rateOf, signalsOf, tellingOf } from './moments.ts';
import type { ResourceSummary } from './resources.ts';
import { atRate, clauseOf, saidOf } from './words.ts';

/** The resource that binds. */
export interface Binding {
  readonly resource: Resource;
  /** 1: all of it; null for a resource that is short and has no share, such as a run queue. */
  readonly utilization: number | null;
  /** A sentence for people. */
  readonly text: string;
}

/** What grows with the rate of requests; memory and tables fill up with time, and may stand high without any load. */
const FLOWS: ReadonlySet<Resource> = new Set(['cpu', 'application', 'disk']);
const ORDER: readonly SignalState[] = ['ok', 'near', 'saturated'];

const ENDINGS: Readonly<Partial<Record<Resource, string>>> = {
  cpu: 'cpu-bound',
  'run-queue': 'cpu-bound',
  memory: 'memory-bound',
  gc: 'bound by garbage collection',
  fds: 'bound by descriptors',
  locks: 'bound by locks',
  'accept-queue': 'it accepts them too slowly',
  conntrack: 'bound by tracked connections',
  disk: 'disk-bound',
  application: 'it is at the limit that it sets itself',
};

const CROWDED = 'its machine is full, mostly of others';

/**
 * The resource in the worst state; among equals the fullest one that has a share, and while all is well only what
 * grows with the rate, if such a one is known. Null when nothing tells.
 */
export function bindingOf(moments: readonly Moment[], resources: readonly ResourceSummary[]): Binding | null {
  const told = resources.filter(
    ({ state, utilization }) => state !== 'unknown' && (state !== 'ok' || utilization !== null),
  );
  const worst = told.toSorted((a, b) => rank(moments, b) - rank(moments, a))[0];
  if (worst === undefined) return null;
  return { resource: worst.resource, utilization: worst.utilization, text: sentence(moments, worst) };
}

/** State first, then (while all is well) what grows with the rate, then the share. */
function rank(moments: readonly Moment[], { state, resource, utilization }: ResourceSummary): number {
  const flow = state === 'ok' && FLOWS.has(resource) ? 100 : 0;
  // What others use up counts only when nothing of its own is short.
  const standing = resource === 'cpu' && state === 'saturated' && isCrowded(moments) ? 'near' : state;
  return 1000 * ORDER.indexOf(standing) + flow + Math.min(99, utilization ?? -1);
}

function sentence(moments: readonly Moment[], { resource, state }: ResourceSummary): string {
  const top = busiest(moments);
  const meanOf = (one: Resource): number | null =>
    mean(tellingOf(moments, one).map((signal) => signal.value));
  const value = meanOf(resource);
  const queue = resource === 'cpu' ? meanOf('run-queue') : null;
  const said = value === null ? `its ${resource} was short` : clauseOf(resource, value);
  const beside = queue === null ? '' : `, its ${saidOf('run-queue', queue)}`;
  return `${atRate(rateOf(top))}${said}${beside}: ${endingOf(moments, resource, state)}`;
}

function endingOf(moments: readonly Moment[], resource: Resource, state: SignalState): string {
  if (state === 'near') return 'near its limit';
  if (state !== 'saturated')
    return `the fullest of what ${FLOWS.has(resource) ? 'grows with the rate' : 'it tells'}`;
  return resource === 'cpu' && isCrowded(moments) ? CROWDED : (ENDINGS[resource] ?? 'at its limit');
}

function isCrowded(moments: readonly Moment[]): boolean {
  return lasted(signalsOf(busiest(moments), 'cpu'), ({ signs }) => signs?.includes('neighbours') ?? false);
}
