/** How much traffic there was: rates, and the accounts as the sums that they are. */

import { formatBytes, formatRate } from '../../core/units.ts';
import type { ResultDocument, Totals } from '../../result/document.ts';
import { formatCount, formatNumber, plural } from '../format.ts';
import type { Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { flow, INDENT, section } from './layout.ts';

/** The section of the rates and the accounts. */
export function trafficLines({ totals }: ResultDocument, ink: Ink): string[] {
  const width = ink.width - INDENT;
  return section(ink, 'Rate', {
    lines: [
      ...flow(rateParts(totals), width),
      ...tableLines(accountRows(totals, ink), { aligns: 'rll' }),
      ...flow(otherParts(totals, ink), width).map((line) => ink.faint(line)),
    ],
  });
}

/** The rates: asked, sent, completed, good. */
export function rateParts({ ratePerSecond }: Totals): string[] {
  const { asked, sent, completed, good } = ratePerSecond;
  return [
    ...(asked === null ? [] : [`asked ${formatRate(asked)}`]),
    `sent ${formatRate(sent)}`,
    `completed ${formatRate(completed)}`,
    `good ${formatRate(good)}`,
  ];
}

function accountRows(totals: Totals, ink: Ink): string[][] {
  const { planned, sent, dropped, unsent, completed, broken, inFlight, failed } = totals;
  const dim = (count: number, noun: string, paint: (text: string) => string = ink.bad): string => {
    const text = noun === '' ? formatCount(count) : `${formatCount(count)} ${noun}`;
    return count === 0 ? ink.faint(text) : paint(text);
  };
  return [
    [
      formatCount(planned),
      'planned',
      `= ${formatCount(sent)} sent + ${dim(dropped, 'dropped')} + ${dim(unsent, 'unsent', ink.unsure)}`,
    ],
    [
      formatCount(sent),
      'sent',
      `= ${formatCount(completed)} completed + ${dim(broken, 'broken')} + ${dim(inFlight, 'in flight', ink.unsure)}`,
    ],
    [
      dim(failed, ''),
      'failed',
      `= ${dim(broken, 'broken')} + ${dim(failed - broken, 'completed against expectation')}`,
    ],
  ];
}

/** What else is known of the traffic, in parts. */
export function otherParts(totals: Totals, ink: Ink): string[] {
  const { warmup, warmupFailed, retried, redirects, cached, challenged, meanInFlight } = totals;
  const when = (count: number, text: string): string[] => (count > 0 ? [text] : []);
  return [
    ...(meanInFlight === null ? [] : [`${formatNumber(meanInFlight)} in flight on average`]),
    plural(totals.connectionsOpened, 'connection') + ' opened',
    `${plural(totals.reused, 'attempt')} on a reused one`,
    `${formatBytes(totals.bytesReceived)} received and ${formatBytes(totals.bytesSent)} sent in bodies`,
    ...when(warmup, `warm-up ${plural(warmup, 'attempt')}, ${formatCount(warmupFailed)} failed`),
    ...when(retried, `${formatCount(retried)} sent again on a fresh connection`),
    ...when(redirects, plural(redirects, 'redirect') + ' followed'),
    ...when(cached, `${formatCount(cached)} answered by a cache`),
    ...when(challenged, `${formatCount(challenged)} refused by a limiter or a challenge`),
  ].map(ink.plain);
}
