/** Servers, slowest requests and sinks in Markdown, as pieces that may be cut apart; empty where there is nothing to say. */

import type { SignalState } from '../../core/server/signal.ts';
import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ServerResult } from '../../result/server/server-result.ts';
import { markdownText, tablePieces } from '../ci/markdown-text.ts';
import { formatDuration, formatIn, plural, UNKNOWN } from '../format.ts';
import { isLossy, sinkText } from './sinks.ts';
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

/** Servers with a table of their own, and servers at all. */
const MOST_TABLES = 4;
const MOST_SERVERS = 50;
/** Slowest requests that are shown. */
const MOST_SLOWEST = 5;

const MARKS: Readonly<Record<SignalState, string>> = {
  saturated: '❌',
  near: '⚠️',
  ok: '✅',
  unknown: '➖',
};

/** Under the verdict: servers that were short while it failed. */
export function shortagePieces({ verdict, servers }: ResultDocument): string[] {
  if (verdict.status !== 'fail') return [];
  const texts = shortages(servers);
  return texts.length === 0 ? [] : ['', ...texts.map((text) => `- ${markdownText(text)}`)];
}

/** The servers, the closest to a limit first, and of the closest each resource. */
export function serverPieces({ servers = [] }: ResultDocument): string[] {
  if (servers.length === 0) return [];
  const ordered = byCloseness(servers);
  const shown = ordered.slice(0, MOST_SERVERS);
  const rest = ordered.length - shown.length;
  const rows = shown.map((server) => [
    stateText(server.resources.length === 0 ? null : (bindingResource(server)?.state ?? worstState(server))),
    markdownText(server.name),
    markdownText(serverSentence(server)),
    server.diagnoses.map(({ code, text }) => markdownText(`${code}: ${text}`)).join('; '),
  ]);
  return [
    '\n### Servers',
    ...tablePieces('llll', ['', 'server', 'what limits it', 'what is wrong'], rows),
    ...(rest === 0 ? [] : [`\nand ${plural(rest, 'more server')}, none closer to a limit`]),
    ...ordered.slice(0, MOST_TABLES).flatMap(resourcePieces),
    ...remarkPieces(shown),
  ];
}

function stateText(state: SignalState | null): string {
  return state === null ? `${MARKS.unknown} not known` : `${MARKS[state]} ${STATES[state]}`;
}

function resourcePieces({ name, resources }: ServerResult): string[] {
  if (resources.length === 0) return [];
  const rows = resources.map(({ resource, state, unit, mean, max, utilization, evidence }) => [
    stateText(state),
    markdownText(resource),
    formatIn(unit, mean),
    formatIn(unit, max),
    utilization === null ? UNKNOWN : formatRatio(utilization),
    markdownText(evidence),
  ]);
  return [
    `\n**${markdownText(name)}**`,
    ...tablePieces('llrrrl', ['', 'resource', 'mean', 'max', 'used', 'read from'], rows),
  ];
}

/** Looks that failed, and files that were saved. */
function remarkPieces(servers: readonly ServerResult[]): string[] {
  const lines = servers.flatMap(({ sources, captures }) => [
    ...sources.filter(({ failed }) => failed > 0).map(sourceText),
    ...captures.map((capture) => `${captureText(capture)}: ${openCommand(capture.file) ?? capture.file}`),
  ]);
  return lines.length === 0 ? [] : ['', ...lines.map((line) => `- ${markdownText(line)}`)];
}

/** The slowest requests, with links to their traces. */
export function slowestPieces({ slowest = [], trace }: ResultDocument): string[] {
  if (slowest.length === 0) return [];
  const shown = slowest.slice(0, MOST_SLOWEST);
  const hasTraces = shown.some(({ traceId }) => traceId !== null);
  const rows = shown.map((each) => [
    formatDuration(each.responseMs),
    formatDurationMs(each.atMs),
    markdownText(each.target),
    markdownText(String(each.status ?? each.cause ?? UNKNOWN)),
    markdownText(mostlyText(each)),
    markdownText(each.remote ?? UNKNOWN),
    ...(hasTraces ? [each.traceId === null ? '' : traceText(each.traceId, trace?.url ?? null)] : []),
  ]);
  const head = ['response', 'at', 'target', 'status', 'mostly', 'address', ...(hasTraces ? ['trace'] : [])];
  return ['\n### Slowest requests', ...tablePieces(hasTraces ? 'rrlrlll' : 'rrlrll', head, rows)];
}

/** A trace by its id, as a link where its address is known. */
export function traceText(id: string, template: string | null): string {
  const address = traceLink(template, id);
  return address === null ? markdownText(id) : `[${markdownText(id)}](${destination(address)})`;
}

/** An address as it stands between the parentheses of a link, in a cell too: what Markdown reads is written otherwise. */
function destination(address: string): string {
  return address
    .replaceAll(/[()[\]|\\`<>"'{}^$*_~!]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('&', '&amp;');
}

/** Sinks that lost something. */
export function sinkPieces({ sinks = [] }: ResultDocument): string[] {
  const lossy = sinks.filter(isLossy);
  if (lossy.length === 0) return [];
  return ['\n### Sinks', '', ...lossy.map((sink) => `- ${markdownText(sinkText(sink))}`)];
}
