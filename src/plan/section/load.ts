/** Shape of the `load` section of a plan. What it means, with flags over it, is in schedule.ts. */
import { z } from 'zod';

import type { Stage } from '../plan.ts';
import {
  attempt,
  duration,
  flag,
  positiveDuration,
  positiveRate,
  type Report,
  rate,
  ratio,
  readDuration,
  readRange,
  readRate,
  report,
  type Schema,
  said,
  whole,
} from './scalar.ts';

/** What was written, in numbers; undefined where nothing was. */
export interface LoadInput {
  readonly arrivals?: 'poisson' | 'uniform' | undefined;
  readonly stages?: readonly (readonly Stage[])[] | undefined;
  readonly rate?: number | undefined;
  readonly duration?: number | undefined;
  readonly warmup?: number | undefined;
  readonly timeout?: number | undefined;
  readonly drain?: number | undefined;
  readonly requests?: number | undefined;
  readonly workers?: number | undefined;
  readonly seed?: number | undefined;
  readonly maxDuration?: number | undefined;
  readonly untilDecided?: boolean | undefined;
  readonly connections?: ConnectionsInput | undefined;
  readonly closed?: ClosedInput | undefined;
}

export interface ConnectionsInput {
  readonly max?: number | undefined;
  readonly lifetime?: number | null | undefined;
  readonly fresh?: number | undefined;
}

export interface ClosedInput {
  readonly users?: number | undefined;
  readonly think?: readonly [minMs: number, maxMs: number] | undefined;
}

const MAX_STEPS = 1000;
const MAX_STAGES = 1000;
const MAX_COUNT = 1_000_000_000;
const STAGE_FORMS =
  'write { rate: 200/s, for: 30s }, { ramp: 200/s..800/s, for: 1m } or { step: 100..500, by: 100, every: 30s }';

interface StageInput {
  readonly rate?: number | undefined;
  readonly ramp?: string | undefined;
  readonly step?: string | undefined;
  readonly for?: number | undefined;
  readonly by?: number | undefined;
  readonly every?: number | undefined;
}

function rangeText(about: string): z.ZodType<string, unknown> {
  return z.string().meta({ description: about, pattern: String.raw`\d.*\.\..*\d` });
}

