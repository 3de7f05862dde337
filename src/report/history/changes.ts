/** Where the indicators of a plan changed, in words. */

import { formatDuration, formatIn, formatNumber, plural } from '../format.ts';
import { hanging } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';
import type { HistoryChange, PlanHistory } from './model.ts';
import { whenText } from './moment.ts';

/** Lines about the changes; none when they were not looked for. */
export function changeLines({ changes, searched = 0 }: PlanHistory, ink: Ink): string[] {
  if (changes === undefined) return [];
  if (changes.length === 0) return [ink.faint(ink.plain(`no change in ${plural(searched, 'run')}`))];
  return changes.flatMap((change) => {
    const isWorse = change.to > change.from;
    const lead = isWorse ? ink.bad(ink.plain('▲')) : ink.good(ink.plain('▼'));
    return hanging(ink, `${lead} `, ink.plain(sentence(change)));
  });
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
