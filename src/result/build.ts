/**
 * Gathers a run into its result document. What a server could have written is made safe and redacted here,
 * times are rounded to the microsecond, and what is not known becomes null.
 */

import { safeText } from '../core/text.ts';
import type { Load, Plan } from '../plan/plan.ts';
import { OTHER_ADDRESSES } from '../record/addresses.ts';
import { encodeTally } from '../record/histogram.ts';
import type { Recording } from '../record/recording.ts';
import { type OutcomeSummary, type RunSpan, type Summary, summarize, sumOf } from '../record/summary.ts';
import type { CapacityReport } from '../verdict/capacity/report.ts';
import type { ComparisonReport } from '../verdict/compare/report.ts';
import type { LaunchReport } from '../verdict/launch/report.ts';
import { buildCapacity } from './capacity.ts';
import { type BaselineInput, buildBaseline, buildComparison } from './compare/comparison.ts';
import type {
  CalibrationFacts,
  FailureResult,
  HostFacts,
  ResultDocument,
  TargetResult,
  Totals,
} from './document.ts';
import { cleanJudgement, type Judgement } from './judgement.ts';
import { buildLaunch } from './launch.ts';
import type { ShardFacts } from './part/judged-shard.ts';
import type { PartDocument } from './part/part.ts';
import { finite, roundDistribution, roundMs, roundRate } from './rounding.ts';
import { buildSeries } from './series.ts';
import { buildServers } from './server/build-servers.ts';
import type { ServerResult } from './server/server-result.ts';
import type { SinkFacts, TraceFacts } from './trace/exemplar-result.ts';
import { buildExample, buildSlowest, type ExemplarWords } from './trace/exemplars.ts';
import { buildSinks, buildTrace } from './trace/facts.ts';

/**
 * What a run was asked, what it measured, and how it was judged. Of a search, `plan`, `measured` and `judged` are those of
 * the rate that decided: its plan asks for that rate, under the user's own seed.
 */
export interface ResultInput {
  readonly command: ResultDocument['command'];
  readonly tool: { readonly version: string; readonly node: string };
  readonly runId: string;
  readonly plan: Plan;
  /** In the plan file's own vocabulary, without secrets. */
  readonly redactedPlan: Readonly<Record<string, unknown>>;
  /** Path of the plan file; absent without one. */
  readonly planFile?: string | undefined;
  readonly planHash: string;
  readonly repeat: string;
  readonly measured: Measured;
  readonly stopped: ResultDocument['stopped'];
  readonly host: HostFacts;
  readonly judged: Judgement;
  /** Of a shard only. */
  readonly shard?: ShardFacts;
  readonly part?: PartDocument;
  /** Of a search only. */
  readonly capacity?: CapacityReport;
  readonly launch?: LaunchReport;
  /** Of a live comparison only: the rest is the candidate's. */
  readonly comparison?: ComparisonReport;
  readonly measuredBaseline?: BaselineInput;
  /** What the servers told; raw texts are made safe here. Absent when nobody asked them. */
  readonly servers?: readonly ServerResult[];
  /** Absent when no trace was asked for. */
  readonly trace?: TraceFacts;
  /** Absent when our measurements went nowhere. */
  readonly sinks?: readonly SinkFacts[];
  /** Takes secrets out of any text. */
  readonly redact: (text: string) => string;
}

/** What the load engine leaves behind (a `LoadReport` is one). */
export interface Measured extends RunSpan {
  readonly recording: Recording;
  /** Unix time, ms. */
  readonly startedAtWallMs: number;
  readonly calibration: CalibrationFacts | null;
}

/** Longest text that is redacted; only its beginning is shown. */
const MAX_TEXT = 4096;

/** The result document of a run. Keys are always in the same order. */
export function buildResult(input: ResultInput): ResultDocument {
  const { measured, plan, host, judged, capacity, launch, comparison, measuredBaseline } = input;
  const { recording } = measured;
  const clean = (text: string): string => safeText(input.redact(text.slice(0, MAX_TEXT)));
  const summary = summarize(recording, measured);
  const names = plan.targets.map((target) => clean(target.name));
  const words = { names, clean };
  return {
    schema: 'headroom.result/1',
    command: input.command,
    tool: { name: 'headroom', ...input.tool },
    runId: input.runId,
    plan: input.redactedPlan,
    planFile: input.planFile === undefined ? null : clean(input.planFile),
    planHash: input.planHash,
    seed: plan.seed,
    repeat: input.redact(input.repeat),
    startedAt: new Date(measured.startedAtWallMs).toISOString(),
    durationMs: roundMs(measured.durationMs) ?? 0,
    stopped: input.stopped === null ? null : { by: input.stopped.by, text: clean(input.stopped.text) },
    host,
    calibration: measured.calibration,
    totals: buildTotals(recording, summary, plan.load),
    targets: recording.targets.map((_, index) => buildTarget(recording, summary, { index, names })),
    windowMs: recording.layout.windowMs,
    series: buildSeries(recording, plan.load.kind),
    histograms: buildHistograms(recording, plan.load),
    addresses: buildAddresses(recording, clean),
    failures: buildFailures(recording, words),
    ...cleanJudgement(judged, clean),
    ...(capacity === undefined ? {} : { capacity: buildCapacity(capacity, clean) }),
    ...(launch === undefined ? {} : { launch: buildLaunch(launch, clean) }),
    ...(input.shard === undefined ? {} : { shard: input.shard }),
    ...(input.part === undefined ? {} : { part: input.part }),
    ...(measuredBaseline === undefined ? {} : { baseline: buildBaseline(measuredBaseline, clean) }),
    ...(comparison === undefined ? {} : { comparison: buildComparison(comparison, clean) }),
    ...buildServerSide(input, words),
  };
}

