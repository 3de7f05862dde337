/** What a monitoring system makes of a result: the four states that plug-ins for Nagios and Icinga know. */

import type { ResultDocument } from '../document.ts';

/** Exit codes of headroom, see app/exit.ts, as far as they tell states apart. */
const PASS = 0;
const FAIL = 1;

/** A state of a service, by the name that plug-ins print. */
export type ServiceState = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** The exit code of each state (Monitoring Plugins, development guidelines, section on return codes). */
export const SERVICE_STATES: Readonly<Record<ServiceState, number>> = {
  OK: 0,
  WARNING: 1,
  CRITICAL: 2,
  UNKNOWN: 3,
};

/**
 * The state that an exit code stands for. A breach that keeps the looser promise to clients is a warning; whatever is
 * neither a pass nor a breach is unknown.
 *
 * @param exitCode of the usual table  @param agreementHeld see {@link holdsAgreement}
 */
export function serviceStateOf(exitCode: number, agreementHeld: boolean): ServiceState {
  if (exitCode === PASS) return 'OK';
  if (exitCode !== FAIL) return 'UNKNOWN';
  return agreementHeld ? 'WARNING' : 'CRITICAL';
}

/**
 * True when there is an agreement, no part of it is breached, and nobody is being paged: where a canary's few requests leave
 * the agreement open, an incident that wakes somebody is more than a warning.
 */
export function holdsAgreement({ agreement, canary }: Pick<ResultDocument, 'agreement' | 'canary'>): boolean {
  if (canary?.incidents.some(({ severity }) => severity === 'page') === true) return false;
  return agreement.length > 0 && agreement.every(({ status }) => status !== 'fail');
}
