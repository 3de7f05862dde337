/** What fills up or queues: descriptors, goroutines, threads, locks, connections, disks, and what the service says itself. */

import type { Resource, Signal } from '../../core/server/signal.ts';
import { formatRate, formatRatio } from '../../core/units.ts';
import { MUTEX_PROFILE } from '../go/pprof.ts';
import type { Fact } from '../reading.ts';
import { type Candidate, candidate, fullest, type Limits, ready, shareOf, stateOf } from './candidate.ts';
import type { Change, Growth } from './change.ts';
import { shareOfTime } from './waiting.ts';

const FILLING: Limits = { near: 0.8, saturated: 0.95 };
const PRESSURE: Limits = { near: 0.1, saturated: 0.4 };
/** Goroutines that wait for locks, on average: one at all times is contention, many are a queue. */
const WAITERS: Limits = { near: 1, saturated: 4 };
/** The profile of Go before 1.22 counts only the first in each queue: a lock that is never free reads as 1. */
const FIRST_WAITERS: Limits = { near: 0.5, saturated: 0.9 };

/** Descriptors: of the process or of its whole machine, whichever is fuller. */
export function fdsSignal(change: Change): Signal | undefined {
  return filling('fds', [
    shareOf(change.gauge('open-fds'), change.gauge('max-fds'), whole),
    shareOf(change.gauge('host-fds'), change.gauge('host-max-fds'), whole),
    ready(change.gauge('fds-share')),
  ]);
}

/** Connections that the machine's firewall keeps track of: at the limit new ones are dropped. */
export function conntrackSignal(change: Change): Signal | undefined {
  return filling('conntrack', [
    shareOf(change.gauge('conntrack'), change.gauge('conntrack-limit'), whole),
    ready(change.gauge('conntrack-share')),
  ]);
}

/** How busy the service says it is: its ORCA report, its pools and workers, its event loop; the fullest counts. */
export function applicationSignal(change: Change): Signal | undefined {
  const workers = workersShare(change);
  // Four workers of four are busy now and then at any load: a moment counts only where no mean is told.
  const isMoment = (name: string): boolean => workers !== undefined && name.endsWith('/workers_busy');
  const parts = change.parts('application-share').filter((name) => !isMoment(name));
  return filling('application', [workers, ...parts.map((name) => ready(change.gauge(name)))]);
}

/** Over the time between the readings, not of a moment; undefined at the first. */
function workersShare(change: Change): Candidate | undefined {
  const [busy, workers] = [change.growth('worker-busy-seconds'), change.gauge('workers')?.value ?? 0];
  if (busy === undefined || !(workers > 0)) return undefined;
  const mean = busy.amount / busy.seconds;
  return candidate(mean / workers, `${mean.toFixed(2)} of ${workers} workers, ${busy.from}`);
}

/** The busiest disk. A disk that serves many requests at once is not at its end at 100 %, unless tasks wait for it. */
export function diskSignal(change: Change): Signal | undefined {
  const disks = change.parts('disk-busy-seconds').map((name) => {
    const device = name.slice(name.indexOf('/') + 1);
    const growth = change.growth(`disk-busy-seconds/${device}`);
    return (
      growth &&
      candidate(rateOf(growth), `${device} busy ${formatRatio(rateOf(growth))} of the time, ${growth.from}`)
    );
  });
  const busiest = fullest([...disks, ready(change.gauge('disk-share'))]);
  const pressure = shareOfTime(change, 'io');
  const shown = busiest ?? pressure;
  if (shown === undefined) return undefined;
  const isPressed = pressure !== undefined && pressure.share > PRESSURE.near;
  const state = stateOf(shown.share, busiest === undefined ? PRESSURE : FILLING);
  return {
    resource: 'disk',
    tier: busiest === undefined ? 'pressure' : 'reported',
    value: shown.share,
    utilization: busiest?.share ?? null,
    state: busiest !== undefined && state === 'saturated' && !isPressed ? 'near' : state,
    evidence: isPressed && busiest !== undefined ? `${shown.evidence}; ${pressure.evidence}` : shown.evidence,
    ...(isPressed && { signs: ['pressure'] as const }),
  };
}

/** Goroutines, or threads: how many there are says little; that they grow says much. */
export function countSignal(change: Change, resource: 'goroutines' | 'threads'): Signal | undefined {
  const count = change.gauge(resource);
  if (count === undefined || !(count.value >= 0)) return undefined;
  return reported(resource, {
    value: count.value,
    state: 'unknown',
    evidence: `${whole(count.value)}, ${count.from}`,
  });
}

/** How many goroutines waited for locks, on average. */
export function locksSignal(change: Change): Signal | undefined {
  const told = rateOrGauge(change.growth('mutex-wait-seconds'), change.gauge('mutex-waiters'));
  if (told === undefined) return undefined;
  const isProfile = told.from === MUTEX_PROFILE;
  const waiters = Number(told.value.toPrecision(3));
  return reported('locks', {
    value: told.value,
    state: stateOf(told.value, isProfile ? FIRST_WAITERS : WAITERS),
    evidence: `${waiters} waiting, ${told.from}`,
  });
}

/** Connections that came while the queue of a listening socket was full; each is dropped, and comes again a second later. */
export function acceptQueueSignal(change: Change): Signal | undefined {
  const gauge = change.gauge('listen-overflows-per-second');
  const counts = (['listen-overflows', 'listen-drops'] as const).map((name) => change.growth(name));
  const told = [...counts.map((growth) => rateOrGauge(growth, undefined)), gauge].filter(
    (one) => one !== undefined,
  );
  const most = told.toSorted((a, b) => b.value - a.value)[0];
  if (most === undefined) return undefined;
  const state = most.value > 0 ? 'saturated' : 'ok';
  return reported('accept-queue', {
    value: most.value,
    state,
    evidence: `${formatRate(most.value)}, ${most.from}`,
  });
}

type Told = Pick<Fact, 'value' | 'from'>;

function rateOrGauge(growth: Growth | undefined, gauge: Fact | undefined): Told | undefined {
  return growth === undefined ? gauge : { value: rateOf(growth), from: growth.from };
}

function rateOf({ amount, seconds }: Growth): number {
  return amount / seconds;
}

function filling(resource: Resource, candidates: readonly (Candidate | undefined)[]): Signal | undefined {
  const used = fullest(candidates);
  if (used === undefined) return undefined;
  const { share, evidence } = used;
  return {
    ...reported(resource, { value: share, state: stateOf(share, FILLING), evidence }),
    utilization: share,
  };
}

function reported(resource: Resource, told: Pick<Signal, 'value' | 'state' | 'evidence'>): Signal {
  return { resource, tier: 'reported', utilization: null, ...told };
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
