/** What the canary of a drill asks the example system. */

import type { DrillFaultName } from '../../app/pager/faults.ts';
import { exactDuration } from '../../core/units.ts';

/** Where one replica of the example system is. */
export interface DrilledSystem {
  readonly url: string;
  /** The same over TLS. */
  readonly secureUrl: string;
  /** PEM file of the authority that signed its certificate. */
  readonly authorityPath: string;
}

/** How much one run sends. A fault of every request shows in a few of them, one of some needs many. */
const GENTLE = { ratePerSecond: 20, share: 0.25 };
const MANY = { ratePerSecond: 250, share: 0.4 };
const OF_SOME: readonly DrillFaultName[] = ['slow-some', 'errors'];

/** Of the time from one run to the next: what is left covers the end of a run, and its start. */
const TIMEOUT_SHARE = 0.3;

/** The shortest schedule: an answer that is 300 ms late must be late, and not lost. */
export const LEAST_EVERY_MS = 2000;

/** The schedule unless another one is given: a busy machine takes a second to start a run and to end it. */
export const USUAL_EVERY_MS = 3000;

/**
 * The text of a plan whose canary looks at one replica, without a balancer that would make a 502 of every fault.
 *
 * @param everyMs at least {@link LEAST_EVERY_MS}
 */
export function drillPlanText(fault: DrillFaultName, system: DrilledSystem, everyMs: number): string {
  const { ratePerSecond, share } = OF_SOME.includes(fault) ? MANY : GENTLE;
  const isSecure = fault === 'expired';
  return JSON.stringify({
    version: 1,
    base: isSecure ? system.secureUrl : system.url,
    ...(isSecure ? { tls: { ca: system.authorityPath } } : {}),
    targets: [
      {
        name: 'followers',
        get: '/followers?user=42',
        timeout: exactDuration(everyMs * TIMEOUT_SHARE),
        expect: { json: { '$.user': 42 } },
      },
    ],
    objectives: ['p99 < 250ms', 'errors < 1%'],
    canary: {
      check: 'example',
      every: exactDuration(everyMs),
      rate: `${ratePerSecond}/s`,
      for: exactDuration(everyMs * share),
    },
  });
}
