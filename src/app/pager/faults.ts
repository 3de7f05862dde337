/** The faults that a drill knows by name, as orders to a control endpoint. */

import type { Effect } from '../../verdict/canary/detection.ts';
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
  /** What becomes of which share of the requests. */
  readonly effect: Omit<Effect, 'delayMs'> & { readonly delayMs: number | 'deadline' };
}

/** How much later an answer comes that is slow, ms. */
const SLOW_MS = 300;

const REFUSED = { ratio: 1, kind: 'silent', delayMs: 0 } as const;
const UNANSWERED = { ratio: 1, kind: 'silent', delayMs: 'deadline' } as const;

/** By name. */
export const DRILL_FAULTS: Readonly<Record<DrillFaultName, DrillFault>> = {
  kill: { kind: 'offline', order: { replica: 'all', kind: 'kill' }, effect: REFUSED },
  freeze: { kind: 'offline', order: { replica: 'all', kind: 'freeze' }, effect: UNANSWERED },
  close: { kind: 'offline', order: { replica: 'all', kind: 'close' }, effect: REFUSED },
  hang: { kind: 'offline', order: { replica: 'all', kind: 'hang' }, effect: UNANSWERED },
  slow: {
    kind: 'slow',
    order: { replica: 'all', kind: 'slow', ratio: 1, ms: SLOW_MS },
    effect: { ratio: 1, kind: 'slow', delayMs: SLOW_MS },
  },
  'slow-some': {
    kind: 'slow',
    order: { replica: 'all', kind: 'slow', ratio: 0.02, ms: SLOW_MS },
    effect: { ratio: 0.02, kind: 'slow', delayMs: SLOW_MS },
  },
  errors: {
    kind: 'erroring',
    order: { replica: 'all', kind: 'errors', ratio: 0.05 },
    effect: { ratio: 0.05, kind: 'erroring', delayMs: 0 },
  },
  wrong: {
    kind: 'wrong',
    order: { replica: 'all', kind: 'wrong', ratio: 1 },
    effect: { ratio: 1, kind: 'wrong', delayMs: 0 },
  },
  expired: { kind: 'certificate', order: { replica: 'all', kind: 'expired' }, effect: REFUSED },
};

/** The fault of this name; undefined for none. */
export function drillFaultNamed(name: string): DrillFaultName | undefined {
  return DRILL_FAULT_NAMES.find((known) => known === name);
}
