/** Whether, and when, the canary notices that an objective is breached; and what would make it notice sooner. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import { canaryObjectives, settingsOf } from '../../plan/canary/canary-plan.ts';
import type { CanarySettings } from '../../plan/canary/settings.ts';
import { isLatency, type Objective, type Plan } from '../../plan/plan.ts';
import { type Detection, detectionOf, type Effect } from '../canary/detection.ts';
import { requests } from '../objective/because.ts';
import { claimOf, isShare } from '../objective/evidence.ts';
import type { LintFinding } from './finding.ts';

/** A breach is taken to be this many times what the objective allows. */
const BREACH_FACTOR = 2;

/** What is noticed later than that was seen by somebody else before: the long window of the second burn rate. */
const LATEST_MS = 6 * 3_600_000;

/** How much more than now may be proposed. */
const TIMES = [2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Times from one run to the next that may be proposed, s: those that cron can say, and two for other timers. */
const EVERY_S = [43_200, 21_600, 14_400, 7200, 3600, 1800, 1200, 900, 600, 300, 120, 60, 30, 15];

/** One canary's rate is gentle in any case below this; per second. */
const GENTLE_PER_SECOND = 50;

/** For each objective that a run is held against: when twice what it allows is noticed. Nothing without a canary. */
export function lintDetection(plan: Plan): LintFinding[] {
  if (plan.canary === undefined) return [];
  const { judged, leftOut } = canaryObjectives(plan);
  const kept = plan.objectives.filter((objective) => !leftOut.some((each) => each.objective === objective));
  return judged.flatMap((objective, index): LintFinding[] => {
    const effect = breachOf(objective);
    const written = kept[index];
    if (effect === null || written === undefined) return [];
    const path = ['objectives', plan.objectives.indexOf(written)];
    return [finding(plan, { objective, judged, effect, path })];
  });
}

/** The breach that is asked about; null where no share of requests decides. */
function breachOf(objective: Objective): Effect | null {
  if (!isShare(objective)) return null;
  const { q } = claimOf(objective, { count: 0, exceeded: 0, pending: 0 });
  const ratio = Math.min(1, BREACH_FACTOR * (1 - q));
  if (!(ratio > 0)) return null;
  if (isLatency(objective.indicator)) return { kind: 'slow', ratio, delayMs: objective.limit };
  return { kind: 'erroring', ratio, delayMs: 0 };
}

interface Asked extends Pick<LintFinding, 'path'> {
  readonly objective: Objective;
  /** All of the canary: the more there are, the more it takes for each to be sure. */
  readonly judged: readonly Objective[];
  readonly effect: Effect;
}

function noticed(
  plan: Plan,
  { judged, effect }: Asked,
  change: Partial<CanarySettings> = {},
): Detection | null {
  const settings = { ...settingsOf(plan), ...change };
  return detectionOf({ settings, objectives: judged, targets: plan.targets, effect });
}

function finding(plan: Plan, asked: Asked): LintFinding {
  const { effect, objective, path } = asked;
  const found = noticed(plan, asked);
  const what = effect.kind === 'slow' ? 'slow answers' : 'failures';
  const breach = `${formatRatio(effect.ratio)} of ${what}, twice what "${objective.text}" allows,`;
  if (found !== null && found.ms <= LATEST_MS) {
    const way = found.byRun ? 'by bad runs' : 'by all runs together';
    return {
      code: 'detection-time',
      severity: 'note',
      text: `The canary notices ${breach} after about ${formatDurationMs(coarse(found.ms))} and ${requests(found.requests)}, ${way}.`,
      remedy: 'nothing to do, where that is soon enough',
      path,
    };
  }
  const late =
    found === null
      ? 'never'
      : `only after about ${formatDurationMs(coarse(found.ms))} and ${requests(found.requests)}`;
  return {
    code: found === null ? 'canary-cannot-detect' : 'canary-detects-late',
    severity: found === null ? 'error' : 'warning',
    text: `The canary notices ${breach} ${late}.`,
    remedy: proposal(plan, asked),
    path,
  };
}

/** A rate or a length of one run with which the breach is noticed in time. */
function proposal(plan: Plan, asked: Asked): string {
  const { ratePerSecond, durationMs, everyMs } = settingsOf(plan);
  const isSoon = (change: Partial<CanarySettings>): boolean =>
    (noticed(plan, asked, change)?.ms ?? Infinity) <= LATEST_MS;
  const faster = TIMES.map((times) => times * ratePerSecond).find(
    (rate) => rate <= GENTLE_PER_SECOND && isSoon({ ratePerSecond: rate }),
  );
  const longer = TIMES.map((times) => times * durationMs).find(
    (length) => length <= everyMs / 2 && isSoon({ durationMs: length }),
  );
  const sooner = EVERY_S.map((seconds) => seconds * 1000).find(
    (every) => every < everyMs && every >= 2 * durationMs && isSoon({ everyMs: every }),
  );
  const ways = [
    ...(faster === undefined ? [] : [`rate: ${formatRate(faster)}`]),
    ...(longer === undefined ? [] : [`for: ${formatDurationMs(longer)}`]),
    ...(sooner === undefined ? [] : [`every: ${formatDurationMs(sooner)}`]),
  ];
  if (ways.length > 0) return `${ways.join(', or ')} would do within ${formatDurationMs(LATEST_MS)}`;
  return 'no gentle rate would do: let headroom run judge it, or give the canary an objective that allows more';
}

/** To the minute, since it is an estimate; what is shorter than a few minutes to the second. */
function coarse(ms: number): number {
  const step = ms >= 600_000 ? 60_000 : 1000;
  return Math.ceil(ms / step) * step;
}
