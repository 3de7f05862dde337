/** A canary's section of a page: open incidents, who was told, the error budget, and the objectives over many runs. */

import { formatDurationMs } from '../../core/units.ts';
import type { BurnWindow, CanaryReport } from '../../verdict/canary/report.ts';
import { formatCount } from '../format.ts';
import { card, moodText, paragraph, section, sentence, statusMark } from '../html/section.ts';
import { tableMarkup } from '../html/table.ts';
import { BURN_STATUS, budgetSentence, DELIVERY_STATUS, shownTime } from './headline.ts';

/** The section. */
export function canaryMarkup(canary: CanaryReport): string {
  return section(
    { id: 'canary', title: 'The check' },
    canary.remarks.map((remark) => paragraph(sentence(remark))).join(''),
    card(incidentTable(canary), 'Open incidents'),
    card(deliveryTable(canary), 'Told'),
    card(paragraph(sentence(budgetSentence(canary))) + burnTable(canary), 'Error budget'),
    card(pooledTable(canary), 'Objectives over all kept runs'),
  );
}

function incidentTable({ incidents }: CanaryReport): string {
  return tableMarkup({
    head: ['subject', 'severity', 'since', 'what'],
    aligns: 'lllw',
    rows: incidents.map(({ subject, severity, since, summary }) => [
      moodText('bad', subject),
      severity,
      shownTime(since),
      summary,
    ]),
  });
}

function deliveryTable({ deliveries }: CanaryReport): string {
  return tableMarkup({
    head: ['', 'channel', 'event', 'outcome', 'took', 'answer'],
    aligns: 'llllrw',
    rows: deliveries.map(({ status, channel, subject, action, tookMs, text }) => [
      statusMark(DELIVERY_STATUS[status]),
      channel,
      `${action} ${subject}`,
      status,
      formatDurationMs(tookMs),
      text,
    ]),
  });
}

function burnTable({ budget }: CanaryReport): string {
  return tableMarkup({
    head: ['', 'burns faster than', 'tells by', 'long window', 'short window'],
    aligns: 'lrlww',
    rows: budget.burns.map(({ status, factor, severity, long, short }) => [
      statusMark(BURN_STATUS[status]),
      `${factor}x`,
      severity,
      windowText(long),
      windowText(short),
    ]),
  });
}

/** `1h: 16.7x, 1 of 60 bad`. */
export function windowText({ windowMs, bad, runs, burn }: BurnWindow): string {
  const seen = burn === null ? 'no runs' : `${Number(burn.toFixed(1))}x, ${bad} of ${formatCount(runs)} bad`;
  return `${formatDurationMs(windowMs)}: ${seen}`;
}

function pooledTable({ pooled }: CanaryReport): string {
  return tableMarkup({
    head: ['', 'asked', 'against it', 'runs', 'why'],
    aligns: 'lwrrw',
    rows: pooled.map(({ status, text, bad, count, runs, because }) => [
      statusMark(status),
      text,
      `${formatCount(bad)} of ${formatCount(count)}`,
      formatCount(runs),
      sentence(because),
    ]),
  });
}
