/** What a lint says of a plan. */

import type { Path } from '../../plan/position.ts';

/** `error`: it cannot work as it is; `warning`: it works, and not as it seems; `note`: good to know. */
export type LintSeverity = 'error' | 'warning' | 'note';

/** When and where a plan is looked at. */
export interface LintPlace {
  /** Unix time, ms: which maintenance is over. */
  readonly nowMs: number;
  /** Path of the plan file from the root, of which a check has its name; null: it has none. */
  readonly planFile: string | null;
}

/** One thing that a lint found. */
export interface LintFinding {
  /** Stable, in lower case with hyphens. */
  readonly code: string;
  readonly severity: LintSeverity;
  /** What is so, as a sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Where in the plan; what is not there stands for the nearest thing above it. */
  readonly path: Path;
}

/** The worst of all findings; null where there is none. */
export function worstOf(findings: readonly LintFinding[]): LintSeverity | null {
  const order = ['error', 'warning', 'note'] as const;
  return order.find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;
}
