/** The checks of canaries in a history: where each stands, and how its last run went. */

import { OUTCOME_STATUS } from '../../verdict/canary/run.ts';
import { UNKNOWN } from '../format.ts';
import { hanging, INDENT, section } from '../terminal/layout.ts';
import { type Ink, markOf } from '../terminal-ink.ts';
import type { HistoryCheck, HistoryReport } from './model.ts';
import { whenText } from './moment.ts';

/** The section, with a blank before it; nothing where no canary ran. */
export function checkLines({ checks }: HistoryReport, ink: Ink): string[] {
  const inner = { ...ink, width: ink.width - INDENT };
  return section(ink, 'Canaries', { lines: checks.flatMap((each) => linesOf(each, inner)) });
}

function linesOf({ check, state, updatedAt, last, lastOkAt, waiting }: HistoryCheck, ink: Ink): string[] {
  const mark = markOf(ink, OUTCOME_STATUS[last?.outcome ?? 'blind']);
  const facts = [
    state ?? UNKNOWN,
    `last run ${whenText(updatedAt)} UTC`,
    lastOkAt === null ? 'no good run' : `last good one ${whenText(lastOkAt)} UTC`,
    ...(waiting === 0 ? [] : [`${waiting} to be told with the next run`]),
  ];
  return [
    ...hanging(ink, `${mark} `, ink.plain(`${check}  ${facts.join(', ')}`)),
    ...(last === null ? [] : hanging(ink, '  ', ink.plain(last.text)).map((line) => ink.faint(line))),
  ];
}
