/** Results of runs as they are stored, against a server of known response times. */

import { blankAttempt } from '../../../src/core/attempt.ts';
import { exponentialAt, uniformAt } from '../../../src/core/random.ts';
import { Recording } from '../../../src/record/recording.ts';
import { buildResult } from '../../../src/result/build.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { sampleInput, samplePlan } from '../../support/sample-result.ts';

/** What a run was like. */
export interface StoredRun {
  readonly seed: number;
  readonly runId: string;
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Response times are so many times longer. */
  readonly factor: number;
  /** Share of attempts that fail, at once. */
  readonly errors: number;
  /** All was sent so much too late, ms. */
  readonly lateMs: number;
  /** Only so many seconds from the start on. */
  readonly lateSeconds: number;
}

/** The result: response times of 20 ms and a little more. */
export function storedRun(over: Partial<StoredRun> & { readonly seed: number }): ResultDocument {
  const run = { runId: 'r-1', ratePerSecond: 100, seconds: 60, factor: 1, errors: 0, lateMs: 0, ...over };
  const { lateSeconds = run.seconds } = over;
  const layout = { targetCount: 1, objectives: [], measuredFromMs: 0, windowMs: 250, breakerMs: Infinity };
  const recording = new Recording(layout);
  const count = run.ratePerSecond * run.seconds;
  for (let index = 0; index < count; index += 1) {
    const dueMs = (index * 1000) / run.ratePerSecond;
    const lateMs = dueMs < lateSeconds * 1000 ? run.lateMs : 0;
    const isFailed = uniformAt(run.seed, 2, index) < run.errors;
    const ms = isFailed ? 1 : run.factor * (20 + 2 * exponentialAt(run.seed, 1, index));
    const failure = isFailed ? { status: 503, cause: 'http-5xx' as const } : { status: 200 };
    recording.add({
      ...blankAttempt(),
      outcome: 'completed',
      intendedMs: dueMs,
      readyMs: dueMs + lateMs,
      sendMs: dueMs + lateMs,
      sentMs: dueMs + lateMs,
      firstByteMs: dueMs + lateMs + ms,
      endMs: dueMs + lateMs + ms,
      ...failure,
    });
  }
  Object.assign(recording.counts, { planned: count, sent: count });
  const plan = samplePlan();
  const [target] = plan.targets;
  const stages = [
    { kind: 'constant' as const, ratePerSecond: run.ratePerSecond, durationMs: run.seconds * 1000 },
  ];
  const span = { offeredMs: run.seconds * 1000, durationMs: run.seconds * 1000 };
  const input = sampleInput();
  return buildResult({
    ...input,
    runId: run.runId,
    plan: {
      ...plan,
      targets: target === undefined ? [] : [target],
      load: { ...plan.load, kind: 'open', arrivals: 'uniform', stages },
    },
    measured: { ...input.measured, ...span, recording },
    judged: {
      ...input.judged,
      objectives: [],
      agreement: [],
      notes: [],
      verdict: { status: 'pass', reasons: [] },
      exitCode: 0,
    },
  });
}
