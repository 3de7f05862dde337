/**
 * The result as one page that needs nothing else: no script, no request, legible without its style sheet. The result
 * itself is in it as inert JSON, so that the page can be read back (see result/reading/embedded.ts).
 */

import type { ResultDocument } from '../../result/document.ts';
import { EMBEDDED_ID } from '../../result/reading/embedded.ts';
import { inKeyOrder } from '../../result/reading/key-order.ts';
import { canaryMarkup } from '../canary/page.ts';
import { element, shown } from '../chart/markup.ts';
import { escapeInJson } from '../json.ts';
import { serversMarkup, sinksMarkup, slowestMarkup } from '../server/page.ts';
import { baselineMarkup, notesMarkup, repeatMarkup } from './closing.ts';
import { comparisonMarkup } from './comparison.ts';
import { failuresMarkup } from './failures.ts';
import { generatorMarkup } from './generator.ts';
import { headlineMarkup, headlineOf } from './headline.ts';
import { breakdownMarkup, latencyMarkup, trafficMarkup } from './measured.ts';
import { objectivesMarkup } from './objectives.ts';
import { capacityMarkup, launchMarkup } from './search.ts';
import { styleSheet } from './style.ts';

/** What the page may load: nothing. Our own style sheet stands in it, and pictures could only be part of it. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The page; ends with a newline. */
export function renderHtml(result: ResultDocument): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, shown(titleOf(result))),
    element('style', {}, styleSheet()),
  );
  const main = element('main', {}, ...sectionsOf(result).filter((part) => part !== ''), footer(result));
  const body = element('body', { bgcolor: '#ffffff', text: '#1b1f24' }, `\n${main}\n`, embeddedJson(result));
  return `<!doctype html>\n${element('html', { lang: 'en' }, `\n${head}\n${body}\n`)}\n`;
}

function titleOf(result: ResultDocument): string {
  return `${headlineOf(result).word} · headroom ${result.command} · ${result.startedAt.slice(0, 16).replace('T', ' ')}`;
}

/** The answer, what it rests on, then what was measured; of a search that is the rate that decided. */
function sectionsOf(result: ResultDocument): string[] {
  const { launch, capacity, comparison, canary, totals } = result;
  return [
    headlineMarkup(result),
    canary === undefined ? '' : canaryMarkup(canary),
    launch === undefined ? '' : launchMarkup(launch),
    capacity === undefined ? '' : capacityMarkup(result, capacity),
    comparison === undefined ? '' : comparisonMarkup(result, comparison),
    ...(totals.planned === 0 && capacity !== undefined ? [] : measuredParts(result)),
    generatorMarkup(result),
    sinksMarkup(result),
    notesMarkup(result),
    baselineMarkup(result),
    repeatMarkup(result),
  ];
}

function measuredParts(result: ResultDocument): string[] {
  return [
    objectivesMarkup(result),
    latencyMarkup(result),
    trafficMarkup(result),
    serversMarkup(result),
    slowestMarkup(result),
    failuresMarkup(result),
    breakdownMarkup(result),
  ];
}

function footer({ tool }: ResultDocument): string {
  const text = `Made by headroom ${tool.version}. The result is part of this page: headroom report FILE.html shows it in any other format.`;
  return element('footer', {}, shown(text));
}

/** JSON in which no character ends the element, begins a comment or is obeyed by a terminal. */
function embeddedJson(result: ResultDocument): string {
  const json = escapeInJson(JSON.stringify(inKeyOrder(result))).replaceAll(
    /[<>&]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  return `<script type="application/json" id="${EMBEDDED_ID}">${json}</script>\n`;
}
