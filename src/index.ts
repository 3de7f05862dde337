/** headroom for programs: run a plan and get its result as data. The command line is built on the same parts. */

import { compareLive, type LiveOptions } from './app/compare/live.ts';
import { compareStored, type StoredOptions } from './app/compare/stored.ts';
import { stateFolder } from './app/machine/state-folder.ts';
import { measure } from './app/measure.ts';
import { planReads } from './app/plan-source.ts';
import { type CapacityWish, searchCapacity } from './app/search/capacity.ts';
import type { SearchOptions } from './app/search/carry-out.ts';
import { askLaunch, type LaunchWish } from './app/search/launch.ts';
import { guestWorld } from './app/world.ts';
import { redactUrl } from './core/text.ts';
import type { Overrides } from './plan/flags.ts';
import { parsePlan, parseSearchPlan } from './plan/parse.ts';
import { checkedResult } from './result/decode.ts';
import type { ResultDocument } from './result/document.ts';

export type { ComparisonMoment } from './app/compare/moment.ts';
export { EXIT } from './app/exit.ts';
export type { LiveState } from './app/live.ts';
export type { SearchMoment, TrialEnd, TrialMoment } from './app/search/moment.ts';
export { InternalError, OutputError, ToolError, UsageError } from './core/errors.ts';
export { planHash, redactedPlan } from './plan/canonical.ts';
export type { Overrides } from './plan/flags.ts';
export { type PlanReads, type PlanText, parsePlan } from './plan/parse.ts';
export type { Plan, Secrets } from './plan/plan.ts';
export { planJsonSchema } from './plan/schema.ts';
export { decodeResult } from './result/decode.ts';
export type { ResultDocument } from './result/document.ts';
export { encodeResult } from './result/encode.ts';

/** What every call needs to know beside the plan's own settings. */
interface CallOptions {
  /** A plan as YAML or JSON text; the other options win over it. Without it `url` says where to. */
  readonly plan?: string;
  /** Path of the plan, for messages and for the files it refers to. Default: `plan`, in the working directory. */
  readonly planFile?: string;
  /** These servers are mine: allows public addresses above 50 requests per second. Default false. */
  readonly yesIOwnThis?: boolean;
  /** Stop when the server is failing. Default true; never with `requests`. */
  readonly breaker?: boolean;
  /** Folder of the calibration cache. Default: as the command line. */
  readonly stateFolder?: string;
  /** Stops the run; what was measured until then is judged and returned, with `stopped.by` `signal`. */
  readonly signal?: AbortSignal;
  /** Told remarks, a line each. */
  readonly onRemark?: (line: string) => void;
}

/** What to run, and how. */
export interface RunOptions extends CallOptions, Overrides {
  /** Told four times a second how things are. */
  readonly onLive?: Parameters<typeof measure>[2]['onLive'];
  /** Folder for profiles of the servers, taken when an objective breaks; they need a source of kind pprof. Default: none. */
  readonly captureFolder?: string;
}

/** The plan of a search: rates and durations are its own. */
type SearchPlan = Omit<
  Overrides,
  'rate' | 'duration' | 'requests' | 'closed' | 'warmup' | 'maxDuration' | 'untilDecided'
>;

/** What to search with. */
interface SearchCall extends CallOptions, SearchPlan, Pick<SearchOptions, 'onMoment' | 'onTrialEnd'> {}

/** A capacity to search for, and how; what is null or absent gets its default. */
export interface CapacityCall extends SearchCall, Partial<CapacityWish> {}

/** A launch question to ask, and how; what is null or absent gets its default. */
export interface LaunchCall extends SearchCall, Partial<LaunchWish> {}

/** Two systems to compare, and how; what is null or absent gets its default. */
export interface CompareCall
  extends CallOptions,
    Omit<SearchPlan, 'url' | 'base'>,
    Partial<Pick<LiveOptions, 'blockMs' | 'maxBlocks' | 'maxDurationMs' | 'minimumEffects' | 'onMoment'>> {
  /** URLs; with a plan each stands in for its base. */
  readonly baseline: string;
  readonly candidate: string;
  /** Requests per second, such as `100/s`. Default: the plan's highest constant rate. */
  readonly rate?: string;
}

/**
 * Runs a plan and resolves with its result, whatever the verdict: a failing server is a result, not an error.
 * Prints nothing, writes nothing but the calibration cache, and leaves the process's signals alone. It knows no history:
 * an objective relative to a baseline stays undecided.
 *
 * @example const result = await run({ url: 'http://127.0.0.1:8080/', rate: '100/s', objectives: ['p99 < 250ms'] });
 * @throws UsageError when the plan is wrong or may not be run; nothing was sent then
 * @throws InternalError for a bug in headroom
 */
export async function run(options: RunOptions): Promise<ResultDocument> {
  const { subject, world, settings } = prepared('run', options);
  const { onLive, captureFolder: folder } = options;
  return measure(subject, world, {
    ...settings,
    ...(onLive === undefined ? {} : { onLive }),
    ...(folder === undefined ? {} : { capture: { folder } }),
  });
}

/**
 * Searches for the highest arrival rate that holds the objectives, and resolves with the bracket and its evidence in
 * `capacity`. Prints and writes no more than {@link run} does.
 *
 * @example const { capacity: found } = await capacity({ url: 'http://127.0.0.1:8080/', maxDurationMs: 300_000 });
 * @throws UsageError when the plan is wrong or may not be run; nothing was sent then
 * @throws InternalError for a bug in headroom
 */
