/** What the `load` section of a plan means, with the flags laid over it and every default filled in. */
import { formatDurationMs } from '../../core/units.ts';
import { type Connections, DEFAULTS, type Load, type Stage } from '../plan.ts';
import type { Issue } from '../position.ts';
import { isSteady, longestUndecidedMs, scheduledMs } from '../question/until-decided.ts';
import type { LoadInput } from './load.ts';

/** What the plan file says, and what the flags say. */
export interface LoadSources {
  readonly file: LoadInput;
  readonly flags: LoadInput;
}

/** Called with what is wrong, and in which of the two. */
export type Complain = (source: 'file' | 'flags', issue: Issue) => void;

/** What Node's timers can hold, in whole days. */
const LONGEST_MS = 24 * 86_400_000;

/** The length of a schedule; 0 when there is none. */
export function lengthOf(stages: readonly Stage[]): number {
  return stages.reduce((total, { durationMs }) => total + durationMs, 0);
}

/** Expected number of arrivals of a schedule. */
export function arrivalsOf(stages: readonly Stage[]): number {
  return stages.reduce((total, stage) => {
    const rate =
      stage.kind === 'constant' ? stage.ratePerSecond : (stage.fromPerSecond + stage.toPerSecond) / 2;
    return total + (rate * stage.durationMs) / 1000;
  }, 0);
}

/**
 * A schedule long enough for `requests` arrivals: a Poisson stream falls short of its mean by six standard
 * deviations once in 10^9 runs, and the run ends with the last of them anyway.
 */
function longEnoughMs(requests: number, ratePerSecond: number): number {
  return Math.ceil(((requests + 6 * Math.sqrt(requests) + 20) / ratePerSecond) * 1000);
}

/** The stages that a flag replaces as a whole are gone; what is left of the file is their length. */
function fileDuration({ file }: LoadSources): number | undefined {
  return file.duration ?? (file.stages === undefined ? undefined : lengthOf(file.stages.flat()));
}

function constant(sources: LoadSources, ratePerSecond: number): Stage[] {
  const { file, flags } = sources;
  const requests = flags.requests ?? file.requests;
  const durationMs =
    flags.duration ??
    (flags.requests === undefined ? fileDuration(sources) : undefined) ??
    (requests === undefined ? DEFAULTS.durationMs : longEnoughMs(requests, ratePerSecond));
  return [{ kind: 'constant', ratePerSecond, durationMs }];
}

/** One stage takes a new duration; of several it is not known which is meant. */
function stretched(stages: readonly Stage[], { flags }: LoadSources, complain: Complain): readonly Stage[] {
  const [only] = stages;
  if (flags.duration === undefined || only === undefined) return stages;
  if (stages.length === 1) return [{ ...only, durationMs: flags.duration }];
  complain('flags', {
    path: ['load', 'duration'],
    message: `the plan has ${stages.length} stages, and it is not known which of them should last that long`,
    hint: 'give a rate too, which replaces the stages, or edit the plan',
  });
  return stages;
}

function stagesOf(sources: LoadSources, complain: Complain): readonly Stage[] {
  const { file, flags } = sources;
  const stages = file.stages?.flat();
  if (flags.rate === undefined && stages !== undefined) return stretched(stages, sources, complain);
  return constant(sources, flags.rate ?? file.rate ?? DEFAULTS.ratePerSecond);
}

function connectionsOf({ file, flags }: LoadSources, isClosed: boolean): Connections {
  const given = file.connections ?? {};
  const lifetimeMs = given.lifetime === undefined ? DEFAULTS.connectionLifetimeMs : given.lifetime;
  const max = (isClosed ? undefined : flags.connections?.max) ?? given.max ?? null;
  return { max, lifetimeMs, freshRatio: given.fresh ?? 0 };
}

function settingsOf(
  sources: LoadSources,
  isClosed: boolean,
): Omit<Load, 'kind'> & { readonly requests: number | null } {
  const { file, flags } = sources;
  return {
    warmupMs: flags.warmup ?? file.warmup ?? DEFAULTS.warmupMs,
    drainMs: file.drain ?? null,
    connections: connectionsOf(sources, isClosed),
    workers: flags.workers ?? file.workers ?? null,
    requests: flags.requests ?? file.requests ?? null,
    maxDurationMs: flags.maxDuration ?? file.maxDuration ?? null,
    ...(isUntilDecided(sources) ? { untilDecided: true } : {}),
  };
}

function isUntilDecided({ file, flags }: LoadSources): boolean {
  return flags.untilDecided ?? file.untilDecided ?? false;
}

