/** Servers, slowest requests and sinks on a page. */

import type { SignalState } from '../../core/server/signal.ts';
import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ServerResult } from '../../result/server/server-result.ts';
import { element, link, shown } from '../chart/markup.ts';
import { formatCount, formatDuration, formatIn, plural, UNKNOWN } from '../format.ts';
import { card, figures, type Mood, moodText, paragraph, section, sentence } from '../html/section.ts';
import { type Cell, type Markup, tableMarkup } from '../html/table.ts';
import { serverFigures } from './figure.ts';
import { isLossy } from './sinks.ts';
import { mostlyText } from './slowest.ts';
import { traceLink } from './trace-link.ts';
import {
  bindingResource,
  byCloseness,
  captureText,
  openCommand,
  STATES,
  serverSentence,
  shortages,
  sourceText,
  worstState,
} from './words.ts';

/** Servers with a picture, and servers at all. */
const MOST_FIGURES = 8;
const MOST_SERVERS = 100;

const MOODS: Readonly<Record<SignalState, readonly [Mood, string]>> = {
  saturated: ['bad', '✗'],
  near: ['unsure', '!'],
  ok: ['good', '✓'],
  unknown: ['soft', '–'],
};

/** The section of the servers, the closest to a limit first; '' when nobody was asked. */
export function serversMarkup(result: ResultDocument): string {
  const ordered = byCloseness(result.servers ?? []);
  const rest = ordered.length - MOST_SERVERS;
  return section(
    { id: 'servers', title: 'Servers', beside: 'what they told of themselves while the load was on' },
    ...ordered.slice(0, MOST_SERVERS).map((server, index) => serverMarkup(result, server, index)),
    rest > 0 ? paragraph(`and ${plural(rest, 'more server')}, none closer to a limit`, 'soft') : '',
  );
}

function stateMark(state: SignalState): Markup {
  const [mood, mark] = MOODS[state];
  return moodText(mood, `${mark} ${STATES[state]}`);
}

/** What it told on a card, and beside its picture what was read and saved. */
function serverMarkup(result: ResultDocument, server: ServerResult, index: number): string {
  const pictures = index < MOST_FIGURES ? serverFigures(result, server, index + 1) : [];
  const state = bindingResource(server)?.state ?? worstState(server);
  const mark = server.resources.length === 0 ? moodText('soft', '– not known') : stateMark(state);
  const told = [
    element(
      'p',
      { class: 'lead' },
      element('b', {}, mark.markup),
      ` ${shown(sentence(serverSentence(server)), 1000)}`,
    ),
    ...server.diagnoses.map(({ code, text }) =>
      element('p', {}, element('b', {}, moodText('unsure', code).markup), ` ${shown(text, 1000)}`),
    ),
    resourceTable(server),
  ];
  const beside = sourcesMarkup(server) + capturesMarkup(server);
  // Without a picture beside it, what was read needs no card of its own.
  if (pictures.length === 0) return card(told.join('') + beside, server.name);
  return card(told.join(''), server.name) + figures(pictures, card(beside, 'What was read of it'));
}

function resourceTable({ resources }: ServerResult): string {
  return tableMarkup({
    head: ['resource', '', 'mean', 'max', 'used', 'read from'],
    aligns: 'llrrrl',
    rows: resources.map(({ resource, state, unit, mean, max, utilization, evidence }): Cell[] => [
      resource,
      stateMark(state),
      formatIn(unit, mean),
      formatIn(unit, max),
      utilization === null ? UNKNOWN : formatRatio(utilization),
      evidence,
    ]),
  });
}

function sourcesMarkup({ sources }: ServerResult): string {
  return tableMarkup({
    head: [],
    aligns: 'lw',
    rows: sources.map((source): Cell[] => [
      source.failed === 0 ? moodText('good', '✓ read') : moodText('unsure', '! failed'),
      sourceText(source),
    ]),
  });
}

function capturesMarkup({ captures }: ServerResult): string {
  return captures
    .map((capture) => {
      const command = openCommand(capture.file);
      return (
        paragraph(sentence(captureText(capture))) + element('pre', {}, shown(command ?? capture.file, 4096))
      );
    })
    .join('');
}

/** What stands beside a failed verdict when servers were short; '' otherwise. */
export function shortageMarkup({ verdict, servers }: ResultDocument): string {
  const texts = verdict.status === 'fail' ? shortages(servers) : [];
  return texts.length === 0 ? '' : paragraph(`${sentence(texts.join('; '))}.`);
}

/** A trace by its id, as a link where its address is known. */
export function traceMarkup(id: string, template: string | null): string {
  const address = traceLink(template, id);
  const text = address === null ? shown(id) : link(address, id);
  return ` ${element('code', {}, text)}`;
}

/** The section of the slowest requests; '' when none was kept. */
export function slowestMarkup({ slowest = [], trace, targets }: ResultDocument): string {
  const isNamed = targets.length > 1;
  const isTraced = slowest.some(({ traceId }) => traceId !== null);
  return section(
    { id: 'slowest', title: 'Slowest requests', beside: 'of those that succeeded' },
    card(
      tableMarkup({
        head: [
          'response',
          'at',
          ...(isNamed ? ['target'] : []),
          'status',
          'mostly',
          'address',
          ...(isTraced ? ['trace'] : []),
        ],
        aligns: `rr${isNamed ? 'l' : ''}rlll`,
        rows: slowest.map((each): Cell[] => [
          formatDuration(each.responseMs),
          formatDurationMs(each.atMs),
          ...(isNamed ? [each.target] : []),
          String(each.status ?? each.cause ?? UNKNOWN),
          mostlyText(each),
          each.remote ?? UNKNOWN,
          ...(isTraced ? [traceCell(each.traceId, trace?.url ?? null)] : []),
        ]),
      }),
    ),
  );
}

function traceCell(id: string | null, template: string | null): Cell {
  return id === null ? UNKNOWN : { markup: traceMarkup(id, template).trim() };
}

/** The section of the sinks; '' when our measurements went nowhere. */
export function sinksMarkup({ sinks = [] }: ResultDocument): string {
  return section(
    { id: 'sinks', title: 'Sinks', beside: 'where our own measurements went; no part of the verdict' },
    card(
      tableMarkup({
        head: ['sink', 'address', 'sent', 'lost', 'failures', 'why the last one failed'],
        aligns: 'lwrrrw',
        rows: sinks.map((sink): Cell[] => [
          isLossy(sink) ? moodText('unsure', sink.kind) : sink.kind,
          sink.address,
          formatCount(sink.sent),
          formatCount(sink.lost),
          formatCount(sink.failures),
          sink.lastError ?? '',
        ]),
      }),
    ),
  );
}
