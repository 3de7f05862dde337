/** How the system took the peak at once, and for long. */

import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type { LaunchReport, SoakReport, SurgeReport } from '../../verdict/launch/report.ts';
import { formatNumber } from '../format.ts';
import { hanging, inset, section } from '../terminal/layout.ts';
import { type Ink, markOf } from '../terminal-ink.ts';

/** The section of the surge and the soak; empty when neither was asked for. */
export function enduranceLines({ surge, soak }: LaunchReport, ink: Ink): string[] {
  const inner = inset(ink);
  const lines = (lead: string, text: string, facts: string): string[] => [
    ...hanging(inner, lead, ink.plain(text)),
    ...(ink.verbose && facts !== '' ? [ink.faint(ink.plain(`          ${facts}`))] : []),
  ];
  return section(ink, 'All at once, and for long', {
    lines: [
      ...(surge === null
        ? []
        : lines(`${markOf(ink, surge.status)}  surge  `, surge.text, surgeFacts(surge))),
      ...(soak === null ? [] : lines(`${markOf(ink, soak.status)}  soak   `, soak.text, soakFacts(soak))),
    ],
  });
}

/** How long the surge was measured, and what was allowed. */
export function surgeFacts({ allowedMs, measuredMs }: SurgeReport): string {
  return `measured for ${formatDurationMs(measuredMs)} · ${formatDurationMs(allowedMs)} of breach allowed`;
}

/** How far the median drifted; '' when that is not known. */
export function soakFacts({ driftRatio, driftProbability }: SoakReport): string {
  if (driftRatio === null) return '';
  const drift = `${driftRatio < 0 ? '-' : '+'}${formatRatio(Math.abs(driftRatio))}`;
  const chance = driftProbability === null ? '' : `, p = ${formatNumber(driftProbability)} (Mann-Kendall)`;
  return `drift of the median ${drift}${chance}`;
}
