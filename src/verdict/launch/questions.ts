/** The rates that a launch asks about, each once. */

import { formatRate, formatRatio } from '../../core/units.ts';
import type { LaunchQuestion } from '../../plan/plan.ts';
import { launchRates } from '../../plan/question/launch.ts';
import type { LaunchStep } from './report.ts';

/** One rate that is asked about. */
export interface AskedRate {
  readonly id: LaunchStep['id'];
  readonly ratePerSecond: number;
}

/** Rates are equal when they differ by no more than rounding. */
const ROUNDING = 1e-9;

/**
 * Highest first: the peak with margin on what is left of the zones, without margin, and the peak itself. Without a
 * margin, or without a zone to lose, some of them are the same: the plainer one then stands for both.
 */
export function askedRates(question: LaunchQuestion): readonly AskedRate[] {
  const { withMargin, withoutMargin, peak } = launchRates(question);
  const all: AskedRate[] = [
    { id: 'with-margin', ratePerSecond: withMargin },
    { id: 'without-margin', ratePerSecond: withoutMargin },
    { id: 'peak', ratePerSecond: peak },
  ];
  return all.filter(({ ratePerSecond }, index) => {
    const next = all[index + 1];
    return next === undefined || !isAtMost(ratePerSecond, next.ratePerSecond);
  });
}

/** True when a rate is no higher than another, but for rounding. */
export function isAtMost(ratePerSecond: number, other: number): boolean {
  return ratePerSecond <= other * (1 + ROUNDING);
}

/** What a rate stands for: `91/s, the peak with a margin of 30% and 1 of 3 zones lost`. */
export function rateText({ id, ratePerSecond }: AskedRate, question: LaunchQuestion): string {
  return `${formatRate(ratePerSecond)}, ${meaningOf(id, question)}`;
}

function meaningOf(id: LaunchStep['id'], { marginRatio, zones, lose }: LaunchQuestion): string {
  const lost = lose === 0 ? '' : `${lose} of ${zones} zones lost`;
  const margin = `a margin of ${formatRatio(marginRatio)}`;
  switch (id) {
    case 'with-margin':
      return `the peak with ${lost === '' ? margin : `${margin} and ${lost}`}`;
    case 'without-margin':
      return lost === '' ? 'the peak without margin' : `the peak with ${lost}`;
    case 'peak':
      return lost === '' ? 'the expected peak' : 'the expected peak with all zones';
  }
}
