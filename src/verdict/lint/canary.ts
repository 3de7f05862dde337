/** A canary whose numbers do not fit each other. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import { canaryObjectives } from '../../plan/canary/canary-plan.ts';
import { checkName } from '../../plan/canary/check-name.ts';
import { failRuleText } from '../../plan/canary/fail-rule.ts';
import { longestLookMs } from '../../plan/canary/longest-look.ts';
import { CANARY, type CanarySettings } from '../../plan/canary/settings.ts';
import type { Plan } from '../../plan/plan.ts';
import { budgetOf, windowPairs } from '../../stats/burn/burn-rate.ts';
import { isMaintenance } from '../canary/maintenance.ts';
import type { LintFinding, LintPlace } from './finding.ts';

/** A rule that takes longer to fire is no pager. */
const SLOW_RULE_MS = 1_800_000;

/** What is wrong with the canary of a plan; nothing where it has none. */
export function lintCanary(plan: Plan, { nowMs, planFile }: LintPlace): LintFinding[] {
  const { canary } = plan;
  if (canary === undefined) return [];
  return [
    ...named(plan, planFile),
    ...tooLong(plan, canary),
    ...rule(canary),
    ...burnWindows(canary),
    ...reminder(canary),
    ...sameHost(plan, canary),
    ...past(canary, nowMs),
    ...always(canary, nowMs),
    ...unasked(plan, canary),
    ...unjudged(plan),
  ];
}

/** A name that is made of what is asked changes with it. */
function named(plan: Plan, planFile: string | null): LintFinding[] {
  const name = checkName(plan, planFile);
  if (name === checkName({ ...plan, targets: [] }, planFile)) return [];
  return [
    {
      code: 'check-without-name',
      severity: 'note',
      text: `The check is called "${name}" after what it asks: once a target changes it is another check, and nobody ends what is open under this name.`,
      remedy: 'add check: NAME to the canary, such as check: shop/checkout',
      path: ['canary'],
    },
  ];
}

function tooLong(plan: Plan, { everyMs }: CanarySettings): LintFinding[] {
  const longestMs = longestLookMs(plan);
  if (longestMs <= everyMs) return [];
  return [
    {
      code: 'run-longer-than-every',
      severity: 'warning',
      text: `Against a server that hangs one run takes ${formatDurationMs(longestMs)}, and the next is due after ${formatDurationMs(everyMs)}: it finds the check held and leaves.`,
      remedy: 'shorten the timeout or the run, or let more time lie between runs',
      path: ['canary', 'every'],
    },
  ];
}

function rule({ fail, everyMs, durationMs }: CanarySettings): LintFinding[] {
  const path = ['canary', 'fail'];
  const outageMs = fail.bad * everyMs + durationMs;
  const slow: LintFinding = {
    code: 'rule-too-slow',
    severity: 'warning',
    text: `"${failRuleText(fail)}" at one run each ${formatDurationMs(everyMs)} pages for a total outage after up to ${formatDurationMs(outageMs)}.`,
    remedy: 'run it more often, or let fewer bad runs fire',
    path,
  };
  const single: LintFinding = {
    code: 'rule-of-one',
    severity: 'warning',
    text: `"${failRuleText(fail)}" pages for a single bad run: a hiccup wakes somebody.`,
    remedy: 'let 2 of 3 or 3 of 5 bad runs fire',
    path,
  };
  return [...(outageMs > SLOW_RULE_MS ? [slow] : []), ...(fail.bad === 1 ? [single] : [])];
}

/** A burn rate fires on two bad runs in its short window at least, and never when more than all runs had to be bad. */
function burnWindows({ everyMs, periodMs, sloRatio }: CanarySettings): LintFinding[] {
  const pairs = windowPairs(periodMs);
  const idle = pairs.filter(({ shortMs }) => Math.floor(shortMs / everyMs) < 2);
  const vain = pairs.filter(({ factor }) => factor * budgetOf(sloRatio) > 1);
  const named = (list: typeof pairs): string =>
    list.map(({ factor, shortMs }) => `${formatFactor(factor)} (${formatDurationMs(shortMs)})`).join(', ');
  const severityOf = (list: typeof pairs): LintFinding['severity'] =>
    list.length === pairs.length ? 'warning' : 'note';
  const tooShort: LintFinding = {
    code: 'burn-window-too-short',
    severity: severityOf(idle),
    text: `Fewer than two runs fall into the short window of these burn rates, so that they never fire: ${named(idle)}.`,
    remedy: `run it at least every ${formatDurationMs(wholeMinutes(Math.min(...pairs.map(({ shortMs }) => shortMs)) / 2))} for all of them`,
    path: ['canary', 'every'],
  };
  const unreachable: LintFinding = {
    code: 'burn-rate-unreachable',
    severity: severityOf(vain),
    text: `Not even a total outage burns the budget of ${formatRatio(1 - sloRatio)} this fast: ${named(vain)}.`,
    remedy: 'promise more, or over a shorter period; the rule of bad runs still fires',
    path: ['canary', 'slo'],
  };
  return [...(idle.length > 0 ? [tooShort] : []), ...(vain.length > 0 ? [unreachable] : [])];
}