export async function capacity(options: CapacityCall): Promise<ResultDocument> {
  const { subject, world, settings } = prepared('capacity', options);
  return searchCapacity(subject, world, {
    ...settings,
    ...watching(options),
    startPerSecond: options.startPerSecond ?? null,
    maxPerSecond: options.maxPerSecond ?? null,
    precisionRatio: options.precisionRatio ?? null,
    maxDurationMs: options.maxDurationMs ?? null,
  });
}

/**
 * Asks whether an expected peak (`peak`, or `users` and what they do) can be carried, and resolves with the answer and
 * its evidence in `launch`. Prints and writes no more than {@link run} does.
 *
 * @example const { launch: answer } = await launch({ url: 'http://127.0.0.1:8080/', peak: '300/s' });
 * @throws UsageError when nothing is asked, or the plan is wrong or may not be run; nothing was sent then
 * @throws InternalError for a bug in headroom
 */
export async function launch(options: LaunchCall): Promise<ResultDocument> {
  const { subject, world, settings } = prepared('launch', options);
  return askLaunch(subject, world, {
    ...settings,
    ...watching(options),
    maxPerSecond: options.maxPerSecond ?? null,
    maxDurationMs: options.maxDurationMs ?? null,
    surgeMs: options.surgeMs ?? null,
    soakMs: options.soakMs ?? null,
    bracket: options.bracket !== false,
    acceptNoMargin: options.acceptNoMargin === true,
    acceptNoSpareZone: options.acceptNoSpareZone === true,
  });
}

/**
 * Measures two systems in turn and resolves with whether the candidate is worse, in `comparison`. Prints and writes no
 * more than {@link run} does.
 *
 * @example const { verdict } = await compare({ baseline: 'http://127.0.0.1:8080/', candidate: 'http://127.0.0.1:8081/' });
 * @throws UsageError when the plan is wrong or may not be run; nothing was sent then
 * @throws InternalError for a bug in headroom
 */
export async function compare(options: CompareCall): Promise<ResultDocument> {
  const { maxDurationMs, ...rest } = options;
  const place = (url: string): Overrides => (options.plan === undefined ? { url } : { base: url });
  const baseline = prepared('compare', { ...rest, ...place(options.baseline) });
  // Both draw the same at random.
  const seed = String(baseline.subject.plan.seed);
  const candidate = prepared('compare', { ...rest, ...place(options.candidate), seed });
  const subjects = {
    baseline: { ...baseline.subject, label: redactUrl(options.baseline) },
    candidate: { ...candidate.subject, label: redactUrl(options.candidate) },
  };
  return compareLive(subjects, candidate.world, {
    ...candidate.settings,
    blockMs: options.blockMs ?? null,
    maxBlocks: options.maxBlocks ?? null,
    maxDurationMs: maxDurationMs ?? null,
    ...(options.minimumEffects === undefined ? {} : { minimumEffects: options.minimumEffects }),
    ...(options.onMoment === undefined ? {} : { onMoment: options.onMoment }),
  });
}

/**
 * Compares two results of `run`, and returns whether the candidate is worse, in `comparison`.
 *
 * @throws UsageError for values that are no results of runs, runs of different rates unless `force` is true, and
 * smallest effects that are none
 */
export function compareResults(
  sides: { readonly baseline: ResultDocument; readonly candidate: ResultDocument },
  options: Partial<Pick<StoredOptions, 'minimumEffects' | 'force'>> = {},
): ResultDocument {
  const source = (side: 'baseline' | 'candidate') => {
    const document = checkedResult(sides[side], side);
    return { kind: 'file' as const, label: document.runId, documents: [document] };
  };
  const sources = { baseline: source('baseline'), candidate: source('candidate') };
  return compareStored(sources, guestWorld(), {
    force: options.force === true,
    repeat: 'headroom compare BASELINE.json CANDIDATE.json',
    ...(options.minimumEffects === undefined ? {} : { minimumEffects: options.minimumEffects }),
  });
}

type Settings = Omit<SearchOptions, 'onMoment' | 'onTrialEnd' | 'standIn'>;

interface Call {
  readonly subject: Parameters<typeof measure>[0];
  readonly world: Parameters<typeof measure>[1];
  readonly settings: Settings;
}

/** Reads the plan as a guest in another program. */
function prepared(
  command: 'run' | 'capacity' | 'launch' | 'compare',
  options: CallOptions & Overrides,
): Call {
  const world = guestWorld(options.signal);
  const { plan: text, planFile } = options;
  const source = text === undefined ? null : { file: planFile ?? 'plan', text };
  const parse = command === 'capacity' || command === 'launch' ? parseSearchPlan : parsePlan;
  const { plan, secrets } = parse(source, options, planReads(world));
  const settings = {
    owned: options.yesIOwnThis === true,
    breaker: options.breaker !== false,
    stateFolder: stateFolder(options.stateFolder ?? null, world),
    repeat: `headroom ${command} --plan ${planFile ?? 'headroom.yaml'} --seed ${plan.seed}`,
    say: options.onRemark ?? (() => undefined),
    discover: options.discover === true,
  };
  return { subject: { plan, secrets }, world, settings };
}

function watching({ onMoment, onTrialEnd }: SearchCall): Pick<SearchOptions, 'onMoment' | 'onTrialEnd'> {
  return {
    ...(onMoment === undefined ? {} : { onMoment }),
    ...(onTrialEnd === undefined ? {} : { onTrialEnd }),
  };
}
