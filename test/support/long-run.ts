/** A run of ten minutes against four targets, 500/s, with a spell of failures and a slow one: for sizes and times. */

import { exponentialAt, uniformAt } from '../../src/core/random.ts';
import { Recording } from '../../src/record/recording.ts';
import { buildResult } from '../../src/result/build.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import { SAMPLE_LAYOUT, sampleAttempt, sampleInput, samplePlan } from './sample-result.ts';

const SEED = 7;
const RATE_PER_SECOND = 500;
const DURATION_MS = 600_000;
const ARRIVALS = (RATE_PER_SECOND * DURATION_MS) / 1000;
const NAMES = ['followers', 'record', 'search', 'checkout'] as const;

/** The document of 1,200 windows and 300,000 attempts, made as a real one is. */
export function longRun(): ResultDocument {
  const recording = new Recording({
    ...SAMPLE_LAYOUT,
    targetCount: NAMES.length,
    windowMs: DURATION_MS / 1200,
  });
  for (let index = 0; index < ARRIVALS; index += 1) addAttempt(recording, index);
  const plan = samplePlan();
  const [first] = plan.targets;
  if (first === undefined) throw new Error('the sample has no target');
  const input = sampleInput();
  return buildResult({
    ...input,
    plan: { ...plan, targets: NAMES.map((name) => ({ ...first, name })) },
    measured: { ...input.measured, recording, durationMs: DURATION_MS + 500, offeredMs: DURATION_MS },
  });
}

function addAttempt(recording: Recording, index: number): void {
  const intendedMs = (index * 1000) / RATE_PER_SECOND;
  const target = index % NAMES.length;
  const isBad = intendedMs > 240_000 && intendedMs < 300_000 && uniformAt(SEED, 2, index) < 0.1;
  const isRare = uniformAt(SEED, 3, index) < 0.0005;
  const isSlow = intendedMs > 420_000 && intendedMs < 450_000;
  const readyMs = intendedMs + 0.05 * uniformAt(SEED, 4, index);
  const endMs = readyMs + 0.1 + (isSlow ? 60 : 5) + 20 * (1 + target) * exponentialAt(SEED, 5, index);
  const status = isBad ? 503 : isRare ? 404 : 200;
  const attempt = sampleAttempt({
    index,
    target,
    intendedMs,
    readyMs,
    sendMs: readyMs + 0.02,
    sentMs: readyMs + 0.03,
    firstByteMs: endMs - 0.05,
    endMs,
    status,
    cause: status === 503 ? 'http-5xx' : status === 404 ? 'http-4xx' : null,
    detail: status === 200 ? null : `HTTP ${status}`,
  });
  const { counts } = recording;
  counts.planned += 1;
  counts.sent += 1;
  counts.inFlightMs += endMs - readyMs;
  counts.residenceMs += endMs - readyMs;
  const own = recording.targets[target];
  if (own !== undefined) own.sent += 1;
  recording.add(attempt);
}
