/** Compares stored runs: cuts them into blocks, judges, and makes the document. Nothing is sent. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { formatRate } from '../../core/units.ts';
import { buildComparison, buildStoredBaseline } from '../../result/compare/comparison.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { Block } from '../../verdict/compare/block.ts';
import { comparisonVerdict } from '../../verdict/compare/comparison-verdict.ts';
import { checksOfBoth, doubted } from '../../verdict/compare/doubts.ts';
import { type ComparisonSetting, judgeBlocks, type MinimumEffects } from '../../verdict/compare/judge.ts';
import { LEAST_BLOCKS, lookOnce, MOST_BLOCKS } from '../../verdict/compare/looks.ts';
import type { ComparisonFinding, ComparisonReport, SideReport } from '../../verdict/compare/report.ts';
import type { Reason, Status, ValidityCheck } from '../../verdict/finding.ts';
import { exitOf } from '../exit.ts';
import type { World } from '../world.ts';
import { effectsFrom } from './bounds.ts';
import { measuredIn, type Source } from './sources.ts';
import { cutIntoBlocks } from './stored-blocks.ts';

/** The two sides. */
export interface Sources {
  readonly baseline: Source;
  readonly candidate: Source;
}

/** How stored runs are compared. */
export interface StoredOptions {
  /** Default: {@link MINIMUM_EFFECTS}. */
  readonly minimumEffects?: Partial<MinimumEffects>;
  /** Compare runs of different rates too. */
  readonly force: boolean;
  /** A command line that repeats it. */
  readonly repeat: string;
}

/** What only a comparison remarks: those of an earlier one are not its candidate's. */
const OWN_NOTES = ['SAME_RUN', 'NOT_INTERLEAVED', 'PLAN_DIFFERS', 'GENERATOR_DIFFERS', 'CANDIDATE_BREACH'];

/** Checks that ask whether our lateness decided the objectives of a run, which says nothing of a comparison. */
const OF_OBJECTIVES = ['send-lag', 'event-loop-stall'];

/** In place of them, where our lateness decides the comparison. */
const LAG_DECIDES: ValidityCheck = {
  id: 'send-lag',
  status: 'fail',
  blocks: 'both',
  measured: null,
  limit: null,
  unit: 'ms',
  code: 'SEND_LAG',
  text: "Without our own lateness in the two runs the comparison would be judged differently, so what it shows may be our doing and not the candidate's.",
};

/** Asked rates within this of each other are the same. */
const SAME_RATE = 0.01;

/** Stored runs, judged. */
export interface JudgedStored extends Pick<ComparisonReport, 'blocks' | 'findings' | 'looks'> {
  /** The findings before doubts took any of them away, in the same order. */
  readonly seen: readonly ComparisonFinding[];
  readonly checks: readonly ValidityCheck[];
  /** True when both sides are the very same run. */
  readonly isSame: boolean;
}

/**
 * Cuts the runs into blocks and judges them.
 *
 * @param minimumEffects default: {@link MINIMUM_EFFECTS}
 * @throws UsageError for results that are no runs, and for effects out of range
 */
export function judgeStored(sources: Sources, minimumEffects?: Partial<MinimumEffects>): JudgedStored {
  const { baseline, candidate } = sources;
  const [before, after] = [newestOf(baseline), newestOf(candidate)];
  const isSame = baseline.documents.length === 1 && measuredIn(before) === measuredIn(after);
  const blocks = blocksOfBoth(sources);
  const setting: ComparisonSetting = {
    ...lookOnce(Math.max(blocks.length / 2, LEAST_BLOCKS)),
    pairing: isSame ? 'paired' : 'apart',
    minimumEffects: effectsFrom(minimumEffects),
  };
  const of = { baseline: before.validity.checks, candidate: after.validity.checks };
  return { isSame, blocks, ...judgedOf(blocks, setting, checksOfBoth(of)) };
}

/**
 * The document of a comparison: of the candidate's newest run, with the comparison and its baseline.
 *
 * @throws UsageError for results that are no runs, or runs of different rates
 */
export function compareStored(
  sources: Sources,
  world: Pick<World, 'newId' | 'version' | 'nodeVersion'>,
  options: StoredOptions,
): ResultDocument {
  const { baseline, candidate } = sources;
  const [before, after] = [newestOf(baseline), newestOf(candidate)];
  if (!options.force) refuseRates(before, after);
  const { isSame, blocks, findings, looks, checks } = judgeStored(sources, options.minimumEffects);
  const report: ComparisonReport = {
    mode: 'stored',
    sides: { baseline: sideOf(baseline), candidate: sideOf(candidate) },
    blocks,
    findings,
    maxBlocks: MOST_BLOCKS,
    looks,
  };
  const verdict = comparisonVerdict({ report, checks, objectives: [], stopped: null });
  // A page that is made again from its document is the same only while keys stand in the schema's order.
  const { git, baseline: _, comparison: __, ...rest } = after;
  return {
    ...rest,
    command: 'compare',
    tool: { name: 'headroom', version: world.version, node: world.nodeVersion },
    runId: world.newId(),
    repeat: options.repeat,
    validity: { status: checks.some(({ status }) => status === 'fail') ? 'fail' : 'pass', checks },
    notes: [
      ...notesOn(before, after, isSame),
      ...after.notes.filter(({ code }) => !OWN_NOTES.includes(code)),
    ],
    verdict,
    exitCode: exitOf(verdict.status, null),
    baseline: buildStoredBaseline(
      baseline.documents,
      { source: baseline.kind, label: baseline.label },
      (text) => safeText(text),
    ),
    comparison: buildComparison(report, (text) => safeText(text)),
    ...(git === undefined ? {} : { git }),
  };
}

