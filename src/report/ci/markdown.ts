/** The report as GitHub-flavoured Markdown: for GitHub's step summary, and for comments on a change. */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import { plural } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import { serverPieces, shortagePieces, sinkPieces, slowestPieces } from '../server/markdown.ts';
import { tellingReasons } from '../telling.ts';
import { headlineOf } from './headline.ts';
import {
  casePieces,
  comparisonPieces,
  errorPieces,
  latencyPieces,
  objectivePieces,
  ratePieces,
  targetPieces,
  trafficPieces,
  validityPieces,
} from './markdown-sections.ts';
import { boundedText, codeBlock, markdownText } from './markdown-text.ts';

/** GitHub drops a summary above 1 MiB as a whole; some of that is left to what else the step writes. */
const MAX_BYTES = 900_000;

const BADGES = { pass: '✅', fail: '❌', inconclusive: '⚠️' } as const;

/** The verdict first. Never longer than `maxBytes`, and never than 900 KB: then cut between two rows, with a note. */
export function renderMarkdown(
  result: ResultDocument,
  { maxBytes = MAX_BYTES }: Partial<ReportOptions> = {},
): string {
  const { status, word, sentence, reasons } = headlineOf(result);
  const pieces = [
    `## ${BADGES[status]} ${word}: ${markdownText(sentence)}`,
    ...reasonPieces(reasons),
    ...shortagePieces(result),
    `\n${contextOf(result)}`,
    ...casePieces(result),
    ...comparisonPieces(result),
    ...objectivePieces('Objectives', result.objectives),
    ...objectivePieces('Agreement', result.agreement),
    ...ratePieces(result),
    ...errorPieces(result),
    ...trafficPieces(result),
    ...latencyPieces(result),
    ...serverPieces(result),
    ...slowestPieces(result),
    ...targetPieces(result),
    ...validityPieces(result),
    ...sinkPieces(result),
    '\n### Repeat',
    `\n${codeBlock(result.repeat)}`,
    `\n${footOf(result)}`,
  ];
  return boundedText(pieces, Math.min(maxBytes, MAX_BYTES));
}

/** Under the verdict; the rest stands in the tables as well. */
function reasonPieces(reasons: readonly string[]): string[] {
  const { shown, others } = tellingReasons(reasons);
  if (shown.length === 0) return [];
  const more = others.length === 0 ? [] : [`- and ${plural(others.length, 'more reason')}: see below`];
  return ['', ...shown.map((reason) => `- ${markdownText(reason)}`), ...more];
}

function contextOf(result: ResultDocument): string {
  const { totals, durationMs, startedAt, exitCode, stopped, planFile } = result;
  const { asked } = totals.ratePerSecond;
  return [
    asked === null ? 'closed loop' : `open loop at ${formatRate(asked)}`,
    `measured ${formatDurationMs(durationMs)}`,
    markdownText(startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')),
    ...(planFile === null ? [] : [`plan ${markdownText(planFile)}`]),
    ...(stopped === null ? [] : [`stopped early: ${markdownText(stopped.text)}`]),
    `exit code ${exitCode}`,
  ].join(' · ');
}

function footOf({ seed, planHash, runId, tool, git }: ResultDocument): string {
  return [
    `seed ${seed}`,
    `plan ${markdownText(planHash.slice(0, 12))}`,
    `run ${markdownText(runId)}`,
    ...(git === undefined ? [] : [`commit ${markdownText(git.commit.slice(0, 12))}`]),
    markdownText(`${tool.name} ${tool.version}`),
  ].join(' · ');
}