/** What a crontab can say, where that is not nothing. */
function wholeMinutes(ms: number): number {
  return ms < 60_000 ? ms : Math.floor(ms / 60_000) * 60_000;
}

function formatFactor(factor: number): string {
  return `${Number(factor.toPrecision(3))}x`;
}

/** Runs that are rarer than reminders usually are may each of them remind. */
function reminder({ remindMs, everyMs }: CanarySettings): LintFinding[] {
  if (remindMs === null || remindMs >= everyMs || everyMs >= (CANARY.remindMs ?? 0)) return [];
  return [
    {
      code: 'remind-below-every',
      severity: 'warning',
      text: `It reminds after ${formatDurationMs(remindMs)}, and runs each ${formatDurationMs(everyMs)}: each run of an incident tells again.`,
      remedy: `write a longer time, such as ${formatDurationMs(4 * everyMs)}, or never`,
      path: ['canary', 'remind'],
    },
  ];
}

function hostOf(url: string): string {
  return /^[a-z]+:\/\/(?:[^/?#]*@)?([^/?#:]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';
}

function sameHost({ targets }: Plan, { control }: CanarySettings): LintFinding[] {
  const host = control === null ? '' : hostOf(control);
  const shared = targets.find(({ url }) => host !== '' && hostOf(url) === host);
  if (shared === undefined) return [];
  return [
    {
      code: 'control-on-the-target',
      severity: 'warning',
      text: `The control is asked at the host of the target "${shared.name}": it fails with it, and an outage looks like a blind canary.`,
      remedy: 'name something that is up when the target is down, at another host',
      path: ['canary', 'control'],
    },
  ];
}

/** A note, since a plan must not begin to fail its lint by the mere passing of time. */
function past({ maintenance }: CanarySettings, nowMs: number): LintFinding[] {
  return maintenance.flatMap((window, index): LintFinding[] => {
    if (window.kind !== 'once' || window.toMs > nowMs) return [];
    const path = ['canary', 'maintenance', index];
    const text = `The maintenance window ${window.text} is over.`;
    return [{ code: 'maintenance-over', severity: 'note', text, remedy: 'remove it', path }];
  });
}

/** Weekly windows without a gap between them: looked at every few minutes, since most end with a quarter of an hour. */
function always({ maintenance }: CanarySettings, nowMs: number): LintFinding[] {
  const weekly = maintenance.filter(({ kind }) => kind === 'weekly');
  if (weekly.length === 0) return [];
  for (let atMs = nowMs; atMs < nowMs + WEEK_MS; atMs += WINDOW_STEP_MS) {
    if (!isMaintenance(weekly, atMs)) return [];
  }
  return [
    {
      code: 'always-in-maintenance',
      severity: 'error',
      text: 'The maintenance windows leave no time of the week: nobody is ever paged.',
      remedy: 'shorten them, or take the canary out of cron',
      path: ['canary', 'maintenance'],
    },
  ];
}

const WEEK_MS = 7 * 86_400_000;
const WINDOW_STEP_MS = 300_000;

/** Targets that most runs do not ask once. */
function unasked({ targets }: Plan, { durationMs, ratePerSecond }: CanarySettings): LintFinding[] {
  const requests = Math.floor((durationMs * ratePerSecond) / 1000);
  const all = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.flatMap(({ name, weight }, index): LintFinding[] => {
    const missed = (1 - weight / all) ** requests;
    if (missed < UNASKED_MAX) return [];
    return [
      {
        code: 'target-unasked',
        severity: 'warning',
        text: `A run of ${requests} requests leaves out the target "${name}" in ${Math.round(missed * 100)} % of all cases: what fails there is found late.`,
        remedy: 'raise its weight, send more in a run, or watch it with a check of its own',
        path: ['targets', index],
      },
    ];
  });
}

/** Share of runs that may leave out a target. */
const UNASKED_MAX = 0.05;

function unjudged(plan: Plan): LintFinding[] {
  const { leftOut, widened } = canaryObjectives(plan);
  const rate = formatRate(plan.canary?.ratePerSecond ?? 0);
  return [
    ...leftOut.map(
      ({ objective, why }): LintFinding => ({
        code: 'objective-left-out',
        severity: 'note',
        text: `The canary, at ${rate}, does not judge "${objective.text}", since ${why}.`,
        remedy: 'nothing to do, where another objective tells that something is wrong',
        path: ['objectives', plan.objectives.indexOf(objective)],
      }),
    ),
    ...widened.map(
      (objective): LintFinding => ({
        code: 'window-longer-than-run',
        severity: 'note',
        text: `No run of the canary lasts as long as the window of "${objective.text}": each run is judged as a whole.`,
        remedy: 'nothing to do; the history of the runs stands in for the window',
        path: ['objectives', plan.objectives.indexOf(objective)],
      }),
    ),
  ];
}
