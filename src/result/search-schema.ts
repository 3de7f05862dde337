/** The shape of what `headroom capacity` and `headroom launch` add to a result document, for reading it back. */

import { z } from 'zod';
import type { CapacityReport } from '../verdict/capacity/report.ts';
import type { LaunchReport } from '../verdict/launch/report.ts';

const count = z.int().min(0);
const known = z.number().nullable();
const reason = z.looseObject({ code: z.string(), text: z.string() });
const estimate = z.looseObject({ value: known, low: known, high: known });
const bounds = z.looseObject({ low: known, high: known });
const label = z.enum(['held', 'broken', 'undecided']);
const status = z.enum(['pass', 'fail', 'inconclusive']);

const rate = z.looseObject({
  ratePerSecond: z.number(),
  label,
  trials: count,
  measuredMs: z.number(),
  objective: z.string().nullable(),
  count: count.nullable(),
  exceeded: count.nullable(),
  inflation: z.number(),
  reason: reason.nullable(),
});

const trial = z.looseObject({
  number: count,
  purpose: z.enum(['climb', 'descend', 'narrow', 'confirm', 'recovery', 'question', 'surge', 'soak']),
  ratePerSecond: z.number(),
  startedMs: z.number(),
  durationMs: z.number(),
  planned: count,
  sent: count,
  completed: count,
  sentPerSecond: z.number(),
  completedPerSecond: z.number(),
  objective: z.string().nullable(),
  count: count.nullable(),
  exceeded: count.nullable(),
  inflation: z.number(),
  errorRatio: estimate,
  p50Ms: estimate,
  p99Ms: estimate,
  lagP99Ms: known,
  meanInFlight: known,
  shows: label,
  label,
  codes: z.array(z.string()),
});

const limit = z.looseObject({ factor: z.number(), heldPerSecond: known, brokePerSecond: known });

const usl = z.looseObject({
  sigma: estimate,
  kappa: estimate,
  lambda: estimate,
  peakPerSecond: known,
  peakInFlight: known,
  measuredInFlight: z.number(),
  points: count,
});

const model = z.looseObject({ usl: usl.nullable(), kneePerSecond: known, remarks: z.array(reason) });

/** Reads the key `capacity`. */
export const capacitySchema: z.ZodType<CapacityReport> = z.looseObject({
  heldPerSecond: known,
  brokePerSecond: known,
  widthRatio: known,
  precisionRatio: z.number(),
  brokeBy: z.string().nullable(),
  brokeTarget: z.string().nullable(),
  limitedBy: z.enum(['server', 'generator', 'rate-cap', 'budget']).nullable(),
  findings: z.array(reason),
  rates: z.array(rate),
  trials: z.array(trial),
  atLimits: z.array(limit),
  model,
  estimateMs: known,
  elapsedMs: z.number(),
  budgetMs: known,
  requests: count,
});

const step = z.looseObject({
  id: z.enum(['with-margin', 'without-margin', 'peak']),
  ratePerSecond: z.number(),
  label: label.nullable(),
  text: z.string(),
});

const surge = z.looseObject({
  allowedMs: z.number(),
  breachedMs: known,
  measuredMs: z.number(),
  status,
  text: z.string(),
});

const soak = z.looseObject({
  durationMs: z.number(),
  status,
  driftRatio: known,
  driftProbability: known,
  text: z.string(),
});

const exercise = z.looseObject({
  id: z.enum(['addresses', 'connections', 'cache', 'keys', 'writes', 'arrivals', 'duration']),
  exercised: z.boolean(),
  text: z.string(),
});

/** Reads the key `launch`. */
export const launchSchema: z.ZodType<LaunchReport> = z.looseObject({
  answer: z.enum(['yes', 'yes-without-margin', 'yes-without-spare-zone', 'no', 'inconclusive']),
  askedPerSecond: z.number(),
  marginRatio: z.number(),
  zones: count,
  lose: count,
  users: z.looseObject({ count: z.number(), thinkMs: z.number(), requestsPerVisit: z.number() }).nullable(),
  questions: z.array(step),
  headroom: bounds,
  growth: bounds,
  surge: surge.nullable(),
  soak: soak.nullable(),
  exercised: z.array(exercise),
  accepted: z.boolean(),
  reasons: z.array(reason),
});
