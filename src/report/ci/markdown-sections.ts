/** The sections of the Markdown report, each as pieces that may be cut apart; empty where there is nothing to say. */

import { sparkline } from '../../core/sparkline.ts';
import { formatRate } from '../../core/units.ts';
import type { Distribution, ObjectiveResult, ResultDocument, Status } from '../../result/document.ts';
import { effectCells, sideText } from '../compare/cells.ts';
import {
  formatBounds,
  formatCount,
  formatDuration,
  formatEstimate,
  formatIn,
  formatNumber,
  plural,
  UNKNOWN,
} from '../format.ts';
import { traceText } from '../server/markdown.ts';
import { tellingTargets } from '../telling.ts';
import { measuredText } from '../terminal/objectives.ts';
import { askedText, type Case, type CaseStatus, casesOf } from './cases.ts';
import { reasonSentence } from './headline.ts';
import { markdownText, tablePieces } from './markdown-text.ts';

const QUANTILES = ['p50', 'p90', 'p95', 'p99', 'p99.9'] as const;
const ORDER: Readonly<Record<Status, number>> = { fail: 0, inconclusive: 1, pass: 2 };
const SPARKS = 60;
const TOO_FEW = 'n&lt;';

/** Beside the word: never by the mark alone. */
export const MARKS: Readonly<Record<CaseStatus, string>> = {
  pass: '✅ pass',
  fail: '❌ fail',
  inconclusive: '⚠️ inconclusive',
  skipped: '➖ not judged',
};

/** Suites that have a table of their own; the objectives' and the comparison's have more columns. */
const SUITE_TITLES = { launch: 'Launch', capacity: 'Capacity' } as const;

/** What was asked, what was measured, and whether it holds: what does not hold first, for there may be hundreds. */
export function objectivePieces(title: string, objectives: readonly ObjectiveResult[]): string[] {
  if (objectives.length === 0) return [];
  const ordered = objectives.toSorted((one, other) => ORDER[one.status] - ORDER[other.status]);
  const rows = ordered.map((objective) => {
    const { target, status, unit, limit, count, exceeded, reason } = objective;
    return [
      MARKS[status],
      markdownText(askedText(objective)),
      markdownText(target ?? 'all'),
      measuredText(objective),
      formatIn(unit, limit),
      count === null || exceeded === null ? '' : `${formatCount(exceeded)} of ${formatCount(count)}`,
      reason === null ? '' : markdownText(reasonSentence(reason)),
    ];
  });
  const head = ['', 'objective', 'target', 'measured [95 %]', 'limit', 'against it', 'why'];
  return section(title, tablePieces('lllrrrl', head, rows));
}

/** What a search or a comparison was judged by, a table per suite. */
export function casePieces(result: ResultDocument): string[] {
  const cases = casesOf(result);
  return Object.entries(SUITE_TITLES).flatMap(([suite, title]) =>
    caseTable(
      title,
      cases.filter((each) => each.suite === suite),
    ),
  );
}

/** Both sides of a comparison, and what differs. */
export function comparisonPieces({ comparison }: ResultDocument): string[] {
  if (comparison === undefined) return [];
  const { sides, findings } = comparison;
  const rows = findings.map((found) => {
    const { baseline, candidate, effect, interval, least } = effectCells(found, comparison);
    return [
      MARKS[found.status],
      found.indicator,
      baseline,
      candidate,
      `${effect} ${interval}`.trim(),
      least,
      markdownText(found.text),
    ];
  });
  const head = ['', 'indicator', 'baseline', 'candidate', 'effect', 'matters from', 'what was seen'];
  return section('Against the baseline', [
    '',
    ...(['baseline', 'candidate'] as const).map((side) => `- ${side} ${markdownText(sideText(sides[side]))}`),
    ...tablePieces('llrrrrl', head, rows),
  ]);
}

function caseTable(title: string, cases: readonly Case[]): string[] {
  if (cases.length === 0) return [];
  const rows = cases.map(({ status, name, message }) => [
    MARKS[status],
    markdownText(name),
    markdownText(message),
  ]);
  return section(title, tablePieces('lll', ['', 'case', 'what was seen'], rows));
}

/** The rates of a search, ascending. */
export function ratePieces({ capacity }: ResultDocument): string[] {
  if (capacity === undefined || capacity.rates.length === 0) return [];
  const rows = capacity.rates.map(
    ({ ratePerSecond, label, trials, measuredMs, count, exceeded, objective }) => [
      formatRate(ratePerSecond),
      label,
      formatCount(trials),
      formatDuration(measuredMs),
      count === null || exceeded === null ? '' : `${formatCount(exceeded)} of ${formatCount(count)}`,
      objective === null ? '' : markdownText(objective),
    ],
  );
  const head = ['rate', 'shown', 'trials', 'measured', 'against it', 'by'];
  return section('Rates', tablePieces('rlrrrl', head, rows));
}

/** Response, service, connection and lag. */
export function latencyPieces({ totals }: ResultDocument): string[] {
  if (totals.completed === 0) return [];
  const isClean = totals.failed + totals.dropped === 0;
  const clocks: (readonly [string, Distribution | null, boolean])[] = [
    [isClean ? 'response' : 'response (successes)', totals.response, false],
    // Without failures it would be the same line again.
    ['response (all)', isClean ? null : totals.responseAll, true],
    ['service', totals.service, false],
    ['connection', totals.connection, false],
    ['send lag (ours)', totals.lag, false],
  ];
  const known = QUANTILES.filter((quantile) =>
    clocks.some(([, clock]) => clock?.quantiles[quantile]?.needs === null),
  );
  const rows = clocks.flatMap(([name, clock, infinite]) =>
    clock === null
      ? []
      : [
          [
            name,
            ...known.map((quantile) => quantileText(clock, quantile, infinite)),
            clock.maxMs === null && infinite ? '∞' : formatDuration(clock.maxMs),
          ],
        ],
  );
  const table = tablePieces(`l${'r'.repeat(known.length + 1)}`, ['', ...known, 'max'], rows);
  const isShort = rows.flat().some((cell) => cell.startsWith(TOO_FEW));
  return section('Latency', [
    ...table,
    ...(isShort ? [`\n${TOO_FEW}k: n too small, it takes k values.`] : []),
  ]);
}

