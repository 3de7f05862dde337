/** What limits a server, or would first. */

import type { Resource, SignalState } from '../../core/server/signal.ts';
import { busiest, type Moment, mean, rateOf, signalsOf } from './moments.ts';
import type { ResourceSummary } from './resources.ts';
import { atRate, saidOf } from './words.ts';

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
  'accept-queue': 'it accepts connections too slowly',
  conntrack: 'bound by tracked connections',
  disk: 'disk-bound',
  application: 'its own limit',
};

/**
 * The resource in the worst state; among equals the fullest one that has a share, and while all is well only what
 * grows with the rate, if such a one is known. Null when nothing tells.
 */
export function bindingOf(moments: readonly Moment[], resources: readonly ResourceSummary[]): Binding | null {
  const told = resources.filter(
    ({ state, utilization }) => state !== 'unknown' && (state !== 'ok' || utilization !== null),
  );
  const worst = told.toSorted((a, b) => rank(b) - rank(a))[0];
  if (worst === undefined) return null;
  return { resource: worst.resource, utilization: worst.utilization, text: sentence(moments, worst) };
}

/** State first, then (while all is well) what grows with the rate, then the share. */
function rank({ state, resource, utilization }: ResourceSummary): number {
  const flow = state === 'ok' && FLOWS.has(resource) ? 100 : 0;
  return 1000 * ORDER.indexOf(state) + flow + Math.min(99, utilization ?? -1);
}

function sentence(moments: readonly Moment[], { resource, state }: ResourceSummary): string {
  const top = busiest(moments);
  const rate = rateOf(top);
  const beside: readonly Resource[] = resource === 'cpu' ? ['run-queue'] : [];
  const parts = [resource, ...beside].flatMap((one) => {
    const value = mean(signalsOf(top, one).map((signal) => signal.value));
    return value === null ? [] : [`its ${saidOf(one, value).replace(/ (?=[^ ]+$)/, ' was ')}`];
  });
  const said = parts.map((part, index) => (index === 0 ? part : part.replace(' was ', ' '))).join(', ');
  const ending = state === 'saturated' ? (ENDINGS[resource] ?? 'at its limit') : ENDING[state];
  return `${atRate(rate)}${said}: ${ending}`;
}

const ENDING: Readonly<Record<Exclude<SignalState, 'saturated'>, string>> = {
  near: 'near its limit',
  ok: 'the fullest of what it tells',
  unknown: 'no limit known',
};
