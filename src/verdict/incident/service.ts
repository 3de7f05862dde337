/** The incident of a service that is offline, wrong or slow. */

import { atMost } from '../../stats/binomial.ts';
import type { CheckState as StateName } from '../canary/report.ts';
import type { CanaryRun } from '../canary/run.ts';
import { requests } from '../objective/because.ts';
import type { ServiceIncident } from './incident.ts';
import { type Moment, recentDetail } from './moment.ts';
import { begun, isoOf, type Message, resolved, stillOpen, type Told, triggered } from './notice.ts';
import { badOf, endIndex, recentOf } from './places.ts';
import { isOutage, longestPoolMs, type Pooled, tallyOf } from './pool.ts';
import { allowedBy } from './promised.ts';

/** With less than this part of the requests that an incident took, a plan has become too gentle to tell its end. */
const POOLED_ENOUGH_RATIO = 0.5;

/** That so many requests are within the limit by chance, were they as bad as before, must be no likelier. */
const END_ALPHA = 0.001;

/** The same of an incident that was shown by runs together, which may last for weeks: each run is one more chance. */
const POOLED_END_ALPHA = 0.0001;

/** What was more places ago says little of how bad it is now. */
const END_PLACES = 60;

/**
 * The incident after a run, and what is told of it.
 *
 * It begins with a bad run that is the `fail.bad`-th of the last `fail.of` that saw it, or when runs taken together show a
 * breach. It is over after `recover` ok runs in a row; blind ones in between neither count nor reset. One that was shown
 * by runs together must besides show, over newest runs since its trigger, a ratio within the limit that would be a chance
 * of one in ten thousand at the ratio that showed it (or any within it over all of the longest time over which runs are
 * pooled, where a plan has become gentler since): ok runs alone say nothing there, for they were ok all the time. Outages
 * in between have ends of their own, and do not count, as they do not for its beginning. One that was shown by bad runs must besides show,
 * in good runs in a row, a ratio within the limit over so many requests as would be a chance of one in a thousand at the
 * ratio before them, and at that of the last bad run, for an outage may have become a partial one: of an outage any answer
 * is enough, but where one request of ten fails, two runs are good every few minutes, and each time would be an end and a
 * new beginning. A bad run changes what it is called, and is no
 * trigger of its own. While it flaps, its end is withheld; its reminders are not, for it is as open as any other.
 *
 * @param isFlapping after this run
 */
export function judgeService(
  moment: Moment,
  { pooled, isFlapping }: { readonly pooled: readonly Pooled[]; readonly isFlapping: boolean },
): Told<ServiceIncident> {
  const { before, run } = moment;
  const open = before.incidents.service;
  if (run.outcome === 'blind') return remindOf(moment, open);
  if (open === null) return begin(moment, pooled);
  const incident = renamed(moment, open, pooled);
  if (run.outcome === 'ok' && !isFlapping && isOver(moment, incident)) {
    const how = `is well again: ${moment.okInRow} good run${moment.okInRow === 1 ? '' : 's'} in a row`;
    return resolved(moment.teller, incident, { message: messageOf(moment, incident), how });
  }
  return remindOf(moment, incident);
}

/** The state of the check as it stands with an open incident, or none. */
export function nameOf(moment: Moment, service: ServiceIncident | null, isBroken: boolean): StateName {
  const { places, settings, before } = moment;
  if (service !== null) return isRecovering(moment, service) ? 'recovering' : 'firing';
  const fromIndex = before.incidents.service === null ? before.fromIndex : endIndex(places);
  if (badOf(places, settings, fromIndex).length > 0) return 'pending';
  const { blind, missing } = recentOf(places, settings);
  return isBroken || blind + missing >= settings.fail.bad ? 'unknown' : 'ok';
}

function begin(moment: Moment, pooled: readonly Pooled[]): Told<ServiceIncident> {
  const { run, places, settings, before, teller } = moment;
  const { fail } = settings;
  const bad = badOf(places, settings, before.fromIndex);
  const isShownByRuns = run.outcome === 'bad' && bad.length >= fail.bad;
  if (isShownByRuns) {
    const incident: ServiceIncident = {
      ...begun(teller, 'page', `${teller.check} ${run.text}`),
      fromMs: bad[0]?.atMs ?? run.atMs,
      kind: run.kind,
      indicator: run.indicator,
      pooled: null,
    };
    return triggered(teller, incident, messageOf(moment, incident));
  }
  const shown = worstOf(pooled);
  if (shown === null) return { incident: null, events: [] };
  const { text, count, bad: failing } = shown.finding;
  const incident: ServiceIncident = {
    ...begun(teller, 'page', summaryOf(teller.check, shown)),
    fromMs: shown.sinceMs,
    kind: shown.kind,
    indicator: text,
    pooled: { objective: text, requests: count, bad: failing },
  };
  return triggered(teller, incident, messageOf(moment, incident));
}

/** Failures before slowness, which they make look worse. */
function worstOf(pooled: readonly Pooled[]): Pooled | null {
  const shown = pooled.filter(({ finding }) => finding.status === 'fail');
  return shown.find(({ kind }) => kind !== 'slow') ?? shown[0] ?? null;
}

function summaryOf(check: string, { kind, finding: { text, because } }: Pooled): string {
  return `${check} ${kind === 'slow' ? 'is slow' : 'fails now and then'}: ${text} is breached, ${because}`;
}

