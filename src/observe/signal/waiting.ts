/** Waiting for a processor: in the process, in its control group, on its machine. */

import type { Signal, SignalState } from '../../core/server/signal.ts';
import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type { Fact } from '../reading.ts';
import { type Candidate, candidate, type Limits, ready, stateOf } from './candidate.ts';
import { type Change, quantileOf } from './change.ts';

/** p99 of the time that a goroutine that could run did not, ms. */
const RUN_QUEUE: Limits = { near: 5, saturated: 10 };
/** p99 of a Node event loop's delay, ms; its histogram reads some 10 ms when idle, its own resolution. */
const LOOP_LAG: Limits = { near: 30, saturated: 60 };
/** Of fewer waits the p99 says nothing; Go notes one in eight. */
const FEWEST_WAITS = 20;

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

/** PSI: the share of the time in which some task waited for a resource. */
export function shareOfTime(change: Change, resource: 'cpu' | 'memory' | 'io'): Candidate | undefined {
  const growth = change.growth(`psi-${resource}-seconds`);
  const told: Pick<Fact, 'value' | 'from'> | undefined =
    growth === undefined
      ? change.gauge(`psi-${resource}-share`)
      : { value: growth.amount / growth.seconds, from: growth.from };
  return told && candidate(told.value, `tasks waited ${formatRatio(told.value)} of the time, ${told.from}`);
}

/** How often the quota of a control group was used up before its period was over; undefined without a quota. */
export function throttledShare(change: Change): Candidate | undefined {
  const [periods, throttled] = [change.growth('cgroup-periods'), change.growth('cgroup-throttled-periods')];
  if (periods === undefined || throttled === undefined || !(periods.amount > 0)) {
    return ready(change.gauge('throttled-share'));
  }
  const share = throttled.amount / periods.amount;
  return candidate(share, `throttled in ${formatRatio(share)} of the periods, ${throttled.from}`);
}
