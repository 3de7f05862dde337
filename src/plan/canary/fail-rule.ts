/** How many bad runs fire: `3 of 5`. */
import { UnitError } from '../../core/units.ts';

/** So many bad runs of the last `of` runs. */
export interface FailRule {
  readonly bad: number;
  readonly of: number;
}

/** Runs that a rule looks back on at most. */
export const MOST_RUNS = 100;

const HINT = 'write it as "3 of 5": so many bad runs of the last so many';

/**
 * Reads `k of n`, with any space around its numbers.
 *
 * @throws UnitError unless 1 <= k <= n <= {@link MOST_RUNS}
 */
export function parseFailRule(text: string): FailRule {
  const [, first, last] = /^\s*(\d{1,6})\s*of\s*(\d{1,6})\s*$/i.exec(text) ?? [];
  if (first === undefined || last === undefined) {
    throw new UnitError(`"${text}" does not say how many runs of how many`, { hint: HINT });
  }
  const rule = { bad: Number(first), of: Number(last) };
  const fault = failRuleFault(rule);
  if (fault !== null) throw new UnitError(fault, { hint: HINT });
  return rule;
}

/** What is wrong with a rule whose numbers are whole; null when it can come true. */
export function failRuleFault({ bad, of }: FailRule): string | null {
  if (bad < 1) return 'no bad run at all would fire';
  if (bad > of) return `${bad} of ${of} runs cannot be bad`;
  return of > MOST_RUNS ? `a rule looks back on at most ${MOST_RUNS} runs` : null;
}

/** The rule as {@link parseFailRule} reads it. */
export function failRuleText({ bad, of }: FailRule): string {
  return `${bad} of ${of}`;
}
