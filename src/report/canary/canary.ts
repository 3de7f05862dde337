/** A canary's run in the terminal: what it showed, where its check stands, what is left of the budget, who was told. */

import { formatDurationMs } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { BurnReport, CanaryReport, DeliveryReport } from '../../verdict/canary/report.ts';
import { plural } from '../format.ts';
import { shortageLines } from '../server/terminal.ts';
import { hanging, inset, section } from '../terminal/layout.ts';
import { contextParts } from '../terminal/verdict.ts';
import { type Ink, markOf } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import {
  BURN_STATUS,
  budgetSentence,
  DELIVERY_STATUS,
  OUTCOMES,
  outcomeSentence,
  shownTime,
  stateSentence,
} from './headline.ts';
import { windowText } from './page.ts';

/** The outcome and the state, the worst first; a blank before each section. */
export function canaryLines(result: ResultDocument, canary: CanaryReport, ink: Ink): string[] {
  const word = OUTCOMES[canary.outcome];
  const margin = ' '.repeat(word.length + 2);
  return [
    ...hanging(ink, `${paintOf(canary, ink)(ink.strong(word))}  `, ink.plain(outcomeSentence(canary))),
    ...hanging(ink, margin, ink.plain(stateSentence(canary))),
    ...shortageLines(result, margin, ink),
    ...canary.remarks.flatMap((remark) => hanging(ink, margin, ink.plain(remark))),
    ...hanging(ink, margin, ink.plain(contextParts(result).join(' · '))).map((line) => ink.faint(line)),
    ...incidentLines(canary, ink),
    ...deliveryLines(canary, ink),
    ...budgetLines(canary, ink),
    ...pooledLines(canary, ink),
    ...certificateLines(canary, ink),
  ];
}

function paintOf({ outcome }: CanaryReport, ink: Ink): (text: string) => string {
  return { ok: ink.good, bad: ink.bad, blind: ink.unsure }[outcome];
}

function incidentLines({ incidents }: CanaryReport, ink: Ink): string[] {
  const inner = inset(ink);
  const lines = incidents.flatMap(({ subject, severity, since, summary }) => [
    ...hanging(inner, `${ink.bad(ink.plain('✗'))} ${subject}  `, ink.plain(summary)),
    ink.faint(ink.plain(`  ${severity}, since ${shownTime(since)}`)),
  ]);
  return section(ink, 'Open incidents', { lines });
}

/** What a channel answered may be long: it wraps beside its event. */
function deliveryLines({ deliveries }: CanaryReport, ink: Ink): string[] {
  const events = tableLines(
    deliveries.map((each) => deliveryRow(each, ink)),
    { aligns: 'lllr' },
  );
  const inner = inset(ink);
  const lines = deliveries.flatMap(({ text }, index) =>
    hanging(inner, `${events[index] ?? ''}  `, ink.plain(text)),
  );
  return section(ink, 'Told', { lines });
}

function deliveryRow({ channel, subject, action, status, tookMs }: DeliveryReport, ink: Ink): string[] {
  return [
    `${markOf(ink, DELIVERY_STATUS[status])} ${ink.plain(channel)}`,
    ink.plain(`${action} ${subject}`),
    status,
    formatDurationMs(tookMs),
  ];
}

function budgetLines(canary: CanaryReport, ink: Ink): string[] {
  const { burns } = canary.budget;
  const told = burns.filter(({ status }) => status !== 'unknown' || ink.verbose);
  const lines = [
    ...hanging(inset(ink), '', ink.plain(budgetSentence(canary))),
    ...tableLines(
      told.map((burn) => burnRow(burn, ink)),
      { aligns: 'llll' },
    ),
  ];
  return section(ink, 'Error budget', { lines });
}

function burnRow({ factor, severity, long, short, status }: BurnReport, ink: Ink): string[] {
  return [
    `${markOf(ink, BURN_STATUS[status])} above ${factor}x`,
    severity,
    ink.plain(windowText(long)),
    ink.plain(windowText(short)),
  ];
}

function pooledLines({ pooled }: CanaryReport, ink: Ink): string[] {
  const inner = inset(ink);
  const lines = pooled.flatMap(({ text, status, because }) =>
    hanging(inner, `${markOf(ink, status)} ${ink.plain(text)}  `, ink.plain(because)),
  );
  return section(ink, 'Objectives over the kept runs', { lines });
}

function certificateLines({ certificate }: CanaryReport, ink: Ink): string[] {
  if (certificate === null) return [];
  const { validTo, daysLeft } = certificate;
  const text = `valid to ${shownTime(validTo)}, ${daysLeft < 0 ? 'over' : plural(Math.floor(daysLeft), 'day')} ${daysLeft < 0 ? '' : 'left'}`;
  return section(ink, 'Certificate', { beside: ink.plain(text.trimEnd()) });
}
