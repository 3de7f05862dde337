/** The shape of a canary's report in a result document, for reading one back; unknown keys are allowed and kept. */

import { z } from 'zod';
import { SEVERITIES, SUBJECTS } from '../../verdict/canary/event.ts';
import type { CanaryReport } from '../../verdict/canary/report.ts';
import { FAILURE_KINDS, RUN_OUTCOMES } from '../../verdict/canary/run.ts';

const count = z.int().min(0);
const known = z.number().nullable();
const severity = z.enum(SEVERITIES);
const subject = z.enum([...SUBJECTS, 'test']);

const burnWindow = z.looseObject({ windowMs: z.number(), runs: count, bad: count, burn: known, low: known });
const burn = z.looseObject({
  factor: z.number(),
  severity,
  long: burnWindow,
  short: burnWindow,
  status: z.enum(['burning', 'ok', 'unknown']),
});

const pooled = z.looseObject({
  text: z.string(),
  status: z.enum(['pass', 'fail', 'inconclusive']),
  runs: count,
  since: z.string(),
  count,
  bad: count,
  inflation: z.number(),
  because: z.string(),
});

const kind = z.enum(FAILURE_KINDS).nullable();

const incident = z.looseObject({
  incidentId: z.string(),
  subject,
  kind,
  indicator: z.string().nullable(),
  severity,
  since: z.string(),
  summary: z.string(),
});

const delivery = z.looseObject({
  channel: z.string(),
  subject,
  action: z.enum(['trigger', 'remind', 'resolve']),
  status: z.enum(['accepted', 'spooled', 'refused']),
  attempts: count,
  tookMs: z.number(),
  text: z.string(),
});

/** Reads the report of a canary. */
export const canarySchema: z.ZodType<CanaryReport> = z.looseObject({
  check: z.string(),
  outcome: z.enum(RUN_OUTCOMES),
  kind,
  indicator: z.string().nullable(),
  text: z.string(),
  state: z.enum(['ok', 'pending', 'firing', 'recovering', 'unknown']),
  since: z.string(),
  lastOk: z.string().nullable(),
  everyMs: z.number(),
  recent: z.looseObject({ of: count, toFire: count, bad: count, ok: count, blind: count, missing: count }),
  incidents: z.array(incident),
  budget: z.looseObject({
    sloRatio: z.number(),
    periodMs: z.number(),
    leftRatio: known,
    exhaustionMs: known,
    burns: z.array(burn),
  }),
  pooled: z.array(pooled),
  flapRatio: known,
  isMaintenance: z.boolean(),
  control: z.enum(['not-asked', 'answered', 'silent']),
  certificate: z.looseObject({ validTo: z.string(), daysLeft: z.number() }).nullable(),
  remarks: z.array(z.string()),
  deliveries: z.array(delivery),
});
