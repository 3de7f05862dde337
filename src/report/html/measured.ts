/** What was measured, as pictures and as tables: percentiles, course, rates, clocks and phases, targets, addresses. */

import type {
  Distribution,
  QuantileResult,
  ResultDocument,
  TargetResult,
  Totals,
} from '../../result/document.ts';
import { heatMapFigure } from '../figure/heat-map.ts';
import { percentileFigure } from '../figure/percentiles.ts';
import { rateFigure } from '../figure/rates.ts';
import { formatCount, formatDuration, formatEstimate, formatIn, plural, UNKNOWN } from '../format.ts';
import { othersText, TARGETS_ORDER, tellingTargets } from '../telling.ts';
import { otherParts, rateParts } from '../terminal/traffic.ts';
import { createInk } from '../terminal-ink.ts';
import { card, figures, folded, moodText, paragraph, section } from './section.ts';
import { type Cell, tableMarkup } from './table.ts';

const QUANTILES = ['p50', 'p90', 'p95', 'p99', 'p99.9'] as const;
const TOO_FEW =
  'n<: too few values for that percentile with its interval; it takes as many as the number after it.';
/** Rows of addresses. */
const MOST_ADDRESSES = 200;

/** Latency as a curve and over time, and the table of all clocks. */
export function latencyMarkup(result: ResultDocument): string {
  const { totals } = result;
  const from =
    totals.lag === null
      ? 'closed loop: response is service time'
      : 'counted from the intended start of each request';
  const table = clockTable(totals);
  const note = table.includes('>n&lt;') ? paragraph(TOO_FEW, 'note') : '';
  const curve = percentileFigure(result);
  return section(
    { id: 'latency', title: 'Latency', beside: from },
    figures(
      [curve, heatMapFigure(result)],
      curve === null ? card(paragraph(noCurveText(totals)), 'Response time by percentile') : '',
    ),
    card(table + note, 'Clocks and phases'),
  );
}

/** Why there is no curve of percentiles; '' where the numbers would do and their distribution was not kept. */
function noCurveText({ response, sent }: Totals): string {
  if (response.count === 0) {
    return sent === 0
      ? 'Nothing was sent, so there is no response time to draw.'
      : `None of ${plural(sent, 'request')} succeeded, so there is no response time to draw.`;
  }
  const needs = response.quantiles['p50']?.needs ?? null;
  if (needs === null) return '';
  return `${plural(response.count, 'success', 'successes')} ${response.count === 1 ? 'is' : 'are'} too few for a curve: even the median takes ${formatCount(needs)}.`;
}

/** Rates over time, and the accounts. */
export function trafficMarkup(result: ResultDocument): string {
  const { totals, addresses } = result;
  const ink = createInk({ color: false, width: 100, unicode: true });
  const [address] = addresses;
  const only =
    address === undefined || addresses.length > 1 ? '' : ` One address was used: ${address.address}.`;
  const facts = paragraph(`${rateParts(totals).join(', ')}. ${otherParts(totals, ink).join(', ')}.${only}`);
  return section(
    { id: 'traffic', title: 'Traffic' },
    figures([rateFigure(result)], card(accountTable(totals) + facts, 'Accounts')),
  );
}

/** Per target, and per address, where there is more than one: what one alone did is told above. */
export function breakdownMarkup({ targets, addresses }: ResultDocument): string {
  const all = addresses.reduce((sum, { attempts }) => sum + attempts, 0);
  const addressRows = addresses
    .slice(0, MOST_ADDRESSES)
    .map(({ address, attempts, failed }): Cell[] => [
      address,
      formatCount(attempts),
      formatIn('ratio', all === 0 ? null : attempts / all),
      failedCell(failed),
    ]);
  return (
    (targets.length < 2 ? '' : targetsMarkup(targets)) +
    (addresses.length < 2
      ? ''
      : section(
          { id: 'addresses', title: 'Addresses', beside: 'where answers came from' },
          card(
            tableMarkup({
              head: ['address', 'attempts', 'share', 'failed'],
              aligns: 'wrrr',
              rows: addressRows,
            }),
          ),
          addresses.length > MOST_ADDRESSES
            ? paragraph(`and ${formatCount(addresses.length - MOST_ADDRESSES)} more`, 'soft')
            : '',
        ))
  );
}

