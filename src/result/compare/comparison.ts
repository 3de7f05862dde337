/** A comparison and its baseline as the document carries them: texts made safe, numbers rounded, keys in order. */

import { decodeTally, encodeTally } from '../../record/histogram.ts';
import { summarizeTally, sumOf } from '../../record/summary.ts';
import type { Tally } from '../../record/tally.ts';
import type { Estimate } from '../../verdict/capacity/report.ts';
import type {
  BlockReport,
  ComparisonFinding,
  ComparisonReport,
  SideReport,
} from '../../verdict/compare/report.ts';
import type { Clean } from '../capacity.ts';
import type { BaselineFacts, ResultDocument } from '../document.ts';
import { finite, roundDistribution, roundMs, roundRate } from '../rounding.ts';

/** The comparison, fit for a file. */
export function buildComparison(report: ComparisonReport, clean: Clean): ComparisonReport {
  const { baseline, candidate } = report.sides;
  return {
    mode: report.mode,
    sides: { baseline: buildSide(baseline, clean), candidate: buildSide(candidate, clean) },
    blocks: report.blocks.map(buildBlock),
    findings: report.findings.map((found) => buildFinding(found, clean)),
    maxBlocks: report.maxBlocks,
    looks: report.looks,
  };
}

function buildSide({ label, runIds, commit, sent, failed }: SideReport, clean: Clean): SideReport {
  return {
    label: clean(label),
    runIds: runIds.map(clean),
    commit: commit === null ? null : clean(commit),
    sent,
    failed,
  };
}

function buildBlock(block: BlockReport): BlockReport {
  return {
    side: block.side,
    startedMs: roundMs(block.startedMs) ?? 0,
    durationMs: roundMs(block.durationMs) ?? 0,
    sent: block.sent,
    failed: block.failed,
    p50Ms: roundMs(block.p50Ms),
    p99Ms: roundMs(block.p99Ms),
  };
}

function buildFinding(found: ComparisonFinding, clean: Clean): ComparisonFinding {
  return {
    indicator: found.indicator,
    status: found.status,
    effect: rounded(found.effect),
    minimumEffect: found.minimumEffect,
    confidence: roundRate(found.confidence) ?? 0,
    shown: found.shown,
    text: clean(found.text),
  };
}

function rounded({ value, low, high }: Estimate): Estimate {
  return { value: roundRate(value), low: roundRate(low), high: roundRate(high) };
}

/** What is known of a baseline beside its response times. */
export interface BaselineInput extends Omit<BaselineFacts, 'response' | 'histogram' | 'errorRatio'> {
  /** Response times of successes. */
  readonly response: Tally;
  readonly failed: number;
  readonly ended: number;
}

/** The baseline that was measured beside a candidate. */
export function buildBaseline(
  { response, failed, ended, ...known }: BaselineInput,
  clean: Clean,
): BaselineFacts {
  return {
    source: known.source,
    label: clean(known.label),
    runs: known.runs,
    response: roundDistribution(summarizeTally(response)),
    errorRatio: ended === 0 ? null : finite(failed / ended),
    histogram: encodeTally(response),
  };
}

/** The baseline that stored runs make together: all their successes, and the error ratio of all their answers. */
export function buildStoredBaseline(
  results: readonly ResultDocument[],
  known: Pick<BaselineFacts, 'source' | 'label'>,
  clean: Clean,
): BaselineFacts {
  const blobs = results.flatMap(({ histograms }) => histograms['response'] ?? []);
  const runs = results.map(({ runId, startedAt, git }) => ({
    runId,
    startedAt,
    commit: git?.commit ?? null,
  }));
  return buildBaseline(
    {
      ...known,
      runs,
      response: sumOf(blobs.map((blob) => decodeTally(blob))),
      failed: results.reduce((sum, { totals }) => sum + totals.failed, 0),
      ended: results.reduce((sum, { totals }) => sum + totals.completed + totals.broken, 0),
    },
    clean,
  );
}