function closedLoad(sources: LoadSources): Load {
  const { file, flags } = sources;
  const settings = settingsOf(sources, true);
  const [minMs, maxMs] = file.closed?.think ?? [0, 0];
  const durationMs =
    flags.duration ??
    (flags.requests === undefined ? fileDuration(sources) : undefined) ??
    (settings.requests === null ? DEFAULTS.durationMs : null);
  const users = flags.connections?.max ?? file.closed?.users ?? DEFAULTS.users;
  return { kind: 'closed', users, think: { minMs, maxMs }, durationMs, ...settings };
}

function openLoad(sources: LoadSources, complain: Complain): Load {
  const { file, flags } = sources;
  const stages = stagesOf(sources, complain);
  const arrivals = flags.arrivals ?? file.arrivals ?? DEFAULTS.arrivals;
  if (arrivalsOf(stages) === 0) {
    const issue = {
      path: ['load', 'stages'],
      message: 'this schedule sends nothing',
      hint: 'give one stage a rate above 0',
    };
    complain('file', issue);
  }
  return { kind: 'open', arrivals, stages, ...settingsOf(sources, false) };
}

/** Where a setting came from: the flag if there is one. */
function sourceOf(sources: LoadSources, key: keyof LoadInput): 'file' | 'flags' {
  return sources.flags[key] === undefined ? 'file' : 'flags';
}

function checkLength(load: Load, sources: LoadSources, complain: Complain): void {
  const measuredMs = load.kind === 'closed' ? load.durationMs : lengthOf(load.stages);
  if (measuredMs === null) return;
  if (measuredMs + load.warmupMs > LONGEST_MS) {
    const key =
      sources.flags.rate !== undefined
        ? 'rate'
        : sources.flags.duration !== undefined
          ? 'duration'
          : 'requests';
    const message = `the run would take ${formatDurationMs(measuredMs + load.warmupMs)}, longer than 24 days`;
    complain(sourceOf(sources, key), {
      path: ['load', key],
      message,
      hint: 'a timer holds no more; run it in parts',
    });
  }
  if (load.maxDurationMs !== null && load.maxDurationMs < measuredMs && load.requests === null) {
    const message = `this is shorter than the schedule, which takes ${formatDurationMs(measuredMs)}`;
    const path = ['load', 'maxDuration'];
    complain(sourceOf(sources, 'maxDuration'), {
      path,
      message,
      hint: 'make it longer, or shorten the schedule',
    });
  }
}

/** A run that goes on until it is decided needs something that can go on, and an end. */
function boundUndecided(load: Load, sources: LoadSources, complain: Complain): Load {
  const durationMs = scheduledMs(load);
  const key = 'untilDecided';
  const path = ['load', key];
  if (load.requests !== null || durationMs === null) {
    complain(sourceOf(sources, key), {
      path,
      message: 'a number of requests ends this run, decided or not',
      hint: 'say how long it lasts instead (-d, duration), or drop one of the two',
    });
    return load;
  }
  if (load.kind === 'open' && !load.stages.some(isSteady)) {
    const message = 'the plan has only ramps, and no stage that could go on';
    complain(sourceOf(sources, key), { path, message, hint: 'add a stage of constant rate' });
  }
  const longestMs = Math.min(longestUndecidedMs(durationMs), LONGEST_MS - load.warmupMs);
  return { ...load, maxDurationMs: load.maxDurationMs ?? longestMs };
}

/**
 * The load of a run. Flags win over the file: a rate replaces the stages, a duration the length of the only stage,
 * and `-c` means users in a closed loop, connections in an open one. With neither, 30/s for 20 s.
 *
 * @param complain called once for each thing that does not fit; the load returned is then not to be used
 */
export function buildLoad(sources: LoadSources, complain: Complain): Load {
  const { file, flags } = sources;
  if (file.closed !== undefined && (flags.rate !== undefined || flags.arrivals !== undefined)) {
    const key = flags.rate === undefined ? 'arrivals' : 'rate';
    const message = 'the plan is a closed loop, which sends as fast as it is answered';
    complain('flags', { path: ['load', key], message, hint: 'drop the flag, or "closed" from the plan' });
  }
  const isClosed = file.closed !== undefined || flags.closed !== undefined;
  const load = isClosed ? closedLoad(sources) : openLoad(sources, complain);
  checkLength(load, sources, complain);
  return load.untilDecided === true ? boundUndecided(load, sources, complain) : load;
}
