/** Carries out a search on real connections, or on a stand-in for them, and tells whoever watches how it goes. */

import { trialPlan } from '../../plan/trial-plan.ts';
import type { ServerResult } from '../../result/server/server-result.ts';
import type { CapacityReport } from '../../verdict/capacity/report.ts';
import type { Search } from '../../verdict/search.ts';
import type { TrialOrder } from '../../verdict/trial.ts';
import { bothListen } from '../emit/emitting.ts';
import type { Observation } from '../observe/following.ts';
import { LaidLooks } from '../observe/laid-looks.ts';
import { type ObserveWish, openObservation } from '../observe/observation.ts';
import { type Ground, type LoadListeners, prepareGround, type Subject } from '../send.ts';
import type { StopSignal, World } from '../world.ts';
import { driveSearch, type TrialRunner } from './drive.ts';
import { type Interruption, watchSearch } from './interruption.ts';
import type { SearchMoment, TrialEnd, TrialMoment } from './moment.ts';
import { approachMs, type Conduct, realTrials } from './trial-run.ts';

/** How a search is carried out. */
export interface SearchOptions extends LoadListeners, Pick<ObserveWish, 'discover'> {
  /** Somebody answers for the targets, beside the plan's own `owner`. */
  readonly owned: boolean;
  /** Stop a trial when the server is failing. */
  readonly breaker: boolean;
  /** Where calibrations are kept. */
  readonly stateFolder: string;
  /** A command line that repeats the search. */
  readonly repeat: string;
  /** Told what a user may want to know, a line each. */
  readonly say: (line: string) => void;
  /** Told when something changed, and four times a second while a trial runs. */
  readonly onMoment?: (moment: SearchMoment) => void;
  /** Told after each trial. */
  readonly onTrialEnd?: (end: TrialEnd) => void;
  /** A watch for stop signals that is kept already, and is released by whoever keeps it; default: one of its own. */
  readonly interruption?: Interruption;
  /** Trials and a clock of their own, in place of real traffic. */
  readonly standIn?: StandIn;
}

/** What stands in for real traffic. */
export interface StandIn {
  readonly runTrial: TrialRunner;
  /** Ms since the start of the search. */
  readonly elapsedMs: () => number;
}

/** A search with all that it knows of its trials. */
export interface BookedSearch extends Search {
  readonly book: { readonly trials: CapacityReport['trials'] };
  readonly options: { readonly budgetMs: number | null };
}

/** Where a search runs. */
export interface Place {
  readonly subject: Subject;
  readonly world: World;
  readonly options: SearchOptions;
}

/** The place with others who are told of the load of each trial. */
export function heardBy(place: Place, listeners: LoadListeners): Place {
  const { options } = place;
  return { ...place, options: { ...options, ...bothListen(options, listeners) } };
}

/** A search that is over. */
export interface Carried {
  readonly ground: Ground;
  readonly conduct: Readonly<Conduct>;
  /** The signal that stopped it; null when none did. */
  readonly signal: StopSignal | null;
  /** Unix time of its start, ms. */
  readonly startedAtWallMs: number;
  readonly elapsedMs: number;
  /** How the servers were in the trials at a rate; null when nobody looked. */
  readonly serversAt: (ratePerSecond: number) => readonly ServerResult[] | null;
}

/**
 * Looks at everything that can forbid the search, before its first request.
 *
 * @param highestPerSecond highest rate that any trial may send; Infinity when nothing bounds it
 * @throws UsageError when nothing may be sent, and for a closed loop
 */
export async function prepareSearch(
  { subject, world, options }: Place,
  highestPerSecond: number,
): Promise<Ground> {
  const highest = { ratePerSecond: highestPerSecond, durationMs: 1000, approach: [] };
  return prepareGround({ ...subject, plan: trialPlan(subject.plan, highest, 1) }, world, options);
}

/** Runs the search to its end, its budget's end, or a stop signal. @throws InternalError for a bug of ours */
export async function carryOut(search: BookedSearch, ground: Ground, place: Place): Promise<Carried> {
  const { world, options } = place;
  const observation =
    options.standIn === undefined ? await openObservation(place.subject, ground, options) : null;
  const interruption = options.interruption ?? watchSearch(world, options.say);
  const startMs = world.clock.nowMs();
  const startedAtWallMs = world.clock.wallMs();
  const elapsedMs = options.standIn?.elapsedMs ?? ((): number => world.clock.nowMs() - startMs);
  const watch = watchTrials(search, elapsedMs, options);
  const timing = { interruption, elapsedMs, observation, onLive: watch.onLive };
  const trials = trialsFor(ground, place, timing);
  try {
    await driveSearch(search, trials.runTrial, {
      elapsedMs,
      isStopped: () => interruption.stopping.aborted,
      onOrder: watch.onOrder,
      onTrial: watch.onTrial,
    });
  } finally {
    if (options.interruption === undefined) interruption.release();
  }
  const { conduct, servers } = trials;
  const serversAt = (ratePerSecond: number): readonly ServerResult[] | null =>
    servers.results(observation, { kind: ratePerSecond, ratePerSecond });
  const signal = interruption.signal();
  return { ground, conduct, signal, startedAtWallMs, elapsedMs: elapsedMs(), serversAt };
}

interface Timing {
  readonly interruption: Interruption;
  readonly elapsedMs: () => number;
  readonly observation: Observation | null;
  readonly onLive: (live: NonNullable<TrialMoment['live']>) => void;
}

function trialsFor(
  ground: Ground,
  { subject, options }: Place,
  timing: Timing,
): ReturnType<typeof realTrials> {
  const { standIn, breaker, stateFolder, say } = options;
  const listeners = bothListen(options, {});
  if (standIn !== undefined)
    return { ...standIn, conduct: { workers: 1, calibration: null }, servers: new LaidLooks() };
  return realTrials(subject, ground, { ...listeners, breaker, stateFolder, say, ...timing });
}

interface TrialWatch {
  readonly onOrder: (order: TrialOrder, number: number, state: SearchMoment['state']) => void;
  readonly onLive: (live: NonNullable<TrialMoment['live']>) => void;
  readonly onTrial: () => void;
}

/** Puts together what the loop, the load engine and the search each know of a moment. */
function watchTrials(
  search: BookedSearch,
  elapsedMs: () => number,
  { onMoment, onTrialEnd }: SearchOptions,
): TrialWatch {
  let trial: TrialMoment | null = null;
  /** When all was expected to be over as the trial was ordered, ms: its time runs while it lasts. */
  let endMs = Infinity;
  const { budgetMs } = search.options;
  const stateNow = (): SearchMoment['state'] => {
    const nowMs = elapsedMs();
    const state = search.state(nowMs);
    const { leftMs } = state;
    return { ...state, leftMs: leftMs === null ? null : Math.max(0, Math.min(leftMs, endMs - nowMs)) };
  };
  const show = (): void => onMoment?.({ state: stateNow(), budgetMs, trial });
  return {
    onOrder: (order, number, { elapsedMs: nowMs, leftMs }) => {
      endMs = nowMs + (leftMs ?? Infinity);
      const { ratePerSecond, durationMs } = order;
      trial = { number, ratePerSecond, durationMs, approachMs: approachMs(order), live: null };
      show();
    },
    onLive: (live) => {
      if (trial !== null) trial = { ...trial, live };
      show();
    },
    onTrial: () => {
      trial = null;
      endMs = Infinity;
      const report = search.book.trials.at(-1);
      if (report !== undefined) onTrialEnd?.({ report, state: stateNow(), budgetMs });
      show();
    },
  };
}
