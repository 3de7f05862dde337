/** One block of a live comparison: a short run at one rate to one of the two. */

import type { Plan } from '../../plan/plan.ts';
import { trialPlan } from '../../plan/trial-plan.ts';
import { checkAccounts } from '../../record/accounts.ts';
import type { Recording } from '../../record/recording.ts';
import { sumOf } from '../../record/summary.ts';
import type { Tally } from '../../record/tally.ts';
import { nearestRank } from '../../stats/quantile-interval.ts';
import { judgeablePlan } from '../../verdict/baseline/awaiting.ts';
import type { Block, BlockQuantiles } from '../../verdict/compare/block.ts';
import type { Side } from '../../verdict/compare/report.ts';
import type { BlockTrial } from '../../verdict/compare/side-pool.ts';
import { type Ground, type SendOptions, type Sent, type Subject, sendLoad } from '../send.ts';
import { lagAt, withoutLag } from './lateness.ts';

/** What a block sends. */
export interface BlockOrder {
  readonly side: Side;
  /** From 1, of both sides of a pair the same: the two get the same arrivals, so that only the answers differ. */
  readonly pair: number;
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** Traffic before, which opens connections and is counted apart, ms. */
  readonly warmupMs: number;
}

/** A block that was sent. */
export interface BlockSent {
  readonly sent: Sent;
  readonly trial: BlockTrial;
  readonly block: Block;
}

/** Traffic before each block, and before the first of a side: ms at most, and as parts of a block. */
const WARMUP = { mostMs: 500, part: 0.25 };
const FIRST_WARMUP = { mostMs: 2000, part: 1 };

/** How long a block is warmed up, ms: short blocks shortly. @param pair from 1 */
export function warmupOf(pair: number, blockMs: number): number {
  const { mostMs, part } = pair === 1 ? FIRST_WARMUP : WARMUP;
  return Math.min(mostMs, part * blockMs);
}

/**
 * The plan of a block: constant traffic in place of the plan's own load, and nothing of the agreement. Limits relative to
 * stored runs are no part of it: the baseline is measured beside the candidate.
 */
export function blockPlan(plan: Plan, { ratePerSecond, durationMs, warmupMs, pair }: BlockOrder): Plan {
  const approach = warmupMs > 0 ? [{ ratePerSecond, durationMs: warmupMs }] : [];
  return { ...trialPlan(judgeablePlan(plan), { ratePerSecond, durationMs, approach }, pair), agreement: [] };
}

/**
 * Sends a block. Each has workers and connections of its own, on both sides alike; its warm-up pays for them.
 *
 * @param startedMs since the start of the comparison  @throws as sendLoad does
 */
export async function sendBlock(
  { subject, ground }: { readonly subject: Subject; readonly ground: Ground },
  order: BlockOrder,
  options: SendOptions & { readonly elapsedMs: () => number },
): Promise<BlockSent> {
  const plan = blockPlan(subject.plan, order);
  const sent = await sendLoad({ ...subject, plan }, ground, options);
  const { report, generator, workers } = sent;
  // The books of a worker that died or was given up are incomplete; the validity checks say so.
  if (report.conducts.length === workers) checkAccounts(report.recording);
  const { recording, offeredMs, durationMs } = report;
  const startedMs = Math.max(0, options.elapsedMs() - durationMs);
  const block = { side: order.side, startedMs, durationMs: offeredMs, ...partOf(sent) };
  return { sent, trial: { measured: { plan, recording, offeredMs }, generator, durationMs }, block };
}

/** Of a block that the breaker ended in its warm-up, that is all there is. */
function partOf({ report: { recording }, stopped }: Sent): Omit<Block, 'side' | 'startedMs' | 'durationMs'> {
  const { sent, dropped, warmup, warmupFailed } = recording.counts;
  if (sent + dropped > 0 || stopped?.by !== 'breaker') return judgedPart(recording);
  const none: BlockQuantiles = { p50Ms: null, p99Ms: null };
  return { sent: warmup, failed: warmupFailed, ...none, own: none };
}

function judgedPart(recording: Recording): Omit<Block, 'side' | 'startedMs' | 'durationMs'> {
  const { counts, targets, lag } = recording;
  const responses = sumOf(targets.map(({ response }) => response));
  const due = counts.sent + counts.dropped;
  const failed = due - responses.count;
  const quantiles = { p50Ms: quantileMs(responses, due, 0.5), p99Ms: quantileMs(responses, due, 0.99) };
  const own: BlockQuantiles = {
    p50Ms: withoutLag(quantiles.p50Ms, lagAt(lag, 0.5)),
    p99Ms: withoutLag(quantiles.p99Ms, lagAt(lag, 0.99)),
  };
  return { sent: due, failed, ...quantiles, own };
}

/** Of `due` attempts, those that the tally lacks being infinite: null where the rank falls there. */
function quantileMs(responses: Tally, due: number, q: number): number | null {
  const ms = due === 0 ? NaN : responses.atRank(nearestRank(due, q));
  return Number.isFinite(ms) ? ms : null;
}
