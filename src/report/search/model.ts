/** What a model of the server says: an explanation beside the evidence, never the verdict. */

import { formatRate } from '../../core/units.ts';
import type { ModelReport, UslReport } from '../../verdict/capacity/report.ts';
import { formatEstimate, formatNumber, plural } from '../format.ts';
import { type Entry, entryLines, inset, section } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';

/** The section of the models; empty when there is nothing to say. */
export function modelLines({ usl, kneePerSecond, remarks }: ModelReport, ink: Ink): string[] {
  const entries: Entry[] = [
    ...(usl === null ? [] : uslEntries(usl, ink)),
    ...(kneePerSecond === null
      ? []
      : [
          [
            'knee',
            `p99 bends near ${formatRate(kneePerSecond)}; that depends on the range of rates`,
          ] as const,
        ]),
    ...remarks.map(({ code, text }): Entry => [ink.unsure(ink.plain(code)), ink.plain(text)]),
  ];
  return section(ink, 'Model', {
    beside: ink.faint('an explanation; the verdict does not rest on it'),
    lines: entryLines(inset(ink), entries),
  });
}

function uslEntries(usl: UslReport, ink: Ink): Entry[] {
  const { sigma, kappa, lambda, points } = usl;
  const fit = [
    `Universal Scalability Law through ${plural(points, 'held point')}:`,
    `contention ${formatEstimate('score', sigma)},`,
    `crosstalk ${formatEstimate('score', kappa)},`,
    `${formatEstimate('per-second', lambda)} with one in flight`,
  ];
  return [
    ['peak', ink.plain(peakText(usl))],
    ['fit', ink.plain(fit.join(' '))],
  ];
}

/** Where the law puts the peak of the throughput, and whether that was measured. */
export function peakText({ peakPerSecond, peakInFlight, measuredInFlight }: UslReport): string {
  const measured = `${formatNumber(measuredInFlight)} in flight`;
  if (peakPerSecond === null || peakInFlight === null) return `none in sight; measured up to ${measured}`;
  const peak = `${formatRate(peakPerSecond)} with ${formatNumber(peakInFlight)} in flight`;
  return peakInFlight <= measuredInFlight
    ? `${peak}, within what was measured`
    : `${peak}, beyond what was measured (up to ${measured}): no evidence`;
}
