/** The incident of an error budget that goes too fast by failures too sparse for k of n. */

import { formatDurationMs, formatRatio } from '../../core/units.ts';
import { budgetOf } from '../../stats/burn/burn-rate.ts';
import type { BudgetReport, BurnReport } from '../canary/report.ts';
import { COVERAGE_MIN } from './budget.ts';
import type { BudgetIncident } from './incident.ts';
import type { Moment } from './moment.ts';
import { begun, type Message, resolved, stillOpen, type Told, triggered } from './notice.ts';

/** That so many good runs come in a row by chance, were the bad ones as frequent as before, must be no likelier. */
const END_ALPHA = 0.05;

/**
 * The incident after a run, and what is told of it. It begins with the fastest pair that burns; a ticket becomes a page
 * by one more trigger on the same key when a pair burns that pages. It is over when no pair burns, the one that burnt
 * last is known, and so many good runs came in a row as would be a chance of 5 % at the lower bound of the ratio at which
 * it burnt: sparse failures leave the short windows now and again, and each time would otherwise be an end and a new
 * beginning.
 *
 * While a service incident is open nothing is said: somebody is there already. Nor is anything after a blind run. A bad run
 * begins nothing and makes no page of a ticket, since it may be the beginning of an outage, which k of n tells of: the
 * good one after it does.
 *
 * @param budget at {@link budgetMoment}, without the bad runs of service incidents, where it is about pages: one outage must not page twice
 * @param isServiceOpen after this run
 */
export function judgeBudget(
  moment: Moment,
  { budget, isServiceOpen }: { readonly budget: BudgetReport; readonly isServiceOpen: boolean },
): Told<BudgetIncident> {
  const { before, run, teller } = moment;
  const open = before.incidents.budget;
  if (run.outcome === 'blind' || isServiceOpen) return { incident: open, events: [] };
  const [fastest] = budget.burns.filter(({ status }) => status === 'burning');
  const message = messageOf(budget);
  if (fastest === undefined) {
    if (open === null || !isOver(moment, open, budget)) return { incident: open, events: [] };
    return resolved(teller, open, { message, how: 'no longer spends its error budget too fast' });
  }
  const isHeld = run.outcome === 'bad';
  const burning = { longMs: fastest.long.windowMs, badRatio: lowRatio(fastest, budget) };
  if (open === null) {
    if (isHeld) return { incident: null, events: [] };
    const incident = { ...begun(teller, fastest.severity, summaryOf(teller.check, fastest)), ...burning };
    return triggered(teller, incident, message);
  }
  if (open.severity === 'ticket' && fastest.severity === 'page') {
    if (isHeld) return { incident: open, events: [] };
    const summary = summaryOf(teller.check, fastest);
    const incident = { ...open, ...burning, severity: fastest.severity, summary, toldMs: run.atMs };
    return triggered(teller, incident, message);
  }
  const going = { ...open, ...burning };
  // What woke somebody has slowed down: the morning will do.
  return fastest.severity === open.severity
    ? stillOpen(teller, going, message)
    : { incident: going, events: [] };
}

/**
 * The run at which windows end that tell: the bad one before a good one, since nothing was told of it then, and a window
 * with room for two runs would have lost the first of two bad ones by now. Else the present one. Unix time, ms.
 */
export function budgetMoment({ known, run, teller }: Moment): number {
  const before = known.since(run.atMs - BACK_PLACES * teller.everyMs).at(-2);
  return run.outcome === 'ok' && before?.outcome === 'bad' ? before.atMs : run.atMs;
}

/** Blind runs may lie between a bad run and the good one after it. */
const BACK_PLACES = 3;

function lowRatio({ long }: BurnReport, { sloRatio }: BudgetReport): number {
  return Math.min(1, (long.low ?? 0) * budgetOf(sloRatio));
}

function isOver(
  { okInRow, settings: { everyMs }, teller }: Moment,
  open: BudgetIncident,
  budget: BudgetReport,
): boolean {
  const pair = budget.burns.find(({ long }) => long.windowMs === open.longMs);
  // What runs that come too seldom can never tell must not hold it open for good.
  const isVain = teller.everyMs * COVERAGE_MIN > everyMs;
  const isKnown = pair === undefined || pair.status === 'ok' || pair.short.windowMs < 2 * everyMs || isVain;
  const needed = Math.log(END_ALPHA) / Math.log1p(-open.badRatio);
  return isKnown && okInRow >= needed;
}

function summaryOf(check: string, { long, short }: BurnReport): string {
  const { runs, bad, burn, windowMs } = long;
  const share = `${bad} of ${runs} runs (${formatRatio(bad / runs)}) were bad within ${formatDurationMs(windowMs)}`;
  const rate = `${timesOf(burn)} as fast as it may, and ${timesOf(short.burn)} within ${formatDurationMs(short.windowMs)}`;
  return `${check} spends its error budget ${rate}: ${share}`;
}

function timesOf(burn: number | null): string {
  return burn === null ? 'unknown times' : `${Number(burn.toPrecision(3))} times`;
}

function messageOf({ burns, sloRatio, leftRatio, exhaustionMs }: BudgetReport): Message {
  const told = burns
    .filter(({ status }) => status === 'burning')
    .map(({ long, factor }) => {
      const value = `${timesOf(long.burn)}, at least ${timesOf(long.low)}; tells from ${Number(factor.toPrecision(3))} on`;
      return [`burn within ${formatDurationMs(long.windowMs)}`, value] as const;
    });
  return {
    subject: 'budget',
    details: [
      ['promised', `${formatRatio(sloRatio)} of runs good`],
      ...told,
      ...(leftRatio === null ? [] : [['budget left', formatRatio(leftRatio)] as const]),
      ...(exhaustionMs === null ? [] : [['spent in', formatDurationMs(exhaustionMs)] as const]),
    ],
  };
}
