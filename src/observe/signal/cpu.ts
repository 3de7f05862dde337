/** Processor time, and waiting for it. */

import type { Signal, SignalSign, SignalState } from '../../core/server/signal.ts';
import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type { Fact } from '../reading.ts';
import { type Candidate, candidate, fullest, ready, stateOf } from './candidate.ts';
import { type Change, type Growth, quantileOf } from './change.ts';

const SHARE = { near: 0.8, saturated: 0.95 };
/** Share of the time in which some task waited: beyond 10 % it is short before the limit, whatever the use. */
const PRESSURE = { near: 0.1, saturated: 0.4 };
/** Share of the periods of its quota in which a control group was stopped. */
const THROTTLED = { near: 0.05, saturated: 0.25 };
/** p99 of the time that a goroutine that could run did not, ms. */
const RUN_QUEUE = { near: 5, saturated: 10 };
/** p99 of a Node event loop's delay, ms; its histogram reads some 10 ms when idle, its own resolution. */
const LOOP_LAG = { near: 30, saturated: 60 };
/** Fewer waits than this have no p99. */
const FEWEST_WAITS = 100;

/** The process's own waiting: the run queue of Go's scheduler, or the delay of Node's event loop. */
export function runQueueSignal(change: Change): Signal | undefined {
  const make = (value: number, state: SignalState, evidence: string): Signal => ({
    resource: 'run-queue',
    tier: 'reported',
    utilization: null,
    value,
    state,
    evidence,
  });
  const between = change.histogram('run-queue');
  if (between !== undefined && between.counts.reduce((sum, count) => sum + count, 0) >= FEWEST_WAITS) {
    const { value, isBeyond } = quantileOf(between, 0.99);
    const words = `p99 ${isBeyond ? 'more than ' : ''}${formatDurationMs(value)}, ${between.from}`;
    return make(value, stateOf(value, RUN_QUEUE), words);
  }
  const told = change.gauge('run-queue-p99-ms');
  if (told !== undefined && told.value >= 0) {
    return make(
      told.value,
      stateOf(told.value, RUN_QUEUE),
      `p99 ${formatDurationMs(told.value)}, ${told.from}`,
    );
  }
  const lag = change.gauge('loop-lag-p99-ms');
  if (lag === undefined || !(lag.value >= 0)) return undefined;
  return make(lag.value, stateOf(lag.value, LOOP_LAG), `p99 ${formatDurationMs(lag.value)}, ${lag.from}`);
}

/**
 * Use of the processors: of the process (its own figures before its container's) or of its machine, whichever is
 * worse. Where neither is known, how long tasks waited. Above 95 % it is saturated unless everything that tells of
 * waiting says that nothing waits.
 */
export function cpuSignal(change: Change, runQueue: Signal | undefined): Signal | undefined {
  const used = fullest([processShare(change), hostShare(change)]);
  const pressure = shareOfTime(change, 'cpu');
  const throttled = throttledShare(change);
  const signs: SignalSign[] = [];
  if (throttled !== undefined && throttled.share > THROTTLED.near) signs.push('throttled');
  if (pressure !== undefined && pressure.share > PRESSURE.near) signs.push('pressure');
  const states: SignalState[] = [];
  if (pressure !== undefined) states.push(stateOf(pressure.share, PRESSURE));
  if (throttled !== undefined) states.push(stateOf(throttled.share, THROTTLED));
  const shown = used ?? fullest([pressure, throttled]);
  if (shown === undefined) return undefined;
  if (used !== undefined) states.push(usedState(used.share, [runQueue?.state, states[0]]));
  const more = [pressure, throttled].filter(
    (other, index) => other !== shown && signs.includes(index === 0 ? 'pressure' : 'throttled'),
  );
  return {
    resource: 'cpu',
    tier: used === undefined ? 'pressure' : 'reported',
    value: shown.share,
    utilization: used?.share ?? null,
    state: worst(states),
    evidence: [shown, ...more].map((one) => one?.evidence ?? '').join('; '),
    ...(signs.length > 0 && { signs }),
  };
}

