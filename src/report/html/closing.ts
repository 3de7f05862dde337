/** What stands at the end: remarks, the baseline, the plan, and how to repeat the run. */

import type { ResultDocument } from '../../result/document.ts';
import { element, shown } from '../chart/markup.ts';
import { formatDuration } from '../format.ts';
import { card, folded, section } from './section.ts';
import { entriesMarkup, tableMarkup } from './table.ts';

const MOST_PLAN_LINES = 2000;
/** Beyond these a plan fills pages that nobody asked for. */
const MOST_PRINTED_LINES = 200;

/** The section of the remarks that block nothing. */
export function notesMarkup({ notes }: ResultDocument): string {
  return section(
    { id: 'notes', title: 'Notes' },
    card(entriesMarkup(notes.map(({ code, text }) => [code, text] as const))),
  );
}

/** The runs that this one is held against. */
export function baselineMarkup({ baseline }: ResultDocument): string {
  if (baseline === undefined) return '';
  const { p50, p99 } = baseline.response.quantiles;
  const rows = baseline.runs
    .slice(0, 50)
    .map(({ runId, startedAt, commit }) => [runId, startedAt, commit?.slice(0, 10) ?? '']);
  return section(
    {
      id: 'baseline',
      title: 'Baseline',
      beside: `${baseline.label}: p50 ${formatDuration(p50?.valueMs ?? null)}, p99 ${formatDuration(p99?.valueMs ?? null)}`,
    },
    card(tableMarkup({ head: ['run', 'started', 'commit'], aligns: 'wll', rows })),
  );
}

/** The plan, the command that repeats the run, and what identifies both. */
export function repeatMarkup({
  repeat,
  seed,
  planHash,
  tool,
  planFile,
  plan,
  runId,
  startedAt,
  git,
}: ResultDocument): string {
  const dirty = git?.dirty === true ? ', with changes that are not committed' : '';
  return section(
    { id: 'repeat', title: 'Repeat' },
    card(
      element('p', { class: 'command' }, element('code', {}, shown(repeat, 100_000))) +
        entriesMarkup([
          ['seed', String(seed)],
          ['plan', `${planFile === null ? '' : `${planFile}, `}SHA-256 ${planHash.slice(0, 16)}`],
          ['run', `${runId}, started ${startedAt}`],
          ...(git === undefined
            ? []
            : [
                ['commit', `${git.commit}${git.branch === null ? '' : ` on ${git.branch}`}${dirty}`] as const,
              ]),
          ['made by', `${tool.name} ${tool.version}`],
        ]) +
        planMarkup(plan),
    ),
  );
}

function planMarkup(plan: ResultDocument['plan']): string {
  const lines = JSON.stringify(plan, null, 2).split('\n');
  const length = lines.length > MOST_PRINTED_LINES ? 'long' : 'short';
  return folded('The plan, without secrets', element('pre', {}, planText(lines)), length);
}

function planText(lines: readonly string[]): string {
  return [...lines.slice(0, MOST_PLAN_LINES), ...(lines.length > MOST_PLAN_LINES ? ['...'] : [])]
    .map((line) => shown(line))
    .join('\n');
}
