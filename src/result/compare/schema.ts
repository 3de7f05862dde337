/** The shape of a comparison in a result document, for reading one back; unknown keys are allowed and kept. */

import { z } from 'zod';
import type { ComparisonReport } from '../../verdict/compare/report.ts';

const count = z.int().min(0);
const known = z.number().nullable();
const side = z.looseObject({
  label: z.string(),
  runIds: z.array(z.string()),
  commit: z.string().nullable(),
  sent: count,
  failed: count,
});

const block = z.looseObject({
  side: z.enum(['baseline', 'candidate']),
  startedMs: z.number(),
  durationMs: z.number(),
  sent: count,
  failed: count,
  p50Ms: known,
  p99Ms: known,
});

const finding = z.looseObject({
  indicator: z.enum(['p50', 'p99', 'errors']),
  status: z.enum(['pass', 'fail', 'inconclusive']),
  effect: z.looseObject({ value: known, low: known, high: known }),
  minimumEffect: z.number(),
  confidence: z.number(),
  shown: z.enum(['slower', 'faster', 'more', 'fewer', '~']),
  text: z.string(),
});

/** Reads a comparison. */
export const comparisonSchema: z.ZodType<ComparisonReport> = z.looseObject({
  mode: z.enum(['live', 'stored']),
  sides: z.looseObject({ baseline: side, candidate: side }),
  blocks: z.array(block),
  findings: z.array(finding),
  maxBlocks: count,
  looks: count,
});