/** The findings as the checks leave them, and the checks. @param known of the two runs, about their own objectives too */
function judgedOf(
  blocks: readonly Block[],
  setting: ComparisonSetting,
  known: readonly ValidityCheck[],
): Pick<JudgedStored, 'findings' | 'seen' | 'looks' | 'checks'> {
  const judged = judgeBlocks(blocks, setting);
  const own = judgeBlocks(blocks, setting, 'without').findings.map(({ status }) => status);
  const ownOf = (index: number): Status => own[index] ?? 'inconclusive';
  // What is open with our lateness blames nobody, and more traffic may decide it.
  const lagDecides = judged.findings.some(({ status }, index) => {
    return status !== 'inconclusive' && status !== ownOf(index);
  });
  const kept = known.filter(
    ({ id, status }) => !OF_OBJECTIVES.includes(id) || (status !== 'fail' && !lagDecides),
  );
  const checks = lagDecides ? [LAG_DECIDES, ...kept] : kept;
  const findings = judged.findings.map((found, index) => doubted(found, ownOf(index), checks));
  return { findings, seen: judged.findings, looks: judged.looks, checks };
}

function newestOf({ documents, label }: Source): ResultDocument {
  const [newest] = documents;
  const stranger = documents.find(({ command }) => command !== 'run' && command !== 'compare');
  if (newest !== undefined && stranger === undefined) return newest;
  const what = stranger === undefined ? 'no run' : `a result of headroom ${stranger.command}`;
  throw new UsageError(`${safeText(label)} holds ${what}: only runs can be compared`, {
    hint: 'write a run with headroom run -o FILE.json',
  });
}

function refuseRates(before: ResultDocument, after: ResultDocument): void {
  const [a, b] = [before, after].map(({ totals }) => totals.ratePerSecond.asked);
  const isSame = a === b || Math.abs((a ?? 0) - (b ?? 0)) <= SAME_RATE * Math.max(a ?? 0, b ?? 0);
  if (isSame && (a === null) === (b === null)) return;
  const shown = (rate: number | null | undefined): string =>
    rate === null || rate === undefined ? 'a closed loop' : formatRate(rate);
  throw new UsageError(`the two runs asked for different rates: ${shown(a)} and ${shown(b)}`, {
    hint: 'latencies of different rates say nothing of a change: run both at the same rate, or add --force',
  });
}

/** As many blocks of each: those at the end that have no partner are left out. */
function blocksOfBoth({ baseline, candidate }: Sources): Block[] {
  const most = (limit: number): readonly [Block[], Block[]] => [
    cutIntoBlocks(baseline.documents, 'baseline', limit),
    cutIntoBlocks(candidate.documents, 'candidate', limit),
  ];
  const [first, second] = most(MOST_BLOCKS);
  const count = Math.min(first.length, second.length);
  const [before, after] = most(count);
  const kept = Math.min(before.length, after.length);
  return [...before.slice(0, kept), ...after.slice(0, kept)];
}

function sideOf({ label, documents }: Source): SideReport {
  return {
    label,
    runIds: documents.map(measuredIn),
    commit: documents[0]?.git?.commit ?? null,
    sent: documents.reduce((sum, { totals }) => sum + totals.sent, 0),
    failed: documents.reduce((sum, { totals }) => sum + totals.failed, 0),
  };
}

function notesOn(before: ResultDocument, after: ResultDocument, isSame: boolean): Reason[] {
  if (isSame) return [{ code: 'SAME_RUN', text: 'Both sides are the very same run.' }];
  const notes: Reason[] = [
    {
      code: 'NOT_INTERLEAVED',
      text: 'The two ran at different times, and what differs may be the time: headroom compare --baseline URL --candidate URL measures both in turn.',
    },
  ];
  if (before.planHash !== after.planHash) {
    notes.push({
      code: 'PLAN_DIFFERS',
      text: 'The two runs followed different plans, or went to different URLs.',
    });
  }
  if (machineOf(before) !== machineOf(after)) {
    notes.push({ code: 'GENERATOR_DIFFERS', text: 'The two runs were made on different machines.' });
  }
  if (after.verdict.status === 'fail') {
    const text = `By itself the candidate's run failed: ${after.verdict.reasons[0]?.text ?? 'an objective is breached'}`;
    notes.push({ code: 'CANDIDATE_BREACH', text });
  }
  return notes;
}

function machineOf({ host }: ResultDocument): string {
  return [host.platform, host.arch, host.cpuCount, host.cpuModel].join(' ');
}
