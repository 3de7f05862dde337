/** How long an attempt was in each of its phases. */

import { type Attempt, blockedMs, type Phase } from '../attempt.ts';

/**
 * Durations, ms; NaN where a phase did not apply or was not come to. From the first byte sent they add up to the time
 * until the end: the phase in which an attempt broke lasts until then.
 */
export function phasesOf(attempt: Attempt): Record<Phase, number> {
  const { dnsMs, connectMs, tlsMs, sendMs, sentMs, firstByteMs, endMs } = attempt;
  return {
    blocked: blockedMs(attempt),
    dns: dnsMs,
    connect: connectMs,
    tls: tlsMs,
    send: knownOr(sentMs, endMs) - sendMs,
    wait: knownOr(firstByteMs, endMs) - sentMs,
    receive: endMs - firstByteMs,
  };
}

function knownOr(ms: number, otherwise: number): number {
  return Number.isNaN(ms) ? otherwise : ms;
}
