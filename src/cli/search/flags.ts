/** The flags of the commands that search, as numbers. */

import { UsageError } from '../../core/errors.ts';
import { formatRate, parseDuration, parseRate, parseRatio } from '../../core/units.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Flags } from '../options.ts';

/** Flags of `capacity`; null where nothing was said. */
export interface CapacityFlags {
  readonly startPerSecond: number | null;
  readonly maxPerSecond: number | null;
  readonly precisionRatio: number | null;
  readonly maxDurationMs: number | null;
}

/** Flags of `launch` beside those that lie in the plan; null where nothing was said. */
export interface LaunchFlags {
  readonly maxPerSecond: number | null;
  readonly surgeMs: number | null;
  readonly soakMs: number | null;
  readonly maxDurationMs: number | null;
  /** False: stop at the answer. */
  readonly bracket: boolean;
  readonly acceptNoMargin: boolean;
  readonly acceptNoSpareZone: boolean;
}

/** Bounds of `--precision`: finer takes hours, coarser tells nothing. */
const PRECISION = { min: 0.01, max: 0.5 };

/** @throws UsageError for a value that is none, or out of range */
export function capacityFlags(flags: Flags): CapacityFlags {
  const read = {
    startPerSecond: flags.positive('startRate', parseRate),
    maxPerSecond: flags.positive('maxRate', parseRate),
    precisionRatio: flags.positive('precision', parseRatio),
    maxDurationMs: flags.positive('maxDuration', parseDuration),
  };
  const { startPerSecond: start, maxPerSecond: max, precisionRatio: precision } = read;
  if (precision !== null && (precision < PRECISION.min || precision > PRECISION.max)) {
    throw new UsageError('--precision must lie between 1% and 50%', {
      hint: 'it is the width of the bracket, such as 10%',
    });
  }
  if (start !== null && max !== null && start > max) {
    throw new UsageError('--start-rate lies above --max-rate', {
      hint: 'start low: the search climbs by itself',
    });
  }
  return read;
}

/** @throws UsageError for a value that is none */
export function launchFlags(flags: Flags): LaunchFlags {
  return {
    maxPerSecond: flags.positive('maxRate', parseRate),
    surgeMs: flags.positive('surge', parseDuration),
    soakMs: flags.positive('soak', parseDuration),
    maxDurationMs: flags.positive('maxDuration', parseDuration),
    bracket: !flags.denied('bracket'),
    acceptNoMargin: flags.has('acceptNoMargin'),
    acceptNoSpareZone: flags.has('acceptNoSpareZone'),
  };
}

/** @throws UsageError when a launch may not even send the peak that it asks about */
export function checkMaxRate({ launch }: Plan, { maxPerSecond }: Pick<LaunchFlags, 'maxPerSecond'>): void {
  if (launch === undefined || maxPerSecond === null || maxPerSecond >= launch.peakPerSecond) return;
  const peak = formatRate(launch.peakPerSecond);
  throw new UsageError(`--max-rate lies below the peak of ${peak}: it could never be shown to hold`, {
    hint: `allow at least ${peak}, or leave --max-rate away`,
  });
}
