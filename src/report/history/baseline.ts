/** A baseline as people read it. */

import { formatDuration, formatIn, plural } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import { cut, flow, hanging, INDENT, section, textOf } from '../terminal/layout.ts';
import { createInk, type Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import type { BaselineReport } from './model.ts';
import { whenText } from './moment.ts';

const HEADLINES = { shown: 'BASELINE', set: 'BASELINE SET', cleared: 'BASELINE CLEARED' } as const;

/** The report as people read it; ends with a newline. */
export function renderBaseline(report: BaselineReport, options: ReportOptions): string {
  const ink = createInk(options);
  const { name, planHash, generator, baseline, did } = report;
  const said = baseline === null ? `there is none for ${name}` : `${baseline.label} of ${name}`;
  const lead =
    baseline === null ? ink.unsure(ink.strong(HEADLINES[did])) : ink.good(ink.strong(HEADLINES[did]));
  return textOf([
    ...hanging(ink, `${lead}  `, ink.plain(said)),
    ink.faint(cut(ink, ink.plain(`plan ${planHash.slice(0, 12)} · ${generator}`), ink.width)),
    ...(baseline === null ? noneLines(ink) : runLines(baseline, ink)),
  ]);
}

function noneLines(ink: Ink): string[] {
  const text =
    'Passing runs of this plan on this kind of machine become one; headroom baseline set RUN chooses one.';
  return hanging(ink, '', ink.plain(text));
}

function runLines(baseline: NonNullable<BaselineReport['baseline']>, ink: Ink): string[] {
  const { response, errorRatio, runs } = baseline;
  const rows = runs.map(({ runId, startedAt, commit }) => [
    whenText(startedAt),
    ink.plain(commit?.slice(0, 7) ?? '–'),
    cut(ink, ink.plain(runId), ink.width - INDENT - 28),
  ]);
  const quantiles = Object.entries(response.quantiles).map(([quantile, { valueMs }]) => {
    return `${quantile} ${formatDuration(valueMs)}`;
  });
  const errors = `errors ${formatIn('ratio', errorRatio)}`;
  return [
    ...section(ink, 'Of all of them together', {
      lines: flow(
        [plural(response.count, 'answer'), ...quantiles, errors].map(ink.plain),
        ink.width - INDENT,
      ),
    }),
    ...section(ink, 'Runs', { lines: tableLines(rows, { aligns: 'lll' }) }),
  ];
}
