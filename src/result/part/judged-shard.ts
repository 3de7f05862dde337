/** The judgement of one shard of a plan: what it counted is shown, and nothing is decided. */

import type { Finding, Reason } from '../../verdict/finding.ts';
import type { JudgedRun } from '../../verdict/verdict.ts';

/** Which part of a plan's arrivals a shard took: every `count`-th, from the `index`-th on. */
export interface ShardFacts {
  /** 1..count. */
  readonly index: number;
  readonly count: number;
}

/**
 * The judgement of a shard by itself. Its counts are an n-th of the load's, and the other shards' may say otherwise: every
 * objective, and the verdict, is inconclusive for the reason SHARD.
 */
export function judgedAsShard(judged: JudgedRun, { index, count }: ShardFacts): JudgedRun {
  const reason: Reason = {
    code: 'SHARD',
    text: `This is shard ${index} of ${count}: a part cannot be judged; headroom merge joins it with the others.`,
  };
  const open = (finding: Finding): Finding => ({
    ...finding,
    status: 'inconclusive',
    reason,
    moreRequests: null,
  });
  return {
    ...judged,
    objectives: judged.objectives.map(open),
    agreement: judged.agreement.map(open),
    verdict: { status: 'inconclusive', reasons: [reason] },
  };
}
