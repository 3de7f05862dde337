/** Exit codes: the one table, the order in which they win over each other, and other tools' codes. */

import { EXIT } from '../app/exit.ts';
import { SERVICE_STATES, serviceStateOf } from '../result/reading/service-state.ts';

/** The table as help prints it. */
export const EXIT_TABLE: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.pass, 'pass: every objective holds; launch: yes'],
  [EXIT.fail, 'fail: an objective is breached (an unreachable target too); launch: no'],
  [EXIT.usage, 'usage or plan error: no traffic was sent'],
  [EXIT.inconclusive, 'inconclusive: measured, but cannot be judged; the reasons say why'],
  [EXIT.undelivered, 'judged, but a report could not be delivered'],
  [EXIT.bug, 'a bug in headroom'],
  [EXIT.interrupted, 'interrupted (SIGINT): the report is partial'],
  [EXIT.terminated, 'terminated (SIGTERM): the report is partial'],
];

/** From the strongest to the weakest. */
const PRECEDENCE: readonly number[] = [
  EXIT.bug,
  EXIT.usage,
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.fail,
  EXIT.inconclusive,
  EXIT.undelivered,
  EXIT.pass,
];

/** Whose codes to speak. */
export const EXIT_STYLES = ['headroom', 'nagios', 'k6'] as const;

/** A member of {@link EXIT_STYLES}. */
export type ExitStyle = (typeof EXIT_STYLES)[number];

/** How the codes of the table become the one that the process ends with. */
export interface ExitPolicy {
  readonly style: ExitStyle;
  /** Report only: neither fail nor inconclusive shows in the code. */
  readonly zero: boolean;
  /** What a gate makes of an inconclusive run; null: leave it. */
  readonly onInconclusive: 'fail' | 'pass' | null;
}

/** What an exit code tells beside the verdict. */
export interface Beside {
  /** A breach kept the looser promise to clients: for Nagios a warning only. */
  readonly agreementHeld?: boolean;
  /** A report or a notification got lost. */
  readonly undelivered?: boolean;
}

/** The usual policy: the table as it is. */
export const PLAIN_EXIT: ExitPolicy = { style: 'headroom', zero: false, onInconclusive: null };

/** k6, errext/exitcodes: thresholds failed, invalid configuration, external abort, panic. */
const K6: Readonly<Record<number, number>> = {
  [EXIT.fail]: 99,
  [EXIT.usage]: 104,
  [EXIT.interrupted]: 105,
  [EXIT.terminated]: 105,
  [EXIT.bug]: 109,
};

/** The strongest of several codes of the table. @returns 0 for none */
export function strongest(codes: readonly number[]): number {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.pass;
}

/**
 * The code that the process ends with.
 *
 * @param code one of {@link EXIT}, of the verdict alone
 * @param beside what else the code tells: a policy that makes little of a verdict says nothing of a lost report
 */
export function finalExit(code: number, policy: ExitPolicy, beside: Beside = {}): number {
  const { agreementHeld = false, undelivered = false } = beside;
  const chosen = strongest([chosenExit(code, policy), undelivered ? EXIT.undelivered : EXIT.pass]);
  if (policy.style === 'k6') return K6[chosen] ?? chosen;
  return policy.style === 'nagios' ? SERVICE_STATES[serviceStateOf(chosen, agreementHeld)] : chosen;
}

function chosenExit(code: number, policy: ExitPolicy): number {
  const settled =
    code === EXIT.inconclusive && policy.onInconclusive !== null ? EXIT[policy.onInconclusive] : code;
  return policy.zero && (settled === EXIT.fail || settled === EXIT.inconclusive) ? EXIT.pass : settled;
}
