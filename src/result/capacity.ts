/** A capacity report as the document carries it: texts made safe, numbers rounded, keys in the schema's order. */

import type {
  CapacityReport,
  Estimate,
  LimitReport,
  ModelReport,
  RateReport,
  TrialReport,
  UslReport,
} from '../verdict/capacity/report.ts';
import type { Reason } from '../verdict/finding.ts';
import { finite, roundMs, roundRate } from './rounding.ts';

/** Makes a text safe to show and takes secrets out of it. */
export type Clean = (text: string) => string;

/** The report, fit for a file. What is not finite is null. */
export function buildCapacity(report: CapacityReport, clean: Clean): CapacityReport {
  return {
    heldPerSecond: roundRate(report.heldPerSecond),
    brokePerSecond: roundRate(report.brokePerSecond),
    widthRatio: finite(report.widthRatio),
    precisionRatio: report.precisionRatio,
    brokeBy: cleanOr(report.brokeBy, clean),
    brokeTarget: cleanOr(report.brokeTarget, clean),
    limitedBy: report.limitedBy,
    findings: report.findings.map((found) => cleanReason(found, clean)),
    rates: report.rates.map((rate) => buildRate(rate, clean)),
    trials: report.trials.map((trial) => buildTrial(trial, clean)),
    atLimits: report.atLimits.map(buildLimit),
    model: buildModel(report.model, clean),
    estimateMs: roundMs(report.estimateMs),
    elapsedMs: roundMs(report.elapsedMs) ?? 0,
    budgetMs: roundMs(report.budgetMs),
    requests: report.requests,
  };
}

/** A reason with a harmless text. */
export function cleanReason({ code, text }: Reason, clean: Clean): Reason {
  return { code, text: clean(text) };
}

function cleanOr(text: string | null, clean: Clean): string | null {
  return text === null ? null : clean(text);
}

function buildRate(rate: RateReport, clean: Clean): RateReport {
  const { label, trials, objective, count, exceeded, inflation, reason } = rate;
  return {
    ratePerSecond: roundRate(rate.ratePerSecond) ?? 0,
    label,
    trials,
    measuredMs: roundMs(rate.measuredMs) ?? 0,
    objective: cleanOr(objective, clean),
    count,
    exceeded,
    inflation: roundRate(inflation) ?? 1,
    reason: reason === null ? null : cleanReason(reason, clean),
  };
}

function buildTrial(trial: TrialReport, clean: Clean): TrialReport {
  return {
    number: trial.number,
    purpose: trial.purpose,
    ratePerSecond: roundRate(trial.ratePerSecond) ?? 0,
    startedMs: roundMs(trial.startedMs) ?? 0,
    durationMs: roundMs(trial.durationMs) ?? 0,
    planned: trial.planned,
    sent: trial.sent,
    completed: trial.completed,
    sentPerSecond: roundRate(trial.sentPerSecond) ?? 0,
    completedPerSecond: roundRate(trial.completedPerSecond) ?? 0,
    objective: cleanOr(trial.objective, clean),
    count: trial.count,
    exceeded: trial.exceeded,
    inflation: roundRate(trial.inflation) ?? 1,
    errorRatio: estimate(trial.errorRatio, finite),
    p50Ms: estimate(trial.p50Ms, roundMs),
    p99Ms: estimate(trial.p99Ms, roundMs),
    lagP99Ms: roundMs(trial.lagP99Ms),
    meanInFlight: roundRate(trial.meanInFlight),
    shows: trial.shows,
    label: trial.label,
    codes: trial.codes.map(clean),
  };
}

function estimate({ value, low, high }: Estimate, round: (value: number | null) => number | null): Estimate {
  return { value: round(value), low: round(low), high: round(high) };
}

function buildLimit({ factor, heldPerSecond, brokePerSecond }: LimitReport): LimitReport {
  return { factor, heldPerSecond: roundRate(heldPerSecond), brokePerSecond: roundRate(brokePerSecond) };
}

function buildModel({ usl, kneePerSecond, remarks }: ModelReport, clean: Clean): ModelReport {
  return {
    usl: usl === null ? null : buildUsl(usl),
    kneePerSecond: roundRate(kneePerSecond),
    remarks: remarks.map((remark) => cleanReason(remark, clean)),
  };
}

/** Coefficients may be as small as 1e-9, so they keep their digits. */
function buildUsl(usl: UslReport): UslReport {
  return {
    sigma: estimate(usl.sigma, finite),
    kappa: estimate(usl.kappa, finite),
    lambda: estimate(usl.lambda, roundRate),
    peakPerSecond: roundRate(usl.peakPerSecond),
    peakInFlight: roundRate(usl.peakInFlight),
    measuredInFlight: roundRate(usl.measuredInFlight) ?? 0,
    points: usl.points,
  };
}
