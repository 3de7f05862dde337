/** Use of the processors. */

import type { Signal, SignalSign, SignalState } from '../../core/server/signal.ts';
import { formatRatio } from '../../core/units.ts';
import { type Candidate, candidate, fullest, ready, stateOf } from './candidate.ts';
import type { Change, Growth } from './change.ts';
import { shareOfTime, throttledShare } from './waiting.ts';

const SHARE = { near: 0.8, saturated: 0.95 };
/** Share of the time in which some task waited: beyond 10 % it is short before the limit, whatever the use. */
const PRESSURE = { near: 0.1, saturated: 0.4 };
/** Share of the periods of its quota in which a control group was stopped. */
const THROTTLED = { near: 0.05, saturated: 0.25 };
/** A process that uses less than this part of what its machine does is not the one that fills it. */
const CROWDED = 0.5;

/**
 * Use of the processors: of the process (its own figures before its container's) or of its machine, whichever is
 * worse: a machine that others fill has nothing left for it, which the sign `neighbours` tells. Where neither is
 * known, how long tasks waited. Above 95 % it is saturated unless everything that tells of waiting says that nothing
 * waits.
 */
export function cpuSignal(change: Change, runQueue: Signal | undefined): Signal | undefined {
  const own = processShare(change);
  const used = fullest([own, hostShare(change)]);
  const pressure = shareOfTime(change, 'cpu');
  const throttled = throttledShare(change);
  const shown = used ?? fullest([pressure, throttled]);
  if (shown === undefined) return undefined;
  const pressed = pressure && stateOf(pressure.share, PRESSURE);
  const held = throttled && stateOf(throttled.share, THROTTLED);
  const useState = used && usedState(used.share, [runQueue?.state, pressed]);
  const isCrowded = own !== undefined && own !== used && own.share < CROWDED * (used?.share ?? 0);
  const seen: readonly (readonly [SignalSign, Candidate | undefined, boolean])[] = [
    ['throttled', throttled, held !== undefined && held !== 'ok'],
    ['pressure', pressure, pressed !== undefined && pressed !== 'ok'],
    ['neighbours', own, isCrowded],
  ];
  const signs = seen.filter(([, , holds]) => holds);
  const more = signs.map(([, which]) => which).filter((which) => which !== shown);
  return {
    resource: 'cpu',
    tier: used === undefined ? 'pressure' : 'reported',
    value: shown.share,
    utilization: used?.share ?? null,
    state: worst([pressed, held, useState].filter((state) => state !== undefined)),
    evidence: [shown, ...more].map((which) => which?.evidence ?? '').join('; '),
    ...(signs.length > 0 && { signs: signs.map(([sign]) => sign) }),
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