/** What is known beyond the run's own numbers: the last keys of a document. */
function buildServerSide(
  { measured, servers, trace, sinks, redact }: ResultInput,
  words: ExemplarWords,
): Pick<ResultDocument, 'slowest' | 'servers' | 'trace' | 'sinks'> {
  const { slowest } = measured.recording;
  return {
    ...(slowest.length === 0 ? {} : { slowest: buildSlowest(slowest, words) }),
    ...(servers === undefined ? {} : { servers: buildServers(servers, words.clean) }),
    ...(trace === undefined ? {} : { trace: buildTrace(trace, redact) }),
    ...(sinks === undefined ? {} : { sinks: buildSinks(sinks, words.clean) }),
  };
}

function buildTotals(recording: Recording, summary: Summary, load: Load): Totals {
  const { inFlightMs: _, residenceMs: __, ...counts } = recording.counts;
  const { service, ...outcome } = buildOutcome(summary);
  const phases = Object.entries(summary.phases);
  return {
    ...counts,
    meanInFlight: roundRate(summary.meanInFlight),
    ratePerSecond: {
      asked: roundRate(askedPerSecond(load)),
      sent: roundRate(summary.rates.sent) ?? 0,
      completed: roundRate(summary.rates.completed) ?? 0,
      good: roundRate(summary.rates.good) ?? 0,
    },
    ...outcome,
    responseAll: roundDistribution(summary.responseAll),
    service,
    connection: roundDistribution(summary.connection),
    lag: load.kind === 'closed' ? null : roundDistribution(summary.lag),
    phases: Object.fromEntries(
      phases.map(([phase, found]) => [phase, found === null ? null : roundDistribution(found)] as const),
    ),
  };
}

/** Mean rate over an open loop's stages; null in the closed loop, where nobody asks for one. */
export function askedPerSecond(load: Load): number | null {
  if (load.kind === 'closed') return null;
  let arrivals = 0;
  let totalMs = 0;
  for (const stage of load.stages) {
    const mean =
      stage.kind === 'constant' ? stage.ratePerSecond : (stage.fromPerSecond + stage.toPerSecond) / 2;
    if (stage.durationMs === Infinity) return mean;
    arrivals += mean * stage.durationMs;
    totalMs += stage.durationMs;
  }
  return finite(arrivals / totalMs);
}

function buildTarget(
  recording: Recording,
  summary: Summary,
  at: { readonly index: number; readonly names: readonly string[] },
): TargetResult {
  const target = recording.targets[at.index];
  const outcome = summary.targets[at.index];
  if (target === undefined || outcome === undefined) throw new RangeError(`no target ${at.index}`);
  const { sent, completed, broken, failed, dropped, inFlight } = target;
  const name = at.names[at.index] ?? String(at.index);
  return { name, sent, completed, broken, failed, dropped, inFlight, ...buildOutcome(outcome) };
}

function buildOutcome({ byStatus, byCause, errorRatio, response, service }: OutcomeSummary): OutcomeSummary {
  return {
    byStatus,
    byCause,
    errorRatio,
    response: roundDistribution(response),
    service: roundDistribution(service),
  };
}

function buildHistograms({ targets, lag }: Recording, load: Load): Record<string, string> {
  const all = {
    response: sumOf(targets.map((target) => target.response)),
    responseFailed: sumOf(targets.map((target) => target.responseFailed)),
    service: sumOf(targets.map((target) => target.service)),
    connection: sumOf(targets.map((target) => target.connection)),
    ...(load.kind === 'open' ? { lag } : {}),
  };
  return Object.fromEntries(Object.entries(all).map(([name, tally]) => [name, encodeTally(tally)]));
}

/** Busiest first, the collected rest last. */
function buildAddresses(
  { addresses }: Recording,
  clean: (text: string) => string,
): ResultDocument['addresses'] {
  const isRest = (address: string): number => (address === OTHER_ADDRESSES ? 1 : 0);
  return [...addresses]
    .sort(([a, left], [b, right]) => {
      return isRest(a) - isRest(b) || right.attempts - left.attempts || (a < b ? -1 : 1);
    })
    .map(([address, { attempts, failed }]) => ({ address: clean(address), attempts, failed }));
}

/** Most frequent first. */
function buildFailures({ causes, examples }: Recording, words: ExemplarWords): FailureResult[] {
  return [...causes]
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .map(([cause, count]) => ({
      cause,
      count,
      examples: (examples.get(cause) ?? []).map((example) => buildExample(example, words)),
    }));
}
