/** What is known of a rate, as a mark and as a word: never by colour alone. */

import type { RateLabel } from '../../verdict/capacity/report.ts';
import { type Ink, markOf } from '../terminal-ink.ts';

const STATUS = { held: 'pass', broken: 'fail', undecided: 'inconclusive' } as const;
const WORD = { held: 'held', broken: 'broke', undecided: 'undecided' } as const;

/** ✓ held, ✗ broken, ? undecided, – not tested (null); in its colour. */
export function labelMark(ink: Ink, label: RateLabel | null): string {
  return markOf(ink, label === null ? 'not-applicable' : STATUS[label]);
}

/** `✓ held   ? undecided   ✗ broke`, for what explains a picture or a table. */
export function labelLegend(ink: Ink): string {
  const labels = ['held', 'undecided', 'broken'] as const;
  return labels.map((label) => `${labelMark(ink, label)} ${ink.faint(WORD[label])}`).join('  ');
}
