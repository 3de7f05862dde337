/** The shape of exemplars, trace facts and sinks in a result document, for reading one back. */

import { z } from 'zod';
import type { FailureResult } from '../document.ts';
import type { ExemplarResult, SinkFacts, TraceFacts } from './exemplar-result.ts';

const count = z.int().min(0);
const known = z.number().nullable();

const whereabouts = {
  remote: z.string().nullable(),
  phases: z.record(z.string(), known),
  traceId: z.string().nullable(),
};

/** Reads a failure's example; documents of older versions lack the last four keys. */
export const exampleSchema: z.ZodType<FailureResult['examples'][number]> = z.looseObject({
  target: z.string(),
  atMs: z.number(),
  phase: z.string().nullable(),
  status: z.number().nullable(),
  detail: z.string(),
  responseMs: known.exactOptional(),
  remote: whereabouts.remote.exactOptional(),
  phases: whereabouts.phases.exactOptional(),
  traceId: whereabouts.traceId.exactOptional(),
});

/** Reads one of the slowest requests. */
export const exemplarSchema: z.ZodType<ExemplarResult> = z.looseObject({
  target: z.string(),
  atMs: z.number(),
  responseMs: known,
  status: z.number().nullable(),
  cause: z.string().nullable(),
  ...whereabouts,
});

/** Reads where traces are looked at. */
export const traceSchema: z.ZodType<TraceFacts> = z.looseObject({
  url: z.string().nullable(),
  headers: z.boolean(),
});

/** Reads what became of our own measurements. */
export const sinkSchema: z.ZodType<SinkFacts> = z.looseObject({
  kind: z.string(),
  address: z.string(),
  sent: count,
  lost: count,
  failures: count,
  lastError: z.string().nullable(),
});