function usedState(share: number, waits: readonly (SignalState | undefined)[]): SignalState {
  const state = stateOf(share, SHARE);
  const known = waits.filter((wait) => wait !== undefined);
  const isCalm = known.length > 0 && known.every((wait) => wait === 'ok');
  return state === 'saturated' && isCalm ? 'near' : state;
}

const ORDER: readonly SignalState[] = ['unknown', 'ok', 'near', 'saturated'];

function worst(states: readonly SignalState[]): SignalState {
  return ORDER[Math.max(0, ...states.map((state) => ORDER.indexOf(state)))] ?? 'unknown';
}

function processShare(change: Change): Candidate | undefined {
  const cores = coresOf(change);
  return (
    ofCores(change.growth('cpu-seconds'), cores) ??
    ofGoClasses(change) ??
    ready(change.gauge('cpu-share')) ??
    ofCores(change.growth('cgroup-cpu-seconds'), cores)
  );
}

/** The least of what may limit a process: GOMAXPROCS, the quota of its control group, the cores of the machine. */
function coresOf(change: Change): number | undefined {
  const quota = change.gauge('cgroup-quota-us')?.value ?? -1;
  const period = change.gauge('cgroup-period-us')?.value ?? -1;
  const told = (['gomaxprocs', 'cgroup-cores', 'cores'] as const).map((name) => change.gauge(name)?.value);
  const known = [...told, quota > 0 ? quota / period : undefined].filter(
    (value): value is number => value !== undefined && value > 0 && Number.isFinite(value),
  );
  return known.length === 0 ? undefined : Math.min(...known);
}

function ofCores(growth: Growth | undefined, cores: number | undefined): Candidate | undefined {
  if (growth === undefined || cores === undefined) return undefined;
  const used = growth.amount / growth.seconds;
  return candidate(used / cores, `${used.toFixed(2)} of ${Number(cores.toFixed(2))} cores, ${growth.from}`);
}

/** Go's own estimate; its classes are comparable with each other only. */
function ofGoClasses(change: Change): Candidate | undefined {
  const [idle, total] = [change.growth('go-idle-cpu-seconds'), change.growth('go-cpu-seconds')];
  if (idle === undefined || total === undefined || !(total.amount > 0)) return undefined;
  const share = 1 - idle.amount / total.amount;
  return candidate(share, `${formatRatio(Math.max(0, share))} of GOMAXPROCS, ${total.from}`);
}

function hostShare(change: Change): Candidate | undefined {
  const [idle, total] = [change.growth('host-idle-seconds'), change.growth('host-cpu-seconds')];
  if (idle === undefined || total === undefined || !(total.amount > 0))
    return ready(change.gauge('host-cpu-share'));
  const share = 1 - idle.amount / total.amount;
  const stolen = (change.growth('host-steal-seconds')?.amount ?? 0) / total.amount;
  const steal = stolen > 0.01 ? `, ${formatRatio(stolen)} stolen by other machines` : '';
  return candidate(share, `${formatRatio(Math.max(0, share))} of the machine${steal}, ${total.from}`);
}

/** PSI: the share of the time in which some task waited for a resource. */
export function shareOfTime(change: Change, resource: 'cpu' | 'memory' | 'io'): Candidate | undefined {
  const growth = change.growth(`psi-${resource}-seconds`);
  const told: Pick<Fact, 'value' | 'from'> | undefined =
    growth === undefined
      ? change.gauge(`psi-${resource}-share`)
      : { value: growth.amount / growth.seconds, from: growth.from };
  return told && candidate(told.value, `tasks waited ${formatRatio(told.value)} of the time, ${told.from}`);
}

function throttledShare(change: Change): Candidate | undefined {
  const [periods, throttled] = [change.growth('cgroup-periods'), change.growth('cgroup-throttled-periods')];
  if (periods === undefined || throttled === undefined || !(periods.amount > 0)) {
    return ready(change.gauge('throttled-share'));
  }
  const share = throttled.amount / periods.amount;
  return candidate(share, `throttled in ${formatRatio(share)} of the periods, ${throttled.from}`);
}
