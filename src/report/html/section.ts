/** The parts that pages are made of: sections, figures with their numbers, and marks of a status. */

import type { Reason, Status } from '../../result/document.ts';
import type { RateLabel } from '../../verdict/capacity/report.ts';
import { element, shown } from '../chart/markup.ts';
import type { Figure } from '../figure/figure.ts';
import { type Markup, tableMarkup } from './table.ts';

/** How good something is: decides its colour, beside words that say the same. */
export type Mood = 'good' | 'bad' | 'unsure' | 'soft';

const COLORS: Readonly<Record<Mood, string>> = {
  good: '#006b4c',
  bad: '#a8201a',
  unsure: '#7a4f00',
  soft: '#555f6b',
};

const STATUSES: Readonly<Record<Status | 'not-applicable', readonly [Mood, string]>> = {
  pass: ['good', '✓ pass'],
  fail: ['bad', '✗ fail'],
  inconclusive: ['unsure', '? inconclusive'],
  'not-applicable': ['soft', '– not applicable'],
};

const LABELS: Readonly<Record<RateLabel, readonly [Mood, string]>> = {
  held: ['good', '✓ held'],
  broken: ['bad', '✗ broke'],
  undecided: ['unsure', '? undecided'],
};

/** Our own words in the colour of a mood. */
export function moodText(mood: Mood, text: string): Markup {
  return { markup: element('font', { class: mood, color: COLORS[mood] }, shown(text)) };
}

/** A status as a mark and a word. */
export function statusMark(status: Status | 'not-applicable'): Markup {
  return moodText(...STATUSES[status]);
}

/** What is known of a rate as a mark and a word; null: it was not tested. */
export function labelMark(name: RateLabel | null): Markup {
  return name === null ? moodText('soft', '– not tested') : moodText(...LABELS[name]);
}

export interface SectionHead {
  /** Unique in its page. */
  readonly id: string;
  readonly title: string;
  /** Said beside the title. */
  readonly beside?: string;
}

/** A section under its heading; '' when nothing is in it. */
export function section({ id, title, beside = '' }: SectionHead, ...content: readonly string[]): string {
  const inside = content.join('');
  if (inside === '') return '';
  const small = beside === '' ? '' : ` ${element('small', {}, `· ${shown(beside)}`)}`;
  return element('section', { id }, element('h2', {}, shown(title) + small), inside);
}

/** Content on a card of its own; '' when it is empty. */
export function card(content: string, title = ''): string {
  if (content === '') return '';
  const heading = title === '' ? '' : element('h3', {}, shown(title));
  return element('div', { class: 'card' }, heading, content);
}

/** Figures, and cards of other content, beside each other where there is room; '' without any. */
export function figures(shownFigures: readonly (Figure | null)[], ...others: readonly string[]): string {
  const cards = shownFigures.flatMap((figure) => (figure === null ? [] : [figureMarkup(figure)]));
  const all = [...cards, ...others].filter((each) => each !== '');
  return all.length === 0 ? '' : element('div', { class: 'grid' }, ...all);
}

/** A sentence. */
export function paragraph(text: string, className?: string): string {
  return text === '' ? '' : element('p', { class: className }, shown(text, 2000));
}

/** What can be opened, with `content` in it, and on paper is open unless it is `long`; '' when that is empty. */
export function folded(summary: string, content: string, length: 'short' | 'long' = 'short'): string {
  if (content === '') return '';
  const look = { class: length === 'long' ? 'long' : null };
  return element('details', look, element('summary', {}, shown(summary)), content);
}

/** A reason with its code. */
export function reasonMarkup({ code, text }: Reason): string {
  return shown(sentence(text), 2000) + (code === '' ? '' : ` ${element('code', {}, shown(code))}`);
}

/** With a capital first letter where the first word is one of prose. */
export function sentence(text: string): string {
  return /^[a-z]+(?=[ ,:])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function figureMarkup({ id, title, finding, svg, table }: Figure): string {
  return element(
    'figure',
    { class: 'card', id: `figure-${id}` },
    element('h3', {}, shown(title)),
    paragraph(finding),
    svg,
    folded('The numbers', tableMarkup({ ...table, name: `${title}: the numbers` })),
  );
}
