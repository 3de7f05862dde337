/** What a figure is: a picture, the sentence that says what it shows, and the numbers it was drawn from. */

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