function quantileText({ quantiles }: Distribution, name: string, infinite: boolean): string {
  const found = quantiles[name];
  if (found === undefined) return UNKNOWN;
  if (found.needs !== null) return `${TOO_FEW}${formatCount(found.needs)}`;
  if (found.valueMs === null) return infinite ? '∞' : UNKNOWN;
  const bounds = formatBounds('ms', { value: found.valueMs, low: found.lowMs, high: found.highMs });
  return `${formatDuration(found.valueMs)}${bounds === null ? '' : ` [${bounds.join(', ')}]`}`;
}

/** How much was sent, and what became of it. */
export function trafficPieces({ totals, series }: ResultDocument): string[] {
  const { ratePerSecond: rate } = totals;
  const head = [
    'planned',
    'sent',
    'completed',
    'failed',
    'dropped',
    'in flight',
    'error ratio',
    'asked',
    'achieved',
  ];
  const row = [
    ...[totals.planned, totals.sent, totals.completed, totals.failed, totals.dropped, totals.inFlight].map(
      formatCount,
    ),
    formatEstimate('ratio', totals.errorRatio),
    formatIn('per-second', rate.asked),
    formatIn('per-second', rate.completed),
  ];
  const course = (name: string, values: readonly (number | null)[]): string[] => {
    const line = sparkline(values, { width: SPARKS, unicode: true, fold: 'max' });
    return line.trim() === '' ? [] : [`\n\`${line}\` ${name}`];
  };
  return section('Traffic', [
    ...tablePieces('rrrrrrrrr', head, [row]),
    ...course(
      'p50 over time',
      series.map(({ p50Ms }) => p50Ms),
    ),
    ...(totals.failed > 0
      ? course(
          'failures over time',
          series.map(({ failed }) => failed),
        )
      : []),
  ]);
}

/** Failures by cause, and answers by status. */
export function errorPieces({ totals, failures, trace }: ResultDocument): string[] {
  const { byCause, byStatus } = totals;
  if (Object.keys(byCause).length === 0) return [];
  const hasTraces = failures.some(({ examples }) => examples.some(({ traceId }) => traceId));
  const causes = Object.entries(byCause)
    .sort(([, one], [, other]) => other - one)
    .map(([cause, count]) => {
      const example = failures.find((failure) => failure.cause === cause)?.examples[0];
      return [
        markdownText(cause),
        formatCount(count),
        example === undefined ? '' : markdownText(`${example.target}: ${example.detail}`),
        ...(hasTraces ? [example?.traceId ? traceText(example.traceId, trace?.url ?? null) : ''] : []),
      ];
    });
  const statuses = Object.entries(byStatus).map(([status, count]) => [
    markdownText(status),
    formatCount(count),
  ]);
  return section('Errors', [
    ...tablePieces(
      hasTraces ? 'lrll' : 'lrl',
      ['cause', 'count', 'for example', ...(hasTraces ? ['trace'] : [])],
      causes,
    ),
    ...(statuses.length === 0 ? [] : tablePieces('lr', ['status', 'answers'], statuses)),
  ]);
}

/** Per target, where there are several; of many the most telling first. */
export function targetPieces({ targets }: ResultDocument): string[] {
  if (targets.length < 2) return [];
  const { shown, others } = tellingTargets(targets);
  const rows = [...shown, ...others].map(({ name, sent, failed, dropped, errorRatio, response }) => [
    markdownText(name),
    formatCount(sent),
    formatCount(failed),
    formatCount(dropped),
    formatIn('ratio', errorRatio.value),
    quantileText(response, 'p50', false),
    quantileText(response, 'p99', false),
  ]);
  const head = ['target', 'sent', 'failed', 'dropped', 'error ratio', 'p50', 'p99'];
  return section('Targets', tablePieces('lrrrrrr', head, rows));
}

/** Whether the generator's own conduct lets the run be judged, and remarks. */
export function validityPieces({ validity, notes, totals }: ResultDocument): string[] {
  const failed = validity.checks.filter(({ status }) => status === 'fail');
  const rows = failed.map(({ id, measured, limit, unit, blocks, text, code }) => [
    markdownText(id),
    withUnit(measured, unit),
    withUnit(limit, unit),
    blocks,
    markdownText(reasonSentence({ code: code ?? '', text })),
  ]);
  const lag = totals.lag === null ? '' : `; send lag p99 ${quantileText(totals.lag, 'p99', false)}`;
  const clean = `\n${plural(validity.checks.length, 'check')} of the generator, none failed${lag}.`;
  return section('Validity', [
    ...(rows.length === 0
      ? [clean]
      : tablePieces('lrrll', ['check', 'measured', 'limit', 'blocks', 'what it says'], rows)),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${markdownText(reasonSentence(note))}`)]),
  ]);
}

function withUnit(value: number | null, unit: string): string {
  if (value === null) return UNKNOWN;
  if (unit === 'ms' || unit === 'ratio' || unit === 'per-second') return formatIn(unit, value);
  return markdownText(`${formatNumber(value)} ${unit}`.trim());
}

function section(title: string, pieces: readonly string[]): string[] {
  return [`\n### ${title}`, ...pieces];
}
