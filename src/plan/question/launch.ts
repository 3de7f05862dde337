/** Arithmetic of the launch question: from users to a peak, and from a peak to the rates that are asked about. */

import type { LaunchQuestion, LaunchUsers } from '../plan.ts';

/** The rates that a launch asks about, requests per second. */
export interface LaunchRates {
  /** P(1 + m) Z / (Z - k): the peak with its margin, on what is left of the zones. */
  readonly withMargin: number;
  /** P Z / (Z - k): the peak, on what is left of the zones. */
  readonly withoutMargin: number;
  /** P: the peak, with all zones. */
  readonly peak: number;
}

/**
 * The rates that a launch asks about. When k of Z equal zones fail, the rest gets Z / (Z - k) times its share; all zones
 * together are asked for that much, so that each is shown to carry it (Beyer et al., Site Reliability Engineering,
 * O'Reilly 2016, ch. 18, N + 2 provisioning).
 *
 * @param question with 0 <= lose < zones, as the parser leaves it
 */
export function launchRates({ peakPerSecond, marginRatio, zones, lose }: LaunchQuestion): LaunchRates {
  const withoutMargin = (peakPerSecond * zones) / (zones - lose);
  return { withMargin: withoutMargin * (1 + marginRatio), withoutMargin, peak: peakPerSecond };
}

/**
 * Peak rate of so many users, requests per second: each makes a visit of `requestsPerVisit` requests once per think
 * time, so P = count x requestsPerVisit / think (Little's law, with the think time as the length of a round; Lazowska
 * et al., Quantitative System Performance, 1984, ch. 3).
 *
 * @param users think time > 0
 */
export function peakOfUsers({ count, thinkMs, requestsPerVisit }: LaunchUsers): number {
  return (count * requestsPerVisit * 1000) / thinkMs;
}
