/** Objectives: what was asked, what was measured with its interval, and what stands against it. */

import { formatRate } from '../../core/units.ts';
import type { ObjectiveResult, ResultDocument } from '../../result/document.ts';
import { element, shown } from '../chart/markup.ts';
import { formatCount } from '../format.ts';
import { othersText, tellingObjectives } from '../telling.ts';
import { againstIt, measuredText } from '../terminal/objectives.ts';
import { card, folded, paragraph, reasonMarkup, section, sentence, statusMark } from './section.ts';
import { type Markup, tableMarkup } from './table.ts';

const DEFLATED =
  'Requests that queue together fare alike: intervals and counts of objectives take that into account, so they are wider than those of the percentiles below, which take each request for itself.';

/** The sections of the objectives and of the agreement. */
export function objectivesMarkup({ objectives, agreement, capacity, totals }: ResultDocument): string {
  const promise = 'the looser promise to clients; not part of the verdict';
  const { asked } = totals.ratePerSecond;
  const beside =
    capacity === undefined || asked === null ? '' : `at ${formatRate(asked)}, the rate that decided`;
  const isDeflated = objectives.some(({ inflation, unit }) => inflation > 1 && unit === 'ms');
  return (
    section(
      { id: 'objectives', title: 'Objectives', beside },
      card(listOf(objectives)),
      isDeflated ? paragraph(DEFLATED, 'soft note') : '',
    ) + section({ id: 'agreement', title: 'Agreement', beside: promise }, card(listOf(agreement)))
  );
}

/** Of many the worst, and the others for who opens them. */
function listOf(objectives: readonly ObjectiveResult[]): string {
  const { shown: told, others } = tellingObjectives(objectives);
  const statuses = others.map(({ status }) => status);
  return tableOf(told) + folded(othersText(others.length, statuses), tableOf(others), 'long');
}

function tableOf(objectives: readonly ObjectiveResult[]): string {
  return tableMarkup({
    head: ['', 'asked', 'measured [95% interval]', 'against it', 'why'],
    aligns: 'lwrrw',
    rows: objectives.map((objective) => [
      statusMark(objective.status),
      { markup: element('b', {}, shown(askedText(objective))) },
      measuredText(objective),
      againstIt(objective),
      whyMarkup(objective),
    ]),
  });
}

/** An objective as it was written, with its target in front. */
function askedText({ target, text }: ObjectiveResult): string {
  return target === null || text.startsWith(`${target}:`) ? text : `${target}: ${text}`;
}

function whyMarkup({ because, reason, moreRequests }: ObjectiveResult): Markup {
  const said = `${because ?? ''} ${reason?.text ?? ''}`;
  const more = said.includes('more requests') ? null : (moreRequests ?? null);
  const parts = [
    ...(because === undefined || because === reason?.text ? [] : [shown(sentence(because), 1000)]),
    ...(reason === null ? [] : [reasonMarkup(reason)]),
    ...(more === null ? [] : [`About ${formatCount(more)} more requests would decide it.`]),
  ];
  return { markup: parts.join('<br>') };
}
