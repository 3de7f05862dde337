/** The verdict and its reasons, and under it one line on what was run: what a reader must see first. */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { Reason, ResultDocument, Status } from '../../result/document.ts';
import { shortageLines } from '../server/terminal.ts';
import { tellingReasons } from '../telling.ts';
import type { Ink } from '../terminal-ink.ts';
import { hanging, wrap } from './layout.ts';
import { restLines } from './rest.ts';

/** The word for a status. */
export const WORDS: Readonly<Record<Status, string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
};

/** The verdict, a stop before the end, and the facts of the run. */
export function verdictLines(result: ResultDocument, ink: Ink): string[] {
  return [
    ...badgeLines(result.verdict, fallbackReason(result), ink),
    ...shortageLines(result, ' '.repeat(WORDS[result.verdict.status].length + 2), ink),
    ...stopLines(result, ink),
    ...wrap(contextText(result, ink), ink.width).map((line) => ink.faint(line)),
  ];
}

/** `FAIL  sentence (CODE)`, a line for each of the first reasons, unless verbose; `fallback` is the sentence when there is none. */
export function badgeLines(verdict: ResultDocument['verdict'], fallback: string, ink: Ink): string[] {
  const { status, reasons } = verdict;
  const { shown, others } = tellingReasons(reasons.length === 0 ? [{ code: '', text: fallback }] : reasons);
  const paint = { pass: ink.good, fail: ink.bad, inconclusive: ink.unsure }[status];
  const badge = `${paint(ink.strong(WORDS[status]))}  `;
  const margin = ' '.repeat(WORDS[status].length + 2);
  const said = ink.verbose ? [...shown, ...others] : shown;
  return [
    ...said.flatMap((reason, index) => hanging(ink, index === 0 ? badge : margin, reasonText(ink, reason))),
    ...restLines(ink.verbose ? 0 : others.length, ink).map((line) => margin + line),
  ];
}

/** `sentence (CODE)`, safe to print. */
export function reasonText(ink: Ink, { code, text }: Reason): string {
  return ink.plain(code === '' ? text : `${text} (${code})`);
}

/** What is said when a verdict has no reason. */
export function fallbackReason({ verdict, objectives }: ResultDocument): string {
  if (verdict.status !== 'pass') return 'no reason was given';
  if (objectives.length === 1) return 'the objective holds';
  return objectives.length === 2 ? 'both objectives hold' : `all ${objectives.length} objectives hold`;
}

/** Who stopped the run, unless a reason of the verdict that is shown says it already. */
export function stopLines({ stopped, verdict: { reasons } }: ResultDocument, ink: Ink): string[] {
  const said = ink.verbose ? reasons : tellingReasons(reasons).shown;
  if (stopped === null || said.some(({ text }) => text.includes(stopped.text))) return [];
  return hanging(ink, `${ink.unsure('stopped early')}  `, ink.plain(`${stopped.text} (by ${stopped.by})`));
}

function contextText(result: ResultDocument, ink: Ink): string {
  return ink.plain(contextParts(result).join(' · '));
}

/** What was run, when, and how it ended, in parts. */
export function contextParts({ durationMs, totals, startedAt, exitCode }: ResultDocument): string[] {
  const asked = totals.ratePerSecond.asked;
  return [
    asked === null ? 'closed loop' : `open loop at ${formatRate(asked)}`,
    `measured ${formatDurationMs(durationMs)}`,
    startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'),
    `exit code ${exitCode}`,
  ];
}
