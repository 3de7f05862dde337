/** The places for runs: when one was due, and what became of it. */

import type { CanarySettings } from '../../plan/canary/settings.ts';
import { FLAP_STATES, flapRatio } from '../../stats/burn/flap-ratio.ts';
import type { CanaryRun } from '../canary/run.ts';

/** What is known of a place: `idle`: a run fell into maintenance. */
export type Mark = 'ok' | 'bad' | 'blind' | 'idle';

/** A place in which a run started. */
export interface Place {
  /** Counts places from the first run on, also those in which none ran. */
  readonly index: number;
  /** Unix time of the first run in it, ms. */
  readonly atMs: number;
  readonly mark: Mark;
}

/** How often runs are due, and how long one takes. */
export type Rhythm = Pick<CanarySettings, 'everyMs' | 'durationMs' | 'fail'>;

/** The places with one more run, and how many were left empty before it. */
export interface Placed {
  readonly places: readonly Place[];
  readonly missed: number;
  /** The clock says that it ran before the one before it, and before the place of that. */
  readonly isBack: boolean;
}

/** The worst of several runs in one place counts. */
const WORST: readonly Mark[] = ['bad', 'ok', 'blind', 'idle'];

/**
 * Puts a run into its place. A place is `everyMs` long and counted from the run before, so that neither the jitter of
 * cron nor a loop that sleeps between runs adds up: a run that comes late by less than half a place plus its own length
 * is in the next one, and one within half a place shares it with the run before, also where its clock is that little
 * behind: two machines may share a history. After a longer step of the clock backwards
 * nobody knows how many places there were: as many as are looked at are taken as empty.
 */
export function placeRun(places: readonly Place[], run: CanaryRun, rhythm: Rhythm): Placed {
  const mark = markOf(run);
  const last = places.at(-1);
  if (last === undefined) return { places: [{ index: 0, atMs: run.atMs, mark }], missed: 0, isBack: false };
  const isBack = run.atMs - last.atMs <= -rhythm.everyMs / 2;
  const steps = isBack ? rhythm.fail.of + 1 : stepsOf(run.atMs - last.atMs, rhythm);
  if (steps === 0) {
    const worst = WORST.find((one) => one === mark || one === last.mark) ?? mark;
    return { places: [...places.slice(0, -1), { ...last, mark: worst }], missed: 0, isBack };
  }
  const next = { index: last.index + steps, atMs: run.atMs, mark };
  return { places: kept([...places, next], rhythm.fail.of), missed: steps - 1, isBack };
}

function markOf({ isMaintenance, outcome }: CanaryRun): Mark {
  return isMaintenance ? 'idle' : outcome;
}

function stepsOf(gapMs: number, { everyMs, durationMs }: Rhythm): number {
  if (gapMs < everyMs / 2) return 0;
  const slackMs = Math.min(durationMs, everyMs / 2);
  return Math.max(1, Math.ceil((gapMs - slackMs) / everyMs - 0.5));
}

/** As many as k-of-n and the flap ratio look at. */
function kept(places: readonly Place[], of: number): readonly Place[] {
  const newest = places.at(-1)?.index ?? 0;
  const known = places.filter(isKnown);
  const oldest = known.at(-Math.max(FLAP_STATES + 1, of))?.index ?? 0;
  return places.filter((place) => place.index > newest - of || (isKnown(place) && place.index >= oldest));
}

function isKnown({ mark }: Place): boolean {
  return mark === 'ok' || mark === 'bad';
}

/** The last runs that saw the service, and the last places, counted. */
export interface Recent {
  /** Of the last `of` that saw it. */
  readonly bad: number;
  readonly ok: number;
  /** Of the last `of` places. */
  readonly blind: number;
  /** None ran, or in maintenance. */
  readonly missing: number;
}

/** What the last runs showed, and how many of the last `fail.of` places showed nothing. */
export function recentOf(places: readonly Place[], rhythm: Pick<Rhythm, 'fail' | 'everyMs'>): Recent {
  const { of } = rhythm.fail;
  const seen = seenOf(places, rhythm, 0);
  const bad = seen.filter(({ mark }) => mark === 'bad').length;
  const newest = places.at(-1)?.index ?? 0;
  const due = places.filter(({ index }) => index > newest - of);
  const blind = due.filter(({ mark }) => mark === 'blind').length;
  return { bad, ok: seen.length - bad, blind, missing: of - blind - due.filter(isKnown).length };
}

/** The first place that may fire again once an incident is over: one with a bad run belongs to that incident. */
export function endIndex(places: readonly Place[]): number {
  const last = places.at(-1);
  return last === undefined ? 0 : last.index + (last.mark === 'bad' ? 1 : 0);
}

/** What was longer ago says nothing of now, unless runs come more seldom. */
const LONGEST_MS = 86_400_000;

/**
 * The last `fail.of` places in which a run saw the service, oldest first. Blind runs, maintenance and places without a run
 * do not count: a cron that starts every fifth run that is due would otherwise never fire. Nor does what is later than
 * now: after a step of the clock nobody knows how long ago it was.
 */
function seenOf(
  places: readonly Place[],
  { fail, everyMs }: Pick<Rhythm, 'fail' | 'everyMs'>,
  fromIndex: number,
): readonly Place[] {
  return knownNow(places, { fail, everyMs })
    .filter(({ index }) => index >= fromIndex)
    .slice(-fail.of);
}

/** The places in which a run saw the service, as far as they say anything of now. */
function knownNow(
  places: readonly Place[],
  { fail, everyMs }: Pick<Rhythm, 'fail' | 'everyMs'>,
): readonly Place[] {
  const nowMs = places.at(-1)?.atMs ?? 0;
  const sinceMs = nowMs - Math.max(LONGEST_MS, (fail.of + 1) * paceOf(places, { everyMs }));
  return places.filter((place) => isKnown(place) && place.atMs > sinceMs && place.atMs <= nowMs);
}

/** So many of the last times between runs say how often they really come. */
export const PACE_RUNS = 5;

/**
 * How often runs really come, ms: as often as is due, or as the cron starts them that is slower, by the median of the
 * last few times between two. One long gap says nothing. At most a day, unless they are due more seldom: who looks by
 * hand now and then keeps no pace.
 */
export function paceOf(places: readonly Place[], { everyMs }: Pick<Rhythm, 'everyMs'>): number {
  const last = places.slice(-PACE_RUNS - 1);
  const steps = last.slice(1).map(({ index }, at) => index - (last[at]?.index ?? index));
  const median = steps.sort((a, b) => a - b)[(steps.length - 1) >> 1] ?? 1;
  return Math.max(everyMs, Math.min(LONGEST_MS, median * everyMs));
}

/** The bad ones among the last `fail.of` runs that saw the service, oldest first. @param fromIndex places before it count for nothing */
export function badOf(
  places: readonly Place[],
  rhythm: Pick<Rhythm, 'fail' | 'everyMs'>,
  fromIndex: number,
): readonly Place[] {
  return seenOf(places, rhythm, fromIndex).filter(({ mark }) => mark === 'bad');
}

/**
 * Weighted share of changes between ok and bad over the last known places, 0..1; null with fewer than two. As for
 * {@link badOf}, what was longer ago than a day does not count, unless runs come more seldom.
 */
export function restlessness(
  places: readonly Place[],
  rhythm: Pick<Rhythm, 'fail' | 'everyMs'>,
): number | null {
  const known = knownNow(places, rhythm);
  return known.length < 2 ? null : flapRatio(known.map(({ mark }) => mark === 'ok'));
}
