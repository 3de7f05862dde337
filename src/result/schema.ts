/**
 * The shape of a result document, for reading one back. Everything in the contract of document.ts is
 * required; keys that this version does not know are kept.
 */

import { z } from 'zod';
import { RESOURCES } from '../core/server/signal.ts';
import { canarySchema } from './canary/schema.ts';
import { comparisonSchema } from './compare/schema.ts';
import type { ResultDocument } from './document.ts';
import { capacitySchema, launchSchema } from './search-schema.ts';
import { serverSchema } from './server/schema.ts';
import { exampleSchema, exemplarSchema, sinkSchema, traceSchema } from './trace/schema.ts';

const count = z.int().min(0);
const known = z.number().nullable();
const status = z.enum(['pass', 'fail', 'inconclusive']);
const counts = z.record(z.string(), count);
const reason = z.looseObject({ code: z.string(), text: z.string() });
const ratio = z.looseObject({ value: known, low: known, high: known });

const quantile = z.looseObject({ valueMs: known, lowMs: known, highMs: known, needs: count.nullable() });

const distribution = z.looseObject({
  count,
  minMs: known,
  meanMs: known,
  maxMs: known,
  overflow: count,
  quantiles: z.record(z.string(), quantile),
});

const outcome = {
  byStatus: counts,
  byCause: counts,
  errorRatio: ratio,
  response: distribution,
};

const totals = z.looseObject({
  planned: count,
  sent: count,
  completed: count,
  broken: count,
  failed: count,
  dropped: count,
  droppedLate: count,
  unsent: count,
  inFlight: count,
  warmup: count,
  warmupFailed: count,
  retried: count,
  redirects: count,
  cached: count,
  challenged: count,
  bytesReceived: count,
  bytesSent: count,
  connectionsOpened: count,
  reused: count,
  displaced: count,
  meanInFlight: known,
  ratePerSecond: z.looseObject({
    asked: known,
    sent: z.number(),
    completed: z.number(),
    good: z.number(),
  }),
  ...outcome,
  responseAll: distribution,
  service: distribution,
  connection: distribution,
  lag: distribution.nullable(),
  phases: z.record(z.string(), distribution.nullable()),
});

const target = z.looseObject({
  name: z.string(),
  sent: count,
  completed: count,
  broken: count,
  failed: count,
  dropped: count,
  inFlight: count,
  ...outcome,
  service: distribution,
});

const window = z.looseObject({
  fromMs: z.number(),
  sent: count,
  completed: count,
  good: count,
  failed: count,
  dropped: count,
  p50Ms: known,
  p99Ms: known,
  lagMaxMs: known,
  // Results of before these were recorded can still be shown.
  answered: count.default(0),
  answeredGood: count.default(0),
  inFlight: count.default(0),
  byCause: counts.default({}),
  byStatus: counts.default({}),
  latency: z.string().default(''),
});

const failure = z.looseObject({ cause: z.string(), count, examples: z.array(exampleSchema) });

const check = z.looseObject({
  id: z.string(),
  status: z.enum(['pass', 'fail', 'not-applicable']),
  blocks: z.enum(['fail', 'pass', 'both', 'nothing']),
  measured: known,
  limit: known,
  unit: z.string(),
  code: z.string().nullable(),
  text: z.string(),
});

const objective = z.looseObject({
  text: z.string(),
  target: z.string().nullable(),
  status,
  value: known,
  low: known,
  high: known,
  limit: known,
  unit: z.enum(['ms', 'ratio', 'per-second', 'score', 'count']),
  count: count.nullable(),
  exceeded: count.nullable(),
  inflation: z.number(),
  reason: reason.nullable(),
  line: count.nullable(),
  column: count.nullable(),
  because: z.string().exactOptional(),
  moreRequests: z.number().nullable().exactOptional(),
  baseline: z.looseObject({ value: z.number(), runs: count }).exactOptional(),
  server: z.looseObject({ name: z.string().nullable(), resource: z.enum(RESOURCES) }).exactOptional(),
});

const host = z.looseObject({
  platform: z.string(),
  arch: z.string(),
  cpuCount: count,
  cpuModel: z.string().nullable(),
  memoryBytes: z.number(),
  descriptorLimit: z.number().nullable(),
  workers: count,
  coLocated: z.boolean(),
});

const calibration = z.looseObject({
  kind: z.enum(['full', 'warm-up']),
  ceilingPerSecond: z.number(),
  floorUs: z.number(),
});

const shard = z
  .looseObject({ index: count.min(1), count: count.min(1) })
  .refine(({ index, count: all }) => index <= all, 'a shard beyond the last');

const git = z.looseObject({
  commit: z.string(),
  branch: z.string().nullable(),
  dirty: z.boolean().nullable(),
});

const baseline = z.looseObject({
  source: z.enum(['history', 'pinned', 'file', 'live']),
  label: z.string(),
  runs: z.array(z.looseObject({ runId: z.string(), startedAt: z.string(), commit: z.string().nullable() })),
  response: distribution,
  errorRatio: known,
  histogram: z.string(),
});

/** Reads a result document; unknown keys are allowed and kept. */
export const resultSchema: z.ZodType<ResultDocument> = z.looseObject({
  schema: z.literal('headroom.result/1'),
  command: z.enum(['run', 'probe', 'capacity', 'launch', 'compare', 'canary']),
  tool: z.looseObject({ name: z.literal('headroom'), version: z.string(), node: z.string() }),
  runId: z.string(),
  plan: z.record(z.string(), z.unknown()),
  planFile: z.string().nullable().default(null),
  planHash: z.string(),
  seed: z.number(),
  repeat: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  stopped: z.looseObject({ by: z.enum(['signal', 'breaker', 'abort']), text: z.string() }).nullable(),
  host,
  calibration: calibration.nullable(),
  totals,
  targets: z.array(target),
  windowMs: z.number(),
  series: z.array(window),
  histograms: z.record(z.string(), z.string()),
  addresses: z.array(z.looseObject({ address: z.string(), attempts: count, failed: count })),
  failures: z.array(failure),
  validity: z.looseObject({ status, checks: z.array(check) }),
  objectives: z.array(objective),
  agreement: z.array(objective),
  notes: z.array(reason),
  verdict: z.looseObject({ status, reasons: z.array(reason) }),
  exitCode: z.int(),
  capacity: capacitySchema.exactOptional(),
  launch: launchSchema.exactOptional(),
  shard: shard.exactOptional(),
  part: z.looseObject({ version: count }).exactOptional(),
  baseline: baseline.exactOptional(),
  comparison: comparisonSchema.exactOptional(),
  git: git.exactOptional(),
  canary: canarySchema.exactOptional(),
  slowest: z.array(exemplarSchema).exactOptional(),
  servers: z.array(serverSchema).exactOptional(),
  trace: traceSchema.exactOptional(),
  sinks: z.array(sinkSchema).exactOptional(),
});
