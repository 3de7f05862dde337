/** Memory, and the collectors that free it. */

import type { Signal, SignalSign, SignalState } from '../../core/server/signal.ts';
import { formatBytes, formatRatio } from '../../core/units.ts';
import type { Fact } from '../reading.ts';
import { type Candidate, candidate, fullest, ready, shareOf, stateOf } from './candidate.ts';
import type { Change } from './change.ts';
import { shareOfTime } from './waiting.ts';

const SHARE = { near: 0.85, saturated: 0.95 };
const PRESSURE = { near: 0.1, saturated: 0.4 };
const COLLECTING = { near: 0.1, saturated: 0.25 };
/** Go writes the highest whole number where GOMEMLIMIT is not set. */
const NO_LIMIT = 2 ** 60;

/**
 * Use of memory: the fullest of the process, its container, its machine, and Go's own limit. That one is soft: a
 * collector keeps the heap just below it, which is no fault as long as collecting costs little, so it alone is
 * never worse than `near`.
 */
export function memorySignal(change: Change): Signal | undefined {
  const hard = fullest([
    shareOf(change.gauge('rss-bytes'), limitOf(change), formatBytes),
    shareOf(change.gauge('cgroup-memory-bytes'), change.gauge('cgroup-memory-limit'), formatBytes),
    hostShare(change),
    ready(change.gauge('memory-share')),
    ready(change.gauge('host-memory-share')),
  ]);
  const soft = goShare(change);
  const used = fullest([hard, soft]);
  const pressure = shareOfTime(change, 'memory');
  const isPressed = pressure !== undefined && pressure.share > PRESSURE.near;
  const shown = used ?? pressure;
  if (shown === undefined) return undefined;
  const states: SignalState[] = pressure === undefined ? [] : [stateOf(pressure.share, PRESSURE)];
  if (hard !== undefined) states.push(stateOf(hard.share, SHARE));
  if (soft !== undefined) states.push(soft.share > SHARE.near ? 'near' : 'ok');
  const worst = (['saturated', 'near'] as const).find((state) => states.includes(state)) ?? 'ok';
  return {
    resource: 'memory',
    tier: used === undefined ? 'pressure' : 'reported',
    value: shown.share,
    utilization: used?.share ?? null,
    state: worst,
    evidence: isPressed && shown !== pressure ? `${shown.evidence}; ${pressure.evidence}` : shown.evidence,
    ...(isPressed && { signs: ['pressure'] as const }),
  };
}

/** The lower of the container's limit and the machine's memory. */
function limitOf(change: Change): Fact | undefined {
  const limits = [change.gauge('cgroup-memory-limit'), change.gauge('host-memory-total')];
  return limits.filter((limit) => limit !== undefined && limit.value > 0).toSorted(byValue)[0];
}

function byValue(a: Fact | undefined, b: Fact | undefined): number {
  return (a?.value ?? 0) - (b?.value ?? 0);
}

function hostShare(change: Change): Candidate | undefined {
  const [total, available] = [change.gauge('host-memory-total'), change.gauge('host-memory-available')];
  if (total === undefined || available === undefined) return undefined;
  return shareOf({ value: total.value - available.value, from: available.from }, total, formatBytes);
}

function goShare(change: Change): Candidate | undefined {
  const limit = change.gauge('go-memory-limit');
  const sys = change.gauge('go-sys-bytes');
  const released = change.gauge('go-released-bytes');
  if (limit === undefined || sys === undefined || released === undefined || limit.value >= NO_LIMIT)
    return undefined;
  return shareOf({ value: sys.value - released.value, from: 'GOMEMLIMIT' }, limit, formatBytes);
}

/**
 * Share of the processor time, or for Java of the time, that collecting took. Go before 1.20 tells its share since
 * the start only; the share between two collections follows from it, as `(f2 u2 - f1 u1) / (u2 - u1)` with u the
 * time from the process's start to a collection's end. Pauses alone are but a part of what collecting costs Go: when
 * nothing else is told their share is shown, and it is `unknown` whether that is little.
 */
export function gcSignal(change: Change): Signal | undefined {
  const full = ofClasses(change) ?? ofLifetime(change) ?? ofJava(change) ?? ready(change.gauge('gc-share'));
  const pauses = full === undefined ? ofPauses(change) : undefined;
  const shown = full ?? pauses;
  if (shown === undefined) return undefined;
  const limited = (change.growth('gc-limiter-cycle')?.amount ?? 0) > 0;
  const signs: readonly SignalSign[] = limited ? ['limiter'] : [];
  const state = stateOf(shown.share, COLLECTING);
  const floor = pauses !== undefined && state === 'ok' ? 'unknown' : state;
  return {
    resource: 'gc',
    tier: 'reported',
    value: shown.share,
    utilization: null,
    state: limited ? 'saturated' : floor,
    evidence: shown.evidence,
    ...(limited && { signs }),
  };
}

function ofClasses(change: Change): Candidate | undefined {
  const [gc, total] = [change.growth('go-gc-cpu-seconds'), change.growth('go-cpu-seconds')];
  if (gc === undefined || total === undefined || !(total.amount > 0)) return undefined;
  const share = gc.amount / total.amount;
  return candidate(share, `${formatRatio(share)} of GOMAXPROCS, ${gc.from}`);
}

function ofLifetime(change: Change): Candidate | undefined {
  const { before, after } = change;
  const cycles = change.growth('gc-cycles');
  const [first, second] = [before, after].map((reading) => lifetimeOf(reading));
  if (first === undefined || second === undefined || change.restarted) return undefined;
  if (cycles?.amount === 0) return candidate(0, `no collection ended, ${cycles.from}`);
  const span = second.lived - first.lived;
  if (!(span > 0)) return undefined;
  const share = (second.share * second.lived - first.share * first.lived) / span;
  const clamped = Math.min(1, Math.max(0, share));
  return candidate(clamped, `${formatRatio(clamped)} of GOMAXPROCS, GCCPUFraction over the window`);
}

/** The share since the start, and how long that is, ms; undefined where one of them is not told. */
function lifetimeOf(reading: Change['before']): { share: number; lived: number } | undefined {
  const share = reading?.facts.get('gc-lifetime-share')?.value;
  const end = reading?.facts.get('gc-last-end-ms')?.value;
  const start = (reading?.facts.get('start-ms') ?? reading?.facts.get('gc-first-end-ms'))?.value;
  return share === undefined || end === undefined || start === undefined
    ? undefined
    : { share, lived: end - start };
}

function ofJava(change: Change): Candidate | undefined {
  const growth = change.growth('jvm-gc-seconds');
  if (growth === undefined) return undefined;
  const share = growth.amount / growth.seconds;
  return candidate(share, `${formatRatio(share)} of the time, ${growth.from}`);
}

function ofPauses(change: Change): Candidate | undefined {
  const growth = change.growth('go-pause-seconds');
  if (growth === undefined) return undefined;
  const share = growth.amount / growth.seconds;
  return candidate(share, `pauses ${formatRatio(share)} of the time, ${growth.from}`);
}
