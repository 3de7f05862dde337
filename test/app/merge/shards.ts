/** One run, recorded by one machine and by several, and the documents of both, for tests of what joins shards. */

import type { Attempt } from '../../../src/core/attempt.ts';
import { toStep } from '../../../src/core/quantum.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import type { OpenLoad, Plan } from '../../../src/plan/plan.ts';
import { Recording } from '../../../src/record/recording.ts';
import { buildResult, type Measured, type ResultInput } from '../../../src/result/build.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { judgedAsShard, type ShardFacts } from '../../../src/result/part/judged-shard.ts';
import { writePart } from '../../../src/result/part/write-part.ts';
import { notesOf } from '../../../src/verdict/notes.ts';
import { layoutFor } from '../../../src/verdict/objective-scopes.ts';
import type { WorkerConduct } from '../../../src/verdict/validity.ts';
import { judgeRun, type RunFacts } from '../../../src/verdict/verdict.ts';
import { sampleInput, samplePlan } from '../../support/sample-result.ts';

/** 20 s at 100/s after 2 s of warm-up, two targets, one objective of each kind. */
export function shardedPlan(over: Partial<OpenLoad> = {}): Plan {
  const plan = samplePlan();
  if (plan.load.kind === 'closed') throw new Error('expected an open loop');
  const stages: OpenLoad['stages'] = [{ kind: 'constant', ratePerSecond: 100, durationMs: 20_000 }];
  return {
    ...plan,
    targets: plan.targets.map((target) => ({ ...target, timeoutMs: 400 })),
    load: { ...plan.load, stages, warmupMs: 2000, ...over },
    objectives: [
      'p95 < 250ms',
      'followers: p50 < 100ms',
      'mean < 100ms',
      'apdex(50ms) > 0.8',
      'errors < 20%',
      'status 5xx < 10%',
      'dropped < 1%',
      'goodput > 50/s',
    ].map((text) => parseObjective(text)),
    agreement: ['p99 < 1s'].map((text) => parseObjective(text)),
  };
}

/** How the one worker of machine k goes about it. */
function conductOf(k: number): WorkerConduct {
  return { runMs: 22_000 + k, busyMs: 900 + 13 * k, stalls: k % 2, stallMaxMs: k % 2 === 0 ? 0 : 51.5 };
}

/** Books of the attempts of one machine, which add up. */
export function record(plan: Plan, attempts: readonly Attempt[]): Recording {
  const recording = new Recording(layoutFor(plan));
  const { counts, targets } = recording;
  for (const attempt of attempts) {
    recording.add(attempt);
    if (attempt.warmup) continue;
    counts.planned += 1;
    const spentMs = toStep(attempt.endMs) - toStep(attempt.readyMs);
    counts.inFlightMs += spentMs;
    counts.residenceMs += spentMs;
    if (!attempt.reused && attempt.outcome !== 'dropped') counts.connectionsOpened += 1;
    const target = targets[attempt.target];
    if (attempt.outcome === 'dropped' || target === undefined) continue;
    counts.sent += 1;
    target.sent += 1;
  }
  return recording;
}

/** A run on machines 0..count-1 with one worker each, as one document; `shard`: only that one. */
export function documentOf(
  plan: Plan,
  attempts: readonly Attempt[],
  { machines, shard }: { readonly machines: readonly number[]; readonly shard?: ShardFacts },
): ResultDocument {
  const recording = record(plan, attempts);
  const facts: RunFacts = {
    plan,
    recording,
    offeredMs: 20_000,
    rule: { kind: 'once' },
    drainMs: 300,
    stopped: null,
    generator: {
      askedPeakPerSecond: 100 / (shard?.count ?? 1),
      closedLoop: false,
      workers: machines.length,
      ceilingPerSecond: null,
      conducts: machines.map(conductOf),
      suspendedMs: 0.25,
      deadWorkers: 0,
      throttledMs: 0,
      stealRatio: 0.01,
      chosenConnections: null,
      interrupted: false,
    },
  };
  const measured: Measured = {
    recording,
    startedAtWallMs: Date.UTC(2026, 10, 22, 10) + 0.125,
    durationMs: 20_400.0625,
    offeredMs: 20_000,
    calibration: { kind: 'warm-up', ceilingPerSecond: 21_500, floorUs: 74 },
  };
  const judged = judgeRun(facts);
  const { status } = judged.verdict;
  const exitCode = { pass: 0, fail: 1, inconclusive: 3 }[status];
  const { host, repeat } = sampleInput();
  const redact = (text: string): string => text;
  const part: Pick<ResultInput, 'shard' | 'part'> =
    shard === undefined ? {} : { shard, part: writePart({ plan, facts, measured, repeat, redact }) };
  return buildResult({
    ...sampleInput(),
    plan,
    measured,
    host: { ...host, workers: machines.length },
    judged: {
      ...(shard === undefined ? judged : judgedAsShard(judged, shard)),
      notes: notesOf({ ...facts, coLocated: host.coLocated, status }),
      exitCode: shard === undefined ? exitCode : 3,
    },
    ...part,
    redact,
  });
}
