/** The shape of a part, for reading one back. Endless stages have the length null: JSON has no infinity. */

import { z } from 'zod';
import { FAILURE_CAUSES, PHASES } from '../../core/attempt.ts';
import { emptyCounts } from '../../record/counts.ts';
import { PART_VERSION, type PartDocument } from './part.ts';

const count = z.int().min(0);
const ms = z.number();
const cause = z.enum(FAILURE_CAUSES);
const lines = z.array(z.string());
const causes = z.array(z.tuple([cause, count]));
const statuses = z.array(z.tuple([count, count]));

const tally = z.object({
  buckets: z.string(),
  count,
  overflow: count,
  minMs: ms.nullable(),
  maxMs: ms.nullable(),
  sumMs: ms,
});

const target = z.object({
  completed: count,
  broken: count,
  failed: count,
  dropped: count,
  sent: count,
  inFlight: count,
  statuses,
  causes,
  response: tally,
  responseFailed: tally,
  service: tally,
  connection: tally,
});

const window = z.object({
  index: count,
  sent: count,
  completed: count,
  good: count,
  failed: count,
  broken: count,
  dropped: count,
  causes,
  statuses,
  lagMs: ms,
  lagMaxMs: ms,
  coarse: z.string(),
  exceedances: lines,
});

const duration = ms.nullable();

const exemplar = z.object({
  index: count,
  target: count,
  atMs: ms,
  responseMs: ms,
  status: count,
  cause: cause.nullable(),
  phase: z.enum(PHASES).nullable(),
  detail: z.string(),
  remote: z.string().nullable(),
  phases: z.object({
    blocked: duration,
    dns: duration,
    connect: duration,
    tls: duration,
    send: duration,
    wait: duration,
    receive: duration,
  }),
  traceId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
});

const zeroes = emptyCounts();
const { inFlightMs: _, residenceMs: __, ...whole } = zeroes;
const wholes = Object.fromEntries(Object.keys(whole).map((key) => [key, count]));

const recording = z.object({
  counts: z
    .object({ ...wholes, inFlightMs: ms, residenceMs: ms })
    .transform((found) => ({ ...zeroes, ...found })),
  targets: z.array(target),
  phases: z.array(tally).length(PHASES.length),
  lag: tally,
  causes,
  examples: z.array(z.tuple([cause, z.array(exemplar)])),
  slowest: z.array(exemplar),
  addresses: z.array(z.tuple([z.string(), count, count])),
  windows: z.array(window),
  completions: lines,
  exceedances: lines,
  warmupExceedances: lines,
});

const durationMs = z
  .number()
  .nullable()
  .transform((length) => length ?? Infinity);
const stage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('constant'), ratePerSecond: z.number(), durationMs }),
  z.object({ kind: z.literal('ramp'), fromPerSecond: z.number(), toPerSecond: z.number(), durationMs }),
]);

const settings = {
  warmupMs: ms,
  drainMs: ms.nullable(),
  connections: z.object({
    max: count.nullable(),
    lifetimeMs: ms.nullable(),
    freshRatio: z.number(),
  }),
  workers: count.nullable(),
  requests: count.nullable(),
  maxDurationMs: ms.nullable(),
};

const load = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    ...settings,
    arrivals: z.enum(['poisson', 'uniform']),
    stages: z.array(stage),
  }),
  z.object({
    kind: z.literal('closed'),
    ...settings,
    users: count,
    think: z.object({ minMs: ms, maxMs: ms }),
    durationMs: ms.nullable(),
  }),
]);

const plain = (kind: 'mean' | 'max' | 'min' | 'errors' | 'throughput' | 'goodput' | 'dropped') =>
  z.object({ kind: z.literal(kind) });

const indicator = z.union([
  z.object({ kind: z.literal('quantile'), q: z.number() }),
  z.object({ kind: z.literal('status'), from: count, to: count }),
  z.object({ kind: z.literal('apdex'), thresholdMs: ms }),
  plain('mean'),
  plain('max'),
  plain('min'),
  plain('errors'),
  plain('throughput'),
  plain('goodput'),
  plain('dropped'),
]);

const objective = z.object({
  text: z.string(),
  target: z.string().nullable(),
  indicator,
  op: z.enum(['<', '<=', '>', '>=']),
  limit: z.number(),
  windowMs: ms.nullable(),
  abort: z.boolean(),
  position: z.object({ line: count, column: count }).nullable(),
});

const plan = z.object({
  targets: z.array(z.object({ name: z.string(), weight: z.number(), timeoutMs: ms })).min(1),
  load,
  objectives: z.array(objective),
  objectivesDefaulted: z.boolean(),
  agreement: z.array(objective),
  insecure: z.boolean(),
  seed: count,
});

const rule = z.union([
  z.object({ kind: z.literal('once') }),
  z.object({ kind: z.literal('looks'), look: count, isHeldOnce: z.boolean().exactOptional() }),
]);
const conduct = z.object({ runMs: ms, busyMs: ms, stalls: count, stallMaxMs: ms });

/** Reads a part. */
export const partSchema: z.ZodType<PartDocument> = z.object({
  version: z.literal(PART_VERSION),
  repeat: z.string(),
  plan,
  startedAtWallMs: ms,
  durationMs: ms,
  offeredMs: ms,
  generator: z.object({
    workers: count,
    ceilingPerSecond: z.number().nullable(),
    conducts: z.array(conduct),
    suspendedMs: ms,
    deadWorkers: count,
    throttledMs: ms.nullable(),
    stealRatio: z.number().nullable(),
    interrupted: z.boolean(),
    leastAgeMs: ms.nullable(),
  }),
  rule,
  abortRule: rule.nullable(),
  recording,
});
