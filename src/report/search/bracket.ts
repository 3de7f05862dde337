/** The capacity in words: between which rates it lies, what broke first, and who was at its limit. */

import { formatRate, formatRatio } from '../../core/units.ts';
import type { Reason, ResultDocument } from '../../result/document.ts';
import type { CapacityReport } from '../../verdict/capacity/report.ts';
import { shortages } from '../server/words.ts';
import { type Entry, entryLines, hanging, inset, section } from '../terminal/layout.ts';
import { reasonText } from '../terminal/verdict.ts';
import type { Ink } from '../terminal-ink.ts';

/** Who was at the end of its tether, in words. */
export const LIMITED_BY: Readonly<Record<NonNullable<CapacityReport['limitedBy']>, string>> = {
  server: 'the server, not this generator',
  generator: 'this generator: what the server can take beyond that is not known',
  'rate-cap': 'the highest rate that may be sent',
  budget: 'the time allowed',
};

/** The two ends of a bracket; a null one was not found. */
export interface Bracket {
  readonly heldPerSecond: number | null;
  readonly brokePerSecond: number | null;
}

/** `CAPACITY  between 317/s (held) and 345/s (broke by p99 < 250ms)`, and under it why that is not all. */
export function capacityLines({ verdict }: ResultDocument, capacity: CapacityReport, ink: Ink): string[] {
  const { status, reasons } = verdict;
  const paint = { pass: ink.good, fail: ink.bad, inconclusive: ink.unsure }[status];
  const badge = `${paint(ink.strong('CAPACITY'))}  `;
  const margin = ' '.repeat('CAPACITY  '.length);
  return [
    ...hanging(ink, badge, ink.plain(bracketText(capacity, capacity.brokeBy))),
    ...reasons.flatMap((reason) => hanging(ink, margin, reasonText(ink, reason))),
  ];
}

/** `between 317/s (held) and 345/s (broke by p99 < 250ms)`, with an end left out that is not known. */
export function bracketText(
  { heldPerSecond, brokePerSecond }: Bracket,
  brokeBy: string | null = null,
): string {
  const by = brokeBy === null ? '' : ` by ${brokeBy}`;
  if (heldPerSecond !== null && brokePerSecond !== null) {
    return `between ${formatRate(heldPerSecond)} (held) and ${formatRate(brokePerSecond)} (broke${by})`;
  }
  if (heldPerSecond !== null) return `at least ${formatRate(heldPerSecond)} (held); no rate broke`;
  if (brokePerSecond !== null) return `below ${formatRate(brokePerSecond)} (broke${by}); no rate held`;
  return 'not known: no rate held, and none broke';
}

/** The section of the capacity beside a launch answer, which has a headline of its own. */
export function bracketLines(capacity: CapacityReport, ink: Ink): string[] {
  return section(ink, 'Capacity', { beside: ink.plain(bracketText(capacity, capacity.brokeBy)) });
}

/** What the section of a search's upper end rests on. */
export interface Limitation {
  readonly capacity: CapacityReport;
  /** Findings that stand in the headline already. */
  readonly said: readonly Reason[];
  readonly servers: ResultDocument['servers'];
}

/** The section of what ended the search at its upper end, how fine the bracket is, and what was found on the way. */
export function limitationLines({ capacity, said, servers }: Limitation, ink: Ink): string[] {
  const { brokeBy, brokeTarget, limitedBy, widthRatio, precisionRatio, findings } = capacity;
  const target = brokeTarget === null ? '' : `, worst on target ${brokeTarget}`;
  const width = widthRatio === null ? '' : `${formatRatio(widthRatio)} of its upper end`;
  const entries: Entry[] = [
    ...entry('broke first', brokeBy === null ? '' : `${brokeBy}${target}`, ink),
    ...entry('limited by', limitedBy === null ? '' : LIMITED_BY[limitedBy], ink),
    ...entry('servers', brokeBy === null ? '' : shortages(servers).join('; '), ink),
    ...entry('width', width === '' ? '' : `${width}; ${formatRatio(precisionRatio)} was aimed at`, ink),
    ...findings
      .filter(({ code, text }) => !said.some((reason) => reason.code === code && reason.text === text))
      .map(({ code, text }): Entry => [ink.unsure(ink.plain(code)), ink.plain(text)]),
  ];
  const inner = inset(ink);
  return section(ink, 'At the limit', { lines: entryLines(inner, entries) });
}

function entry(name: string, text: string, ink: Ink): Entry[] {
  return text === '' ? [] : [[name, ink.plain(text)]];
}
