/** What can be wrong with objectives in the plan that they belong to: their targets, their windows, the agreement. */

import { formatDurationMs } from '../../core/units.ts';
import { looserFault } from '../agreement.ts';
import type { Load, Objective, OpenLoad, Plan } from '../plan.ts';
import { type Issue, suggestion } from '../position.ts';
import type { Complain } from '../section/schedule.ts';
import { type ServersKnown, unseenServerFault } from './server-objectives.ts';
import { sentLoad } from './until-decided.ts';

/** Below this a window holds too little of the series that it is cut from, ms. */
const SHORTEST_WINDOW_MS = 1000;

/** Says what is wrong with the objective at an index. */
type Say = (index: number, issue: Omit<Issue, 'path'>) => void;

/** Where objectives come from, and where they are judged. */
export interface ObjectiveSetting extends ServersKnown {
  /** An agreement is the file's in any case. */
  readonly source: 'file' | 'flags';
  /** What the windows of a run must fit into; trials of a search are made to fit them, a canary goes without. */
  readonly load: Load;
  readonly purpose: 'run' | 'search' | 'canary';
}

/** Complains about objectives and agreement. */
export function checkObjectives(plan: Plan, setting: ObjectiveSetting, complain: Complain): void {
  const { source, purpose } = setting;
  const load = purpose === 'run' ? setting.load : null;
  const names = plan.targets.map(({ name }) => name);
  const onObjective: Say = (index, issue) => complain(source, { path: ['objectives', index], ...issue });
  const onPromise: Say = (index, issue) => complain('file', { path: ['agreement', index], ...issue });
  checkScopes(plan.objectives, names, onObjective);
  checkScopes(plan.agreement, names, onPromise);
  if (purpose === 'search') refuseRelative(plan.objectives, SEARCHED, onObjective);
  refuseRelative(plan.agreement, PROMISED, onPromise);
  checkServers(plan.objectives, setting, onObjective);
  refuseServers(plan.agreement, PROMISED_SERVER, onPromise);
  checkWindows(plan.objectives, load, onObjective);
  checkWindows(plan.agreement, load, onPromise);
  for (const [index, promise] of plan.agreement.entries()) {
    const fault = looserFault(promise, plan.objectives);
    if (fault !== null) onPromise(index, fault);
  }
}

const SEARCHED = {
  message: 'a search sets its own rates, and no earlier run says what is usual at them',
  hint: 'give a fixed limit, such as "p99 < 250ms"; objectives relative to a baseline are for headroom run',
};

const PROMISED = {
  message: 'an agreement is a promise to clients, who know no baseline',
  hint: 'give a fixed limit, such as "p99 < 500ms"',
};

const SEARCHED_SERVER = {
  message: 'a search looks at no server',
  hint: 'leave it out: objectives about servers go with headroom run and headroom canary',
};

const PROMISED_SERVER = {
  message: 'an agreement is a promise to clients, who see no server',
  hint: 'make it an objective',
};

function checkServers(objectives: readonly Objective[], setting: ObjectiveSetting, say: Say): void {
  if (setting.purpose === 'search') return refuseServers(objectives, SEARCHED_SERVER, say);
  for (const [index, objective] of objectives.entries()) {
    const fault = unseenServerFault(objective, setting);
    if (fault !== null) say(index, fault);
  }
}

function refuseServers(
  objectives: readonly Objective[],
  fault: Pick<Issue, 'message' | 'hint'>,
  say: Say,
): void {
  for (const [index, { indicator }] of objectives.entries()) {
    if (indicator.kind === 'server') say(index, { ...fault, offset: 0 });
  }
}

/** Refuses limits relative to a baseline where there is none. */
function refuseRelative(
  objectives: readonly Objective[],
  fault: Pick<Issue, 'message' | 'hint'>,
  say: Say,
): void {
  for (const [index, { baseline, text }] of objectives.entries()) {
    if (baseline !== undefined) say(index, { ...fault, offset: text.toLowerCase().lastIndexOf('baseline') });
  }
}

function checkScopes(objectives: readonly Objective[], names: readonly string[], say: Say): void {
  for (const [index, { target }] of objectives.entries()) {
    if (target === null || names.includes(target)) continue;
    const hint = suggestion(target, names, `the targets are ${names.slice(0, 8).join(', ')}`);
    say(index, { message: `there is no target "${target}"`, hint, offset: 0 });
  }
}

/** A window is judged within a stage of constant rate, so one of them must hold it. */
function checkWindows(objectives: readonly Objective[], load: Load | null, say: Say): void {
  const longestMs = load === null ? Infinity : longestSteadyMs(sentLoad(load));
  for (const [index, { windowMs, text }] of objectives.entries()) {
    const fault = windowMs === null ? null : windowFault(windowMs, longestMs);
    if (fault === null) continue;
    const found = /\sfor\s+\S.*$/i.exec(text);
    say(index, { ...fault, offset: (found?.index ?? -1) + 1 });
  }
}

function windowFault(windowMs: number, longestMs: number): Pick<Issue, 'message' | 'hint'> | null {
  const length = formatDurationMs(windowMs);
  if (windowMs < SHORTEST_WINDOW_MS) {
    return { message: `a window of ${length} is too short to be judged`, hint: 'write at least "for 1s"' };
  }
  if (windowMs <= longestMs) return null;
  if (longestMs === 0) {
    return {
      message: `a window of ${length} needs a stage of constant rate, and the plan has none`,
      hint: `add { rate: 100/s, for: ${length} } to the stages`,
    };
  }
  const longest = formatDurationMs(longestMs);
  return {
    message: `a window of ${length} fits into no stage: the longest of constant rate lasts ${longest}`,
    hint: `write at most "for ${longest}", or make the load last longer`,
  };
}

/** Longest time at one rate, ms; Infinity for a closed loop that a number of requests ends. */
function longestSteadyMs(load: Load): number {
  return load.kind === 'closed' ? (load.durationMs ?? Infinity) : Math.max(0, ...steadyLengths(load));
}

/** Neighbouring stages of one rate are one stretch; a ramp is none, nor is a pause. */
function steadyLengths({ stages }: OpenLoad): number[] {
  let sumMs = 0;
  let rate = 0;
  return stages.map((stage) => {
    const own = stage.kind === 'constant' ? stage.ratePerSecond : 0;
    sumMs = own > 0 ? stage.durationMs + (own === rate ? sumMs : 0) : 0;
    rate = own;
    return sumMs;
  });
}
