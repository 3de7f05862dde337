/** The line under a list that is shown in part. */

import type { Status } from '../../result/document.ts';
import { othersText } from '../telling.ts';
import type { Ink } from '../terminal-ink.ts';

/** How many more there are, with their statuses where they have some, and how to see them; nothing where all are shown. */
export function restLines(count: number, ink: Ink, statuses: readonly Status[] = []): string[] {
  return count === 0 ? [] : [ink.faint(`${othersText(count, statuses)} (-v shows all)`)];
}
