/** The numbers of a result that a monitoring system draws, with the limits that it marks. */

import type { ObjectiveResult, ResultDocument } from '../../result/document.ts';
import type { CanaryReport } from '../../verdict/canary/report.ts';
import { askedText } from '../ci/cases.ts';
import type { Reading } from './perfdata.ts';

const QUANTILES = ['p50', 'p95', 'p99'] as const;

const MS_PER_DAY = 86_400_000;

/**
 * Of a canary its bad runs and its budget first, then what is judged, then p50, p95, p99, max, errors and rate as far as
 * no objective said them. Where there is an agreement an objective only warns, as the exit code has it.
 */
export function readingsOf(result: ResultDocument): Reading[] {
  const judged = judgedReadings(result);
  const names = new Set(judged.map(({ label }) => label));
  const measured = measuredReadings(result).filter(({ label }) => !names.has(label));
  return [...(result.canary === undefined ? [] : canaryReadings(result.canary)), ...judged, ...measured];
}

function canaryReadings({ recent, budget, certificate }: CanaryReport): Reading[] {
  return [
    // A limit is the last value that is still good.
    { label: 'bad_runs', value: recent.bad, unit: '', crit: recent.toFire - 1, min: 0, max: recent.of },
    { label: 'budget_left', value: percent(budget.leftRatio), unit: '%', max: 100 },
    {
      label: 'certificate',
      value: certificate === null ? null : (certificate.daysLeft * MS_PER_DAY) / 1000,
      unit: 's',
    },
  ];
}

/** One reading per indicator: its objective's limit, and that of the agreement about the same. */
function judgedReadings({ objectives, agreement }: ResultDocument): Reading[] {
  const readings = new Map<string, Reading>();
  for (const objective of objectives) {
    const reading = readingOf(objective);
    if (reading === null || readings.has(reading.label)) continue;
    const limit = upperLimit(objective);
    readings.set(reading.label, { ...reading, [agreement.length > 0 ? 'warn' : 'crit']: limit });
  }
  for (const promise of agreement) {
    const reading = readingOf(promise);
    if (reading === null) continue;
    readings.set(reading.label, { ...reading, ...readings.get(reading.label), crit: upperLimit(promise) });
  }
  return [...readings.values()];
}

function readingOf(objective: ObjectiveResult): Reading | null {
  const { target, unit, value } = objective;
  // What stands before the comparison; what comes after it may hold the same letters.
  const indicator = /^[^<>]*/.exec(askedText(objective))?.[0].trim() ?? '';
  if (indicator === '') return null;
  const label = target === null ? indicator : `${indicator} ${target}`;
  if (unit === 'ms') return { label, value: seconds(value), unit: 's', min: 0 };
  if (unit === 'ratio') return { label, value: percent(value), unit: '%', min: 0, max: 100 };
  return { label, value, unit: '', min: 0 };
}

/** The limit in the unit of the reading; null where less is worse, which a plain number cannot say. */
function upperLimit(objective: ObjectiveResult): number | null {
  const { limit, unit } = objective;
  if (!/^[^<>]*</.test(askedText(objective))) return null;
  return unit === 'ms' ? seconds(limit) : unit === 'ratio' ? percent(limit) : limit;
}

function measuredReadings({ totals }: ResultDocument): Reading[] {
  const { response, errorRatio, ratePerSecond } = totals;
  const quantiles = QUANTILES.map((name): Reading => {
    return { label: name, value: seconds(response.quantiles[name]?.valueMs ?? null), unit: 's', min: 0 };
  });
  return [
    ...quantiles,
    { label: 'max', value: seconds(response.maxMs), unit: 's', min: 0 },
    { label: 'errors', value: percent(errorRatio.value), unit: '%', min: 0, max: 100 },
    { label: 'rate', value: ratePerSecond.sent, unit: '', min: 0 },
  ];
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function percent(ratio: number | null): number | null {
  return ratio === null ? null : ratio * 100;
}
