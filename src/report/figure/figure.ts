/** What a figure is: a picture, the sentence that says what it shows, and the numbers it was drawn from. */

import type { ObjectiveResult } from '../../result/document.ts';

/** A figure; texts are plain, the picture is markup. */
export interface Figure {
  /** Unique in its page. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in words and numbers. */
  readonly finding: string;
  /** Markup. */
  readonly svg: string;
  readonly table: DataTable;
}

/** Plain texts in rows; they are escaped where they are shown. */
export interface DataTable {
  readonly head: readonly string[];
  /** `l` or `r` per column. */
  readonly aligns: string;
  readonly rows: readonly (readonly string[])[];
}

/** An objective whose limit is a number. */
export interface Limit extends ObjectiveResult {
  readonly limit: number;
}

/** Objectives with a limit to draw: one that awaits a baseline has none. */
export function knownLimits(objectives: readonly ObjectiveResult[]): Limit[] {
  return objectives.flatMap((objective) =>
    objective.limit === null ? [] : [{ ...objective, limit: objective.limit }],
  );
}
