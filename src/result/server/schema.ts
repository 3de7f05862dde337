/** The shape of the servers in a result document, for reading one back; unknown keys are allowed and kept. */

import { z } from 'zod';
import { RESOURCES } from '../../core/server/signal.ts';
import type { ServerResult } from './server-result.ts';

const count = z.int().min(0);
const known = z.number().nullable();
const resource = z.enum(RESOURCES);

const source = z.looseObject({
  kind: z.string(),
  url: z.string().nullable(),
  looks: count,
  failed: count,
  lastError: z.string().nullable(),
});

const resourceOverall = z.looseObject({
  resource,
  tier: z.enum(['reported', 'pressure']),
  unit: z.enum(['ratio', 'ms', 'count', 'per-second']),
  mean: z.number(),
  max: z.number(),
  utilization: known,
  state: z.enum(['ok', 'near', 'saturated', 'unknown']),
  evidence: z.string(),
});

const moment = z.looseObject({ fromMs: z.number(), values: z.partialRecord(resource, z.number()) });

const capture = z.looseObject({
  kind: z.string(),
  file: z.string(),
  atMs: z.number(),
  because: z.string(),
});

/** Reads what one server told. */
export const serverSchema: z.ZodType<ServerResult> = z.looseObject({
  name: z.string(),
  sources: z.array(source),
  resources: z.array(resourceOverall),
  binding: z.looseObject({ resource, utilization: known, text: z.string() }).nullable(),
  diagnoses: z.array(z.looseObject({ code: z.string(), text: z.string() })),
  series: z.array(moment),
  captures: z.array(capture),
});