/** One stage as written becomes one stage, or for steps several. */
function stagesOf(input: StageInput, context: Report): Stage[] {
  const kinds = (['rate', 'ramp', 'step'] as const).filter((kind) => input[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const message =
      kind === undefined ? 'a stage needs rate, ramp or step' : `a stage cannot have ${kinds.join(' and ')}`;
    report(context, { message, hint: STAGE_FORMS, missing: kind === undefined });
    return z.NEVER;
  }
  const allowed = kind === 'step' ? ['step', 'by', 'every'] : [kind, 'for'];
  const keys = (['rate', 'ramp', 'step', 'for', 'by', 'every'] as const).filter(
    (key) => input[key] !== undefined,
  );
  for (const key of keys.filter((each) => !allowed.includes(each))) {
    report(context, {
      message: `"${key}" does not go with "${kind}"`,
      hint: STAGE_FORMS,
      path: [key],
      onKey: true,
    });
  }
  const missing = allowed.filter((key) => !keys.some((each) => each === key));
  if (missing.length > 0) {
    const names = missing.map((key) => `"${key}"`).join(' and ');
    report(context, {
      message: `${names} ${missing.length > 1 ? 'are' : 'is'} missing`,
      hint: STAGE_FORMS,
      missing: true,
    });
  }
  if (missing.length > 0 || keys.length > allowed.length) return z.NEVER;
  return kind === 'step' ? steps(input, context) : [single(input, context)];
}

function single({ rate: ratePerSecond, ramp = '', for: durationMs = 0 }: StageInput, context: Report): Stage {
  if (ratePerSecond !== undefined) return { kind: 'constant', ratePerSecond, durationMs };
  const range = attempt(context, () => readRange(ramp, readRate), ['ramp']);
  if (range === z.NEVER) return z.NEVER;
  const [fromPerSecond, toPerSecond] = range;
  return { kind: 'ramp', fromPerSecond, toPerSecond, durationMs };
}

function steps({ step = '', by = 1, every: durationMs = 0 }: StageInput, context: Report): Stage[] {
  const range = attempt(context, () => readRange(step, readRate), ['step']);
  if (range === z.NEVER) return z.NEVER;
  const [from, to] = range;
  // A step that misses the end by rounding alone still reaches it.
  const count = Math.floor(Math.abs(to - from) / by + 1e-9) + 1;
  if (count > MAX_STEPS) {
    report(context, {
      message: `these are ${count} steps`,
      hint: `at most ${MAX_STEPS}: make "by" larger`,
      path: ['by'],
    });
    return z.NEVER;
  }
  const sign = to < from ? -1 : 1;
  return Array.from({ length: count }, (_, index) => ({
    kind: 'constant',
    ratePerSecond: Number((from + sign * by * index).toPrecision(12)),
    durationMs,
  }));
}

function stageSchema(): Schema<readonly Stage[]> {
  return z
    .strictObject({
      rate: rate('Constant arrival rate, total, such as 200/s.').optional(),
      ramp: rangeText('Linear change of the rate, such as 200/s..800/s.').optional(),
      step: rangeText('Stairs of constant rates, such as 100/s..500/s.').optional(),
      for: positiveDuration('Length of a rate or ramp.').optional(),
      by: positiveRate('Height of a step.').optional(),
      every: positiveDuration('Length of a step.').optional(),
    })
    .meta({
      description: STAGE_FORMS.replace('write', 'One of'),
      oneOf: [
        { required: ['rate', 'for'] },
        { required: ['ramp', 'for'] },
        { required: ['step', 'by', 'every'] },
      ],
    })
    .transform(stagesOf);
}

function connectionsSchema(): Schema<ConnectionsInput> {
  const max = whole('Most connections; without it they grow on demand.', { min: 1, max: 1_000_000 });
  const lifetime = z.union([
    z.literal('never'),
    positiveDuration('Mean age at which a kept-alive connection is closed, or never.'),
  ]);
  return z.union(
    [
      max.transform((count): ConnectionsInput => ({ max: count })),
      z.strictObject({
        max: max.optional(),
        lifetime: lifetime.transform((ms) => (ms === 'never' ? null : ms)).optional(),
        fresh: ratio('Share of attempts that must open a fresh connection, such as 10%.').optional(),
      }),
    ],
    {
      error: said(
        'expected a number of connections',
        'write a whole number, or { max: 50, lifetime: 30s, fresh: 10% }',
      ),
    },
  );
}

function thinkSchema(): Schema<readonly [number, number]> {
  const about = 'Pause between an answer and the next request: 1s, or 1s..3s drawn evenly.';
  return z
    .union([z.string(), z.literal(0)], { error: said('expected a duration', 'write it as 1s or 1s..3s') })
    .meta({ description: about })
    .transform((value, context) =>
      attempt(context, () => {
        const text = String(value);
        const [a, b] = text.includes('..')
          ? readRange(text, readDuration)
          : [readDuration(text), readDuration(text)];
        return [Math.min(a, b), Math.max(a, b)] as const;
      }),
    );
}

function closedSchema(): Schema<ClosedInput> {
  return z
    .strictObject({
      users: whole('Number of virtual users, each waiting for its answer.', {
        min: 1,
        max: 1_000_000,
      }).optional(),
      think: thinkSchema().optional(),
    })
    .meta({ description: 'A closed loop instead of arrivals on a schedule.' });
}

/** Shape of the section; unknown keys are refused. */
export function loadSchema(): Schema<LoadInput> {
  return z
    .strictObject({
      arrivals: z
        .enum(['poisson', 'uniform'])
        .meta({ description: 'How arrivals are spread around the rate.' })
        .optional(),
      stages: z
        .array(stageSchema())
        .min(1)
        .max(MAX_STAGES)
        .meta({ description: 'The schedule, piece by piece.' })
        .optional(),
      rate: positiveRate('Constant arrival rate, total: short for one stage.').optional(),
      duration: positiveDuration('How long the measured part lasts.').optional(),
      warmup: duration('Traffic before the measured part, at the starting rate; counted apart.').optional(),
      timeout: positiveDuration('Deadline of each request.').optional(),
      drain: duration('How long to wait for answers after the last arrival.').optional(),
      requests: whole('Measured arrivals to stop after.', { min: 1, max: MAX_COUNT }).optional(),
      workers: whole('Number of worker threads.', { min: 1, max: 256 }).optional(),
      seed: whole('What everything random is a function of.', {
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
      }).optional(),
      maxDuration: positiveDuration('Longest that the measured part may take.').optional(),
      untilDecided: flag('Go on until every objective is decided, at most for maxDuration.').optional(),
      connections: connectionsSchema().optional(),
      closed: closedSchema().optional(),
    })
    .meta({ description: 'How much traffic, for how long.' })
    .superRefine(refuseContradictions);
}

const CONTRADICTIONS: readonly (readonly [given: keyof LoadInput, refused: keyof LoadInput, hint: string])[] =
  [
    ['stages', 'rate', 'say the rate in a stage, or drop the stages'],
    ['stages', 'duration', 'say "for" in each stage, or drop the stages'],
    ['closed', 'rate', 'a closed loop sends as fast as it is answered: drop one of the two'],
    ['closed', 'stages', 'a closed loop has no schedule: drop one of the two'],
    ['closed', 'arrivals', 'a closed loop has no arrivals: drop one of the two'],
  ];

function refuseContradictions(load: LoadInput, context: Report): void {
  for (const [given, refused, hint] of CONTRADICTIONS) {
    if (load[given] === undefined || load[refused] === undefined) continue;
    report(context, {
      message: `"${refused}" does not go with "${given}"`,
      hint,
      path: [refused],
      onKey: true,
    });
  }
}
