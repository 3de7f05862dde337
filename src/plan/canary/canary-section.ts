/** Shape of the `canary` section of a plan, and of the flags that stand for it. */
import { z } from 'zod';
import { parseDuration, parseRatio, UnitError } from '../../core/units.ts';
import {
  durationOf,
  positiveDuration,
  positiveRate,
  ratioOf,
  report,
  type Schema,
  said,
  textOf,
  whole,
} from '../section/scalar.ts';
import { type FailRule, failRuleFault, MOST_RUNS, parseFailRule } from './fail-rule.ts';
import { parseMaintenance } from './maintenance-text.ts';
import type { MaintenanceWindow } from './settings.ts';

/** What was written, in numbers; undefined where nothing was. */
export interface CanaryInput {
  readonly check?: string | undefined;
  /** Milliseconds, as all times here. */
  readonly every?: number | undefined;
  /** Per second. */
  readonly rate?: number | undefined;
  readonly for?: number | undefined;
  readonly fail?: FailRule | undefined;
  readonly recover?: number | undefined;
  /** Null: never. */
  readonly remind?: number | null | undefined;
  readonly blind?: number | undefined;
  /** A ratio. */
  readonly slo?: number | undefined;
  readonly period?: number | undefined;
  /** Null: never. */
  readonly certificate?: number | null | undefined;
  readonly control?: string | undefined;
  readonly maintenance?: readonly MaintenanceWindow[] | undefined;
}

/** The flags may count requests instead of time. */
export interface CanaryFlagsInput extends CanaryInput {
  readonly requests?: number | undefined;
}

const MAX_CHECK_LENGTH = 100;
const MAX_WINDOWS = 100;
const MAX_REQUESTS = 100_000;
const YEAR_MS = 365 * 86_400_000;
/** No timer holds these, so they may be longer than one can. */
const LONGEST_MS = 10 * YEAR_MS;
const CHECK = /^[A-Za-z\d._/-]+$/;

/** Reads the name of a check. @throws UnitError for one that could not stand in a label, a path or a URL */
export function readCheckName(text: string): string {
  const hint = 'write letters, digits and . _ - /, such as shop/checkout';
  if (text.length > MAX_CHECK_LENGTH) {
    throw new UnitError(`the name of a check has at most ${MAX_CHECK_LENGTH} characters`, { hint });
  }
  const index = text.search(/[^A-Za-z\d._/-]/);
  if (!CHECK.test(text)) {
    const message =
      text === '' ? 'the name of the check is empty' : 'this character cannot stand in the name of a check';
    throw new UnitError(message, { hint, index: Math.max(0, index) });
  }
  if (text.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new UnitError('the parts of a check name around "/" must be names', { hint });
  }
  return text;
}

function readLong(text: string): number {
  const ms = parseDuration(text);
  if (ms <= 0) throw new UnitError(`"${text}" must be longer than 0`, { hint: 'write it as 4h or 30d' });
  if (ms <= LONGEST_MS) return ms;
  throw new UnitError(`"${text}" is longer than ten years`, { hint: 'write it as 4h or 30d' });
}

function readSlo(text: string): number {
  const slo = parseRatio(text);
  const hint = 'write it as 99.9%: the share of runs that must be good';
  if (slo >= 1) throw new UnitError('100% leaves no run to fail, ever', { hint });
  if (slo <= 0.5) throw new UnitError(`"${text}" promises no more than every other run`, { hint });
  return slo;
}

function longOrNever(about: string): Schema<number | null> {
  return z
    .union([z.literal('never'), durationOf(about, readLong)], {
      error: said('expected a duration, or never', 'write it as 4h or 14d, or never'),
    })
    .meta({ description: about })
    .transform((ms) => (ms === 'never' ? null : ms));
}

function failSchema(): Schema<FailRule> {
  const about = 'So many bad runs of the last so many fire, such as "3 of 5".';
  const runs = (each: string): Schema<number> => whole(each, { min: 1, max: MOST_RUNS });
  const pair = z
    .strictObject({ bad: runs('Bad runs that fire.'), of: runs('Runs that are looked back on.') })
    .superRefine((rule, context) => {
      const message = failRuleFault(rule);
      if (message !== null) report(context, { message, hint: 'let "bad" be at most "of"', path: ['bad'] });
    });
  return z
    .union([textOf(about, parseFailRule), pair], {
      error: said('expected how many runs of how many', 'write it as "3 of 5", or { bad: 3, of: 5 }'),
    })
    .meta({ description: about });
}

function maintenanceSchema(): Schema<readonly MaintenanceWindow[]> {
  return z
    .array(textOf('Such as "Sun 02:00-04:00 Europe/Berlin" or "2026-12-01T22:00Z/2h".', parseMaintenance))
    .max(MAX_WINDOWS)
    .meta({ description: 'Times in which nobody is paged.' });
}

function canaryShape(): { [key in keyof CanaryInput]-?: Schema<CanaryInput[key]> } {
  const count = { min: 1, max: MOST_RUNS };
  return {
    check: textOf('Name by which pagers know it; without it made of the plan.', readCheckName).optional(),
    every: positiveDuration('Time from one run to the next, such as 1m.').optional(),
    rate: positiveRate('What one run sends, total, such as 4/s.').optional(),
    for: positiveDuration('How long one run sends, such as 5s.').optional(),
    fail: failSchema().optional(),
    recover: whole('So many good runs in a row end it.', count).optional(),
    remind: longOrNever('How long after a notification it is told again, such as 4h, or never.').optional(),
    blind: whole('So many blind runs in a row are told.', count).optional(),
    slo: ratioOf('Share of good runs that is promised, such as 99.9%.', readSlo).optional(),
    period: durationOf('Time over which it is promised, such as 30d.', readLong).optional(),
    certificate: longOrNever('How long before its end a certificate is told of, or never.').optional(),
    control: z
      .string()
      .min(1, { error: said('the text is empty', 'write a URL, or leave the key out') })
      .meta({
        description: 'URL elsewhere: asked when the target fails, to tell a dead target from a dead network.',
      })
      .optional(),
    maintenance: maintenanceSchema().optional(),
  };
}

/** Shape of the section; unknown keys are refused. */
export function canarySchema(): Schema<CanaryInput> {
  return z.strictObject(canaryShape()).meta({ description: 'How headroom canary looks, and when it pages.' });
}

/** Shape of the flags that stand for the section. */
export function canaryFlagsSchema(): Schema<CanaryFlagsInput> {
  const requests = whole('Requests of one run.', { min: 1, max: MAX_REQUESTS });
  return z.strictObject({ ...canaryShape(), requests: requests.optional() });
}
