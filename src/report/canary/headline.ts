/** A canary's run in one line, and what it means within its history in another. */

import { formatDurationMs } from '../../core/units.ts';
import type { Status } from '../../result/document.ts';
import type { BurnReport, CanaryReport, DeliveryReport } from '../../verdict/canary/report.ts';
import { plural } from '../format.ts';

/** The word for how a run went. */
export const OUTCOMES: Readonly<Record<CanaryReport['outcome'], string>> = {
  ok: 'OK',
  bad: 'BAD',
  blind: 'BLIND',
};

/** What became of an event, in the words of verdicts. */
export const DELIVERY_STATUS: Readonly<Record<DeliveryReport['status'], Status>> = {
  accepted: 'pass',
  spooled: 'inconclusive',
  refused: 'fail',
};

/** How a pair of windows stands, in the words of verdicts. */
export const BURN_STATUS: Readonly<Record<BurnReport['status'], Status>> = {
  ok: 'pass',
  burning: 'fail',
  unknown: 'inconclusive',
};

/** What the run showed: the check's name, and a sentence. */
export function outcomeSentence({ check, text }: Pick<CanaryReport, 'check' | 'text'>): string {
  return `${check} ${text}`;
}

/** Where the check stands, as a sentence without its full stop. */
export function stateSentence(canary: CanaryReport): string {
  const { state, recent, isMaintenance } = canary;
  const { of, toFire, bad, ok, blind, missing } = recent;
  const unseen = [...(blind > 0 ? [`${blind} blind`] : []), ...(missing > 0 ? [`${missing} unknown`] : [])];
  const due = unseen.length === 0 ? '' : `; of the last ${of} due ${unseen.join(', ')}`;
  const parts = [
    `${state} since ${shownTime(canary.since)}`,
    `of the last ${plural(of, 'run')} ${bad} bad, ${ok} good (${toFire} bad ${toFire === 1 ? 'fires' : 'fire'})${due}`,
  ];
  const sentence = [...(isMaintenance ? ['in maintenance'] : []), ...parts].join(': ');
  return canary.outcome === 'ok' ? sentence : `${sentence}; ${lastOkText(canary)}`;
}

function lastOkText({ lastOk }: CanaryReport): string {
  return lastOk === null ? 'no good run is known' : `the last good one began ${shownTime(lastOk)}`;
}

/** `2026-11-28 10:00:00 UTC`. */
export function shownTime(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}

/** How much of the error budget is left, as a sentence without its full stop. */
export function budgetSentence({ budget, everyMs }: CanaryReport): string {
  const { sloRatio, periodMs, leftRatio, exhaustionMs } = budget;
  const promise = `${trimmed(sloRatio * 100)}% of runs good over ${days(periodMs)}`;
  if (leftRatio === null)
    return `${promise}: too few runs are known to say what is left (one every ${formatDurationMs(everyMs)})`;
  const left = `${promise}: ${trimmed(leftRatio * 100)}% of the budget is left`;
  return exhaustionMs === null ? left : `${left}, spent in ${longTime(exhaustionMs)} at the present rate`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(value >= 99 ? 3 : 1)));
}

function days(ms: number): string {
  return ms % 86_400_000 === 0 ? plural(ms / 86_400_000, 'day') : formatDurationMs(ms);
}

/** Days where there are several, else as any duration. */
export function longTime(ms: number): string {
  return ms >= 172_800_000 ? plural(Math.round(ms / 86_400_000), 'day') : formatDurationMs(ms);
}
