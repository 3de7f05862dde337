/** Shards of one plan joined: what one machine with all their workers would have measured. */

import { peakRatePerSecond } from '../../plan/pacer.ts';
import type { Plan } from '../../plan/plan.ts';
import { Recording } from '../../record/recording.ts';
import type { DecisionRule } from '../../verdict/objective/question.ts';
import { layoutFor } from '../../verdict/objective-scopes.ts';
import type { GeneratorFacts } from '../../verdict/validity.ts';
import type { RunFacts } from '../../verdict/verdict.ts';
import type { Measured } from '../build.ts';
import type { CalibrationFacts, ResultDocument } from '../document.ts';
import type { SinkFacts } from '../trace/exemplar-result.ts';
import { planToJudge } from './judged-plan.ts';
import type { PartDocument } from './part.ts';
import { type ReadableShard, recordingOf } from './read-part.ts';

/** What shards make together. */
export interface Joined {
  /** To be judged, as one run. */
  readonly facts: RunFacts;
  readonly measured: Measured;
  readonly host: ResultDocument['host'];
  /** What became of the measurements of all of them, one entry a sink; absent when they went nowhere. */
  readonly sinks?: readonly SinkFacts[];
}

/**
 * Joins shards. Counts add up, times are the longest, and of what casts doubt on a generator the worst counts. The
 * machine described is that of the first shard, with the workers of all.
 *
 * @param shards at least one, of one plan, none twice
 * @throws UsageError when a part is damaged
 */
export function joinShards(shards: readonly [ReadableShard, ...ReadableShard[]]): Joined {
  const parts = shards.map(({ part }) => part);
  const [first] = shards;
  const plan = planToJudge(first.part.plan);
  const layout = layoutFor(plan);
  const recording = new Recording(layout);
  for (const shard of shards) recording.absorb(recordingOf(shard, layout));
  const offeredMs = Math.max(...parts.map((part) => part.offeredMs));
  const ages = parts.flatMap(({ generator: { leastAgeMs } }) => (leastAgeMs === null ? [] : [leastAgeMs]));
  const generator = generatorOf(parts, plan);
  const { workers } = generator;
  return {
    facts: {
      plan,
      recording,
      offeredMs,
      ...rulesOf(parts),
      generator,
      stopped: shards.find(({ result }) => result.stopped !== null)?.result.stopped ?? null,
      ...(ages.length === 0 ? {} : { drainMs: Math.min(...ages) }),
    },
    measured: {
      recording,
      offeredMs,
      durationMs: Math.max(...parts.map(({ durationMs }) => durationMs)),
      startedAtWallMs: Math.min(...parts.map(({ startedAtWallMs }) => startedAtWallMs)),
      calibration: slowest(shards.map(({ result }) => result.calibration)),
    },
    ...sinksOf(shards),
    host: { ...first.result.host, workers, coLocated: shards.some(({ result }) => result.host.coLocated) },
  };
}

/** Every machine tells the sinks of its own part; why the last failure was one is known of one machine. */
function sinksOf(shards: readonly ReadableShard[]): Pick<Joined, 'sinks'> {
  const all = shards.flatMap(({ result }) => result.sinks ?? []);
  if (all.length === 0) return {};
  const bySink = new Map<string, SinkFacts>();
  for (const sink of all) {
    const key = `${sink.kind} ${sink.address}`;
    const known = bySink.get(key);
    bySink.set(key, known === undefined ? sink : bothSinks(known, sink));
  }
  return { sinks: [...bySink.values()] };
}

function bothSinks(one: SinkFacts, other: SinkFacts): SinkFacts {
  return {
    ...one,
    sent: one.sent + other.sent,
    lost: one.lost + other.lost,
    failures: one.failures + other.failures,
    lastError: one.lastError ?? other.lastError,
  };
}

/** Looks at the data cost certainty: the most that any shard took. */
function rulesOf(parts: readonly PartDocument[]): Pick<RunFacts, 'rule' | 'abortRule'> {
  const rule = mostLooks(parts.map((part) => part.rule)) ?? { kind: 'once' };
  const abortRule = mostLooks(parts.map((part) => part.abortRule));
  return { rule, ...(abortRule === null ? {} : { abortRule }) };
}

function mostLooks(rules: readonly (DecisionRule | null)[]): DecisionRule | null {
  const looksOf = (rule: DecisionRule): number => (rule.kind === 'looks' ? rule.look : 0);
  const known = rules.filter((rule) => rule !== null);
  return known.sort((a, b) => looksOf(b) - looksOf(a))[0] ?? null;
}

function generatorOf(parts: readonly PartDocument[], { load }: Plan): GeneratorFacts {
  const all = parts.map(({ generator }) => generator);
  const sum = (of: (generator: PartDocument['generator']) => number): number =>
    all.reduce((total, generator) => total + of(generator), 0);
  const worst = (of: (generator: PartDocument['generator']) => number | null): number | null => {
    const known = all.map(of).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  const workers = sum((generator) => generator.workers);
  const isOpen = load.kind === 'open';
  return {
    askedPeakPerSecond: isOpen ? peakRatePerSecond(load) : null,
    closedLoop: !isOpen,
    workers,
    ceilingPerSecond: ceilingOf(all, workers),
    conducts: all.flatMap(({ conducts }) => conducts),
    suspendedMs: Math.max(...all.map(({ suspendedMs }) => suspendedMs)),
    deadWorkers: sum((generator) => generator.deadWorkers),
    throttledMs: worst((generator) => generator.throttledMs),
    stealRatio: worst((generator) => generator.stealRatio),
    chosenConnections: isOpen ? load.connections.max : null,
    interrupted: all.some(({ interrupted }) => interrupted),
  };
}

/**
 * Of one worker, on average, at the rate at which the first shard is at its end: each has the same share of the load, and
 * the slowest machine decides. Null unless known of all.
 */
function ceilingOf(all: readonly PartDocument['generator'][], workers: number): number | null {
  const machines = all.map(({ ceilingPerSecond, workers: own }) =>
    ceilingPerSecond === null ? null : ceilingPerSecond * own,
  );
  const known = machines.filter((ceiling) => ceiling !== null);
  return known.length < all.length ? null : (Math.min(...known) * all.length) / workers;
}

function slowest(calibrations: readonly (CalibrationFacts | null)[]): CalibrationFacts | null {
  const known = calibrations.filter((calibration) => calibration !== null);
  const [first] = known;
  if (first === undefined) return null;
  return {
    kind: known.every(({ kind }) => kind === 'full') ? 'full' : 'warm-up',
    ceilingPerSecond: Math.min(...known.map(({ ceilingPerSecond }) => ceilingPerSecond)),
    floorUs: Math.max(...known.map(({ floorUs }) => floorUs)),
  };
}
