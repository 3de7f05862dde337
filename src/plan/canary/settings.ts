/** What a plan says of its canary: how often it looks, when it pages, and when it is over. */

/** When and by what a canary pages. Times in ms. */
export interface CanarySettings {
  /** Name of the check, by which pagers know its alerts; null: made of the plan's own name. */
  readonly check: string | null;
  /** Time from one run to the next. */
  readonly everyMs: number;
  /** What one run sends, in place of the plan's load. */
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** So many bad runs of the last so many fire. */
  readonly fail: { readonly bad: number; readonly of: number };
  /** So many good runs in a row end it. */
  readonly recover: number;
  /** How long after a notification a firing incident is told again; null: never. */
  readonly remindMs: number | null;
  /** So many blind runs in a row are an incident of their own. */
  readonly blind: number;
  /** Share of good runs that is promised, 0..1, over `periodMs`. */
  readonly sloRatio: number;
  readonly periodMs: number;
  /** How long before its end a certificate is told of; 0: never. */
  readonly certificateMs: number;
  /** What is asked when the target fails, to tell a dead target from a dead network; may hold references. */
  readonly control: string | null;
  readonly maintenance: readonly MaintenanceWindow[];
}

/** Times in which nobody is paged. */
export type MaintenanceWindow =
  | {
      readonly kind: 'weekly';
      /** As it was written. */
      readonly text: string;
      /** 0: Sunday; empty: every day. The day on which it begins. */
      readonly days: readonly number[];
      /** Minutes of the day in `zone`; an end at or before the beginning is on the next day. */
      readonly fromMinute: number;
      readonly toMinute: number;
      /** IANA name. */
      readonly zone: string;
    }
  | {
      readonly kind: 'once';
      readonly text: string;
      /** Unix time, ms. */
      readonly fromMs: number;
      readonly toMs: number;
    };

/** Defaults of a canary: 20 requests once a minute, paged for when three of five runs are bad. */
export const CANARY: CanarySettings = {
  check: null,
  everyMs: 60_000,
  ratePerSecond: 4,
  durationMs: 5_000,
  fail: { bad: 3, of: 5 },
  recover: 2,
  remindMs: 14_400_000,
  blind: 5,
  sloRatio: 0.999,
  periodMs: 2_592_000_000,
  certificateMs: 1_209_600_000,
  control: null,
  maintenance: [],
};
