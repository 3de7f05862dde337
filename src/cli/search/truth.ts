/** The right answer to a launch question, computed from the known capacity of the example system. */

import { formatRate } from '../../core/units.ts';
import type { LaunchQuestion, Objective, Plan } from '../../plan/plan.ts';
import { launchRates } from '../../plan/question/launch.ts';

/** What is known of a system's capacity. */
export interface KnownCapacity {
  /** Requests per second beyond which the queues grow without end. */
  readonly saturationPerSecond: number;
  /** The largest rate at which that quantile (0..1) of response times stays within the limit. */
  holdsPerSecond(quantile: number, limitMs: number): number;
}

/** One objective, and the rate up to which it holds. */
interface Bound {
  readonly text: string;
  readonly upToPerSecond: number;
}

/**
 * The truth in a line: up to which rate the first objective to give way holds, and the answer that follows. Objectives
 * of single targets, and others than quantiles, hold for as long as the system does not saturate.
 */
export function truthOf({ objectives, launch }: Plan, capacity: KnownCapacity): string {
  const [worst] = [...objectives.map((objective) => boundOf(objective, capacity)), saturation(capacity)].sort(
    (a, b) => a.upToPerSecond - b.upToPerSecond,
  );
  const { text, upToPerSecond } = worst ?? saturation(capacity);
  const holds = `computed truth: ${text} holds up to ${upToPerSecond.toFixed(1)}/s`;
  return launch === undefined ? holds : `${holds}: the right answer is ${rightAnswer(launch, upToPerSecond)}`;
}

function saturation({ saturationPerSecond }: KnownCapacity): Bound {
  return { text: 'the system', upToPerSecond: saturationPerSecond };
}

function boundOf({ indicator, limit, op, target, text }: Objective, capacity: KnownCapacity): Bound {
  const isQuantile = indicator.kind === 'quantile' && op.startsWith('<') && target === null;
  const inside = isQuantile && indicator.q > 0 && indicator.q < 1 && limit > 0;
  return inside
    ? { text, upToPerSecond: capacity.holdsPerSecond(indicator.q, limit) }
    : { text, upToPerSecond: capacity.saturationPerSecond };
}

function rightAnswer(launch: LaunchQuestion, upToPerSecond: number): string {
  const { withMargin, withoutMargin, peak } = launchRates(launch);
  if (withMargin <= upToPerSecond) return `YES (asked about: ${formatRate(withMargin)})`;
  if (withoutMargin <= upToPerSecond) return 'YES WITHOUT MARGIN';
  return peak <= upToPerSecond ? 'YES WITHOUT A SPARE ZONE' : 'NO';
}