/** By what a bad run showed; once runs are good again, by what they still show together. */
function renamed({ run, teller }: Moment, open: ServiceIncident, pooled: readonly Pooled[]): ServiceIncident {
  if (run.outcome === 'bad') {
    return { ...open, kind: run.kind, indicator: run.indicator, summary: `${teller.check} ${run.text}` };
  }
  const shown = pooled.find(
    ({ finding }) => finding.status === 'fail' && finding.text === open.pooled?.objective,
  );
  if (shown === undefined) return open;
  const summary = summaryOf(teller.check, shown);
  return { ...open, kind: shown.kind, indicator: shown.finding.text, summary };
}

function remindOf(moment: Moment, incident: ServiceIncident | null): Told<ServiceIncident> {
  if (incident === null || isRecovering(moment, incident)) return { incident, events: [] };
  return stillOpen(moment.teller, incident, messageOf(moment, incident));
}

function isRecovering(moment: Moment, incident: ServiceIncident): boolean {
  if (moment.okInRow === 0) return false;
  return incident.pooled === null || within(moment, incident).isWithin;
}

function isOver(moment: Moment, incident: ServiceIncident): boolean {
  if (moment.okInRow < moment.settings.recover) return false;
  if (incident.pooled === null) return isPast(moment, incident);
  const { isWithin, isEnough } = within(moment, incident);
  return isWithin && isEnough;
}

/** Whether the good runs since the last bad one are unlike those up to it, by each objective. */
function isPast({ known, run, teller }: Moment, { fromMs }: ServiceIncident): boolean {
  const runs = known.since(Math.max(fromMs, known.nowMs - END_PLACES * teller.everyMs));
  const goodFrom = runs.findLastIndex(({ outcome }) => outcome === 'bad') + 1;
  const [before, good] = [runs.slice(0, goodFrom), runs.slice(goodFrom)];
  return run.tallies.every(({ text }) => {
    const allowed = allowedBy(text);
    if (allowed === null) return true;
    const broken = [before, before.slice(-1)]
      .map((each) => sumOf(each, text))
      .filter(({ count, bad }) => bad > allowed * count);
    if (broken.length === 0) return true;
    const needed = Math.max(...broken.map(unlikelyFrom));
    return good.some((_, index) => {
      const { count, bad } = sumOf(good.slice(index), text);
      return count >= needed && bad <= allowed * count;
    });
  });
}

/** From so many requests on it is unlikely that none of them is bad. */
function unlikelyFrom({ count, bad }: { readonly count: number; readonly bad: number }): number {
  return bad < count ? Math.log(END_ALPHA) / Math.log1p(-bad / count) : 0;
}

function sumOf(runs: readonly CanaryRun[], text: string): { readonly count: number; readonly bad: number } {
  let [count, bad] = [0, 0];
  for (const run of runs) {
    const tally = tallyOf(run, text);
    count += tally.count;
    bad += tally.bad;
  }
  return { count, bad };
}

/**
 * Whether the newest runs since the trigger are within the limit, as many as showed that they were not, or fewer that are
 * unlike those; and whether they are enough to say so.
 */
function within(
  { known, run, settings }: Moment,
  { pooled, sinceMs }: ServiceIncident,
): { readonly isWithin: boolean; readonly isEnough: boolean } {
  const allowed = pooled === null ? null : allowedBy(pooled.objective);
  // An objective that is no longer asked for cannot hold anything up.
  const isAsked = run.outcome === 'blind' || run.tallies.some(({ text }) => text === pooled?.objective);
  if (pooled === null || allowed === null || !isAsked) return { isWithin: true, isEnough: true };
  const before = Math.min(1, pooled.bad === null ? 2 * allowed : pooled.bad / pooled.requests);
  const longestMs = longestPoolMs(settings.everyMs);
  const fromMs = Math.max(sinceMs + 1, known.nowMs - longestMs);
  let [count, bad, isWithin, isUnlike] = [0, 0, false, false];
  for (const one of [...known.since(fromMs)].reverse()) {
    if (count >= pooled.requests) break;
    const tally = tallyOf(one, pooled.objective);
    if (isOutage(tally)) continue;
    count += tally.count;
    bad += tally.bad;
    isWithin = count > 0 && bad <= allowed * count;
    isUnlike ||= isWithin && atMost(bad, { n: count, p: before }) <= POOLED_END_ALPHA;
  }
  const isVain = known.nowMs - sinceMs > longestMs && count < POOLED_ENOUGH_RATIO * pooled.requests;
  return { isWithin: isWithin || isUnlike, isEnough: isUnlike || isVain };
}

function messageOf(moment: Moment, { kind, indicator, pooled, fromMs }: ServiceIncident): Message {
  const { run } = moment;
  const shown = pooled === null ? [] : [['shown by', `${requests(pooled.requests)} of many runs`] as const];
  return {
    subject: 'service',
    kind,
    indicator,
    details: [
      ['indicator', indicator ?? 'none'],
      ['last run', `${run.text} (${run.failed} of ${requests(run.sent)} failed)`],
      recentDetail(moment),
      ...shown,
      ['first seen', isoOf(Math.min(fromMs, run.atMs))],
    ],
  };
}