/** Of many the most telling, and the others for who opens them. */
function targetsMarkup(targets: ResultDocument['targets']): string {
  const { shown: told, others } = tellingTargets(targets);
  return section(
    {
      id: 'targets',
      title: 'Targets',
      ...(others.length === 0 ? {} : { beside: TARGETS_ORDER }),
    },
    card(targetTable(told) + folded(othersText(others.length), targetTable(others), 'long')),
  );
}

function failedCell(failed: number): Cell {
  return failed === 0 ? '0' : moodText('bad', formatCount(failed));
}

function targetTable(targets: readonly TargetResult[]): string {
  return tableMarkup({
    head: ['target', 'sent', 'failed', 'dropped', 'errors [95%]', 'p50', 'p95', 'p99', 'max'],
    aligns: 'wrrrrrrrr',
    rows: targets.map((target): Cell[] => [
      target.name,
      formatCount(target.sent),
      failedCell(target.failed),
      formatCount(target.dropped),
      formatEstimate('ratio', target.errorRatio),
      ...(['p50', 'p95', 'p99'] as const).map((name) => quantileText(target.response.quantiles[name], false)),
      formatDuration(target.response.maxMs),
    ]),
  });
}

function accountTable(totals: Totals): string {
  const { planned, sent, dropped, unsent, completed, broken, inFlight, failed } = totals;
  const sum = (parts: readonly (readonly [number, string])[]): string =>
    `= ${parts.map(([count, name]) => `${formatCount(count)} ${name}`).join(' + ')}`;
  return tableMarkup({
    head: [],
    aligns: 'rw',
    rows: [
      [
        `${formatCount(planned)} planned`,
        sum([
          [sent, 'sent'],
          [dropped, 'dropped'],
          [unsent, 'unsent'],
        ]),
      ],
      [
        `${formatCount(sent)} sent`,
        sum([
          [completed, 'completed'],
          [broken, 'broken'],
          [inFlight, 'in flight'],
        ]),
      ],
      [
        `${formatCount(failed)} failed`,
        sum([
          [broken, 'broken'],
          [failed - broken, 'completed against expectation'],
        ]),
      ],
    ],
  });
}

interface Clock {
  readonly name: string;
  readonly distribution: Distribution | null;
  /** True where a value that is not known is infinite. */
  readonly infinite?: boolean;
}

function clockTable(totals: Totals): string {
  const { response, responseAll, service, connection, lag, failed, dropped, inFlight, phases } = totals;
  const clocks: Clock[] = [
    { name: 'response (successes)', distribution: response },
    ...(failed + dropped + inFlight > 0
      ? [{ name: 'response (failures as ∞)', distribution: responseAll, infinite: true }]
      : []),
    { name: 'service (from the send)', distribution: service },
    { name: 'connection', distribution: connection },
    { name: 'send lag (our own)', distribution: lag },
    ...Object.entries(phases).map(([name, distribution]) => ({ name: `phase ${name}`, distribution })),
  ];
  return tableMarkup({
    head: ['', 'n', ...QUANTILES, 'max', 'mean'],
    aligns: 'lrrrrrrrr',
    rows: clocks.flatMap(({ name, distribution, infinite = false }): Cell[][] => {
      if (distribution === null || distribution.count === 0) return [];
      const extreme = (ms: number | null): string => (ms === null && infinite ? '∞' : formatDuration(ms));
      const cells = QUANTILES.map((key) => quantileText(distribution.quantiles[key], infinite));
      return [
        [
          name,
          formatCount(distribution.count),
          ...cells,
          extreme(distribution.maxMs),
          extreme(distribution.meanMs),
        ],
      ];
    }),
  });
}

function quantileText(quantile: QuantileResult | undefined, infinite: boolean): string {
  if (quantile === undefined) return UNKNOWN;
  const { valueMs: value, lowMs: low, highMs: high, needs } = quantile;
  if (needs !== null) return `n<${formatCount(needs)}`;
  if (value === null) return infinite ? '∞' : UNKNOWN;
  const text = formatEstimate('ms', { value, low, high });
  return infinite ? text.replace('…', '∞') : text;
}
