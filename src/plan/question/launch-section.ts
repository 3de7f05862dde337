/** Shape of the `launch` section of a plan, and of the flags that stand for it. */
import { z } from 'zod';

import {
  margin,
  positiveDuration,
  positiveRate,
  type Report,
  report,
  type Schema,
  whole,
} from '../section/scalar.ts';

/** What was written, in numbers; undefined where nothing was. */
export interface LaunchInput {
  /** Per second. */
  readonly peak?: number | undefined;
  /** A ratio. */
  readonly margin?: number | undefined;
  readonly zones?: number | undefined;
  readonly lose?: number | undefined;
  readonly users?: number | undefined;
  /** Milliseconds. */
  readonly think?: number | undefined;
  readonly requestsPerVisit?: number | undefined;
}

const MAX_ZONES = 1000;
const MAX_USERS = 10_000_000_000;
const MAX_REQUESTS_PER_VISIT = 1_000_000;

/** Keys that describe users, from whom the peak is computed. */
export const USER_KEYS = ['users', 'think', 'requestsPerVisit'] as const;

/** Shape of the section; unknown keys are refused. */
export function launchSchema(): Schema<LaunchInput> {
  return z
    .strictObject({
      peak: positiveRate('Expected peak, total, such as 3000/s.').optional(),
      margin: margin('What the servers must carry beyond the peak, such as 30%.').optional(),
      zones: whole('Zones that share the traffic evenly.', { min: 1, max: MAX_ZONES }).optional(),
      lose: whole('How many of the zones may fail.', { min: 0, max: MAX_ZONES }).optional(),
      users: whole('Users at the peak, instead of a rate.', { min: 1, max: MAX_USERS }).optional(),
      think: positiveDuration('Time from one visit of a user to the next.').optional(),
      requestsPerVisit: z
        .number()
        .gt(0)
        .max(MAX_REQUESTS_PER_VISIT)
        .meta({ description: 'Requests that a visit makes.' })
        .optional(),
    })
    .meta({ description: 'The question that headroom launch asks.' })
    .superRefine(refuseTwoPeaks);
}

function refuseTwoPeaks(launch: LaunchInput, context: Report): void {
  if (launch.peak === undefined) return;
  for (const key of USER_KEYS) {
    if (launch[key] === undefined) continue;
    report(context, {
      message: `"${key}" does not go with "peak"`,
      hint: 'the peak is either given, or computed from users: drop one of the two',
      path: [key],
      onKey: true,
    });
  }
}
