/** A live comparison that is over, and what it was about. */

import type { Plan } from '../../plan/plan.ts';
import type { ServerResult } from '../../result/server/server-result.ts';
import type { Block } from '../../verdict/compare/block.ts';
import type { ComparisonSetting, JudgedComparison } from '../../verdict/compare/judge.ts';
import type { Side } from '../../verdict/compare/report.ts';
import type { SidePool } from '../../verdict/compare/side-pool.ts';
import type { Stop } from '../../verdict/verdict.ts';
import type { Ground, Sent, Subject } from '../send.ts';
import type { StopSignal } from '../world.ts';

/** What is compared, with what each is called. */
export type Subjects = Readonly<Record<Side, Subject & { readonly label: string }>>;

/** A comparison that is over. */
export interface Compared {
  readonly subjects: Subjects;
  readonly ground: Ground;
  readonly blocks: readonly Block[];
  /** Absent for a side of which nothing was measured. */
  readonly pools: Partial<Record<Side, SidePool>>;
  readonly judged: JudgedComparison;
  readonly setting: ComparisonSetting;
  readonly maxBlocks: number;
  /** The plan of a block of the candidate. */
  readonly plan: Plan;
  readonly stopped: (Stop & { readonly side: Side }) | null;
  readonly signal: StopSignal | null;
  readonly last: Sent | null;
  readonly startedAtWallMs: number;
  /** How the candidate's servers were in its blocks; null when nobody looked. */
  readonly servers: readonly ServerResult[] | null;
}
