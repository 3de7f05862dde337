/** What a flag is, as help shows it. */

/** One flag. */
export interface Flag {
  readonly flags: string;
  readonly text: string;
  /** May be given several times. */
  readonly many?: true;
  /** Another spelling that help does not show. */
  readonly hidden?: true;
  readonly choices?: readonly string[];
}

/** Flags under one heading. */
export type Group = readonly [heading: string, flags: readonly Flag[]];
