/** A launch report as the document carries it: texts made safe, numbers rounded, keys in the schema's order. */

import type { LaunchReport, LaunchStep, SoakReport, SurgeReport } from '../verdict/launch/report.ts';
import { type Clean, cleanReason } from './capacity.ts';
import { finite, roundMs, roundRate } from './rounding.ts';

/** The report, fit for a file. What is not finite is null. */
export function buildLaunch(report: LaunchReport, clean: Clean): LaunchReport {
  const { users, headroom, growth, surge, soak } = report;
  return {
    answer: report.answer,
    askedPerSecond: roundRate(report.askedPerSecond) ?? 0,
    marginRatio: report.marginRatio,
    zones: report.zones,
    lose: report.lose,
    users:
      users === null
        ? null
        : { count: users.count, thinkMs: users.thinkMs, requestsPerVisit: users.requestsPerVisit },
    questions: report.questions.map((step) => buildStep(step, clean)),
    headroom: { low: finite(headroom.low), high: finite(headroom.high) },
    growth: { low: finite(growth.low), high: finite(growth.high) },
    surge: surge === null ? null : buildSurge(surge, clean),
    soak: soak === null ? null : buildSoak(soak, clean),
    exercised: report.exercised.map(({ id, exercised, text }) => ({ id, exercised, text: clean(text) })),
    accepted: report.accepted,
    reasons: report.reasons.map((reason) => cleanReason(reason, clean)),
  };
}

function buildStep({ id, ratePerSecond, label, text }: LaunchStep, clean: Clean): LaunchStep {
  return { id, ratePerSecond: roundRate(ratePerSecond) ?? 0, label, text: clean(text) };
}

function buildSurge(surge: SurgeReport, clean: Clean): SurgeReport {
  return {
    allowedMs: roundMs(surge.allowedMs) ?? 0,
    breachedMs: roundMs(surge.breachedMs),
    measuredMs: roundMs(surge.measuredMs) ?? 0,
    status: surge.status,
    text: clean(surge.text),
  };
}

function buildSoak(soak: SoakReport, clean: Clean): SoakReport {
  return {
    durationMs: roundMs(soak.durationMs) ?? 0,
    status: soak.status,
    driftRatio: finite(soak.driftRatio),
    driftProbability: finite(soak.driftProbability),
    text: clean(soak.text),
  };
}
