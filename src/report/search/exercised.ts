/** The ledger of what real traffic does: what the trials did too, and what the answer does not cover. */

import type { LaunchReport } from '../../verdict/launch/report.ts';
import { type Entry, entryLines, inset, section } from '../terminal/layout.ts';
import { type Ink, markOf } from '../terminal-ink.ts';

/** The section of the ledger; what was not exercised comes first. */
export function exercisedLines({ exercised }: LaunchReport, ink: Ink): string[] {
  const sorted = [...exercised].sort((a, b) => Number(a.exercised) - Number(b.exercised));
  const entries = sorted.map(
    ({ id, exercised: isDone, text }): Entry => [
      `${markOf(ink, isDone ? 'pass' : 'not-applicable')}  ${ink.plain(id)}`,
      ink.plain(text),
    ],
  );
  return section(ink, 'Exercised', {
    beside: ink.faint(ink.plain('– is not covered by the answer')),
    lines: entryLines(inset(ink), entries),
  });
}
