/** How the capacity changes with the latency limits: read off the same trials. */

import type { CapacityReport } from '../../verdict/capacity/report.ts';
import { type Entry, entryLines, inset, section } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';
import { bracketText } from './bracket.ts';

/** What limits scaled by a factor are called. */
export const LIMIT_NAMES: ReadonlyMap<number, string> = new Map([
  [0.5, 'half the limits'],
  [1, 'as asked'],
  [2, 'twice the limits'],
]);

/** The section of the scaled limits; empty without a latency objective. */
export function limitLines({ atLimits }: CapacityReport, ink: Ink): string[] {
  const entries = atLimits.map(
    (limit): Entry => [
      LIMIT_NAMES.get(limit.factor) ?? `${limit.factor} times the limits`,
      ink.plain(bracketText(limit)),
    ],
  );
  return section(ink, 'Capacity at other latency limits', {
    lines: entryLines(inset(ink), entries),
  });
}
