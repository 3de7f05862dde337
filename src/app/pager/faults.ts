/** The faults that a drill knows by name, as orders to a control endpoint. */

import type { FailureKind } from '../../verdict/canary/run.ts';

/** The names, in the order in which help shows them. */
export const DRILL_FAULT_NAMES = [
  'kill',
  'freeze',
  'close',
  'hang',
  'slow',
  'slow-some',
  'errors',
  'wrong',
  'expired',
] as const;

/** A member of {@link DRILL_FAULT_NAMES}. */
export type DrillFaultName = (typeof DRILL_FAULT_NAMES)[number];

/** One way to break a service. */
export interface DrillFault {
  /** What a canary that talks to the broken service directly calls it. */
  readonly kind: FailureKind;
  /** Body of `POST /control/faults`, all replicas meant. */
  readonly order: Readonly<Record<string, string | number>>;
  /** Share of the requests that it strikes, 0..1. */
  readonly ratio: number;
}

/** How much later an answer comes that is slow, ms. */
const SLOW_MS = 300;

/** By name. */
export const DRILL_FAULTS: Readonly<Record<DrillFaultName, DrillFault>> = {
  kill: { kind: 'offline', order: { replica: 'all', kind: 'kill' }, ratio: 1 },
  freeze: { kind: 'offline', order: { replica: 'all', kind: 'freeze' }, ratio: 1 },
  close: { kind: 'offline', order: { replica: 'all', kind: 'close' }, ratio: 1 },
  hang: { kind: 'offline', order: { replica: 'all', kind: 'hang' }, ratio: 1 },
  slow: { kind: 'slow', order: { replica: 'all', kind: 'slow', ratio: 1, ms: SLOW_MS }, ratio: 1 },
  'slow-some': {
    kind: 'slow',
    order: { replica: 'all', kind: 'slow', ratio: 0.02, ms: SLOW_MS },
    ratio: 0.02,
  },
  errors: { kind: 'erroring', order: { replica: 'all', kind: 'errors', ratio: 0.05 }, ratio: 0.05 },
  wrong: { kind: 'wrong', order: { replica: 'all', kind: 'wrong', ratio: 1 }, ratio: 1 },
  expired: { kind: 'certificate', order: { replica: 'all', kind: 'expired' }, ratio: 1 },
};

/** The fault of this name; undefined for none. */
export function drillFaultNamed(name: string): DrillFaultName | undefined {
  return DRILL_FAULT_NAMES.find((known) => known === name);
}
