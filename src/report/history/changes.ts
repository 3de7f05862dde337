/** Where the indicators of a plan changed, in words. */

import { formatDuration, formatIn, formatNumber, plural } from '../format.ts';
import { hanging } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';
import { CHANGE_RUNS, type HistoryChange, type PlanHistory } from './model.ts';
import { whenText } from './moment.ts';

/** Lines about the changes; none when they were not looked for. */
export function changeLines({ changes, searched = 0 }: PlanHistory, ink: Ink): string[] {
  if (changes === undefined) return [];
  if (changes.length === 0) return hanging(ink, '', ink.plain(noneText(searched))).map(ink.faint);
  return changes.flatMap((change) => {
    const isWorse = change.to > change.from;
    const lead = isWorse ? ink.bad(ink.plain('▲')) : ink.good(ink.plain('▼'));
    return hanging(ink, `${lead} `, ink.plain(sentence(change)));
  });
}

function noneText(searched: number): string {
  const needed = 2 * CHANGE_RUNS;
  return searched < needed
    ? `a change takes ${needed} runs to show, and there ${searched === 1 ? 'is 1' : `are ${searched}`}`
    : `no change is shown in ${plural(searched, 'run')}`;
}

function sentence(change: HistoryChange): string {
  const { indicator, startedAt, commit, from, to, ratio, probability } = change;
  const value = indicator === 'errors' ? (ms: number): string => formatIn('ratio', ms) : formatDuration;
  const at = commit === null ? '' : ` at commit ${commit.slice(0, 7)}`;
  const times = ratio === null ? '' : `, × ${formatNumber(ratio)}`;
  const runs = `${change.runsBefore} runs before, ${change.runsAfter} after`;
  return `${indicator} ${value(from)} to ${value(to)}${times} from ${whenText(startedAt)}${at} on (run ${change.runId.slice(0, 8)}; p ${probabilityText(probability)}; ${runs})`;
}

function probabilityText(probability: number): string {
  return probability < 1e-6 ? '< 0.000001' : formatNumber(probability);
}
