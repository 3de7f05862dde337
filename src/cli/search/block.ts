/** The block of lines that shows a search on a terminal. */

import type { SearchMoment, TrialMoment } from '../../app/search/moment.ts';
import { formatDurationMs, formatRate } from '../../core/units.ts';
import { createInk, type Ink, type ProgressOptions } from '../progress.ts';
import { bracketBar, type Span } from './bracket-bar.ts';
import { bracketText, errorsText, latencyText, leftText } from './wording.ts';

/** How the block may look. */
export interface BlockLook extends Omit<ProgressOptions, 'quiet'> {
  readonly columns: number;
}

/** Width of the names at the left. */
const NAME_WIDTH = 9;
/** Widest bar: a longer one is no easier to read. */
const BAR_MAX = 64;

const MARKS = { held: '✓', broken: '✗', undecided: '?' } as const;
const ASCII_MARKS = { held: '+', broken: 'x', undecided: '?' } as const;

/** What is drawn with. */
interface Easel {
  readonly ink: Ink;
  readonly width: number;
  readonly unicode: boolean;
}

/** The lines of the block, none wider than the terminal. @param span the rates between which the bar is drawn */
export function blockLines(moment: SearchMoment, span: Span, look: BlockLook): string[] {
  const { state, trial } = moment;
  // One column is left free: many terminals wrap a line that fills the last.
  const width = Math.max(10, look.columns - 1);
  const easel = { ink: createInk(look.color), width: Math.max(1, width - NAME_WIDTH), unicode: look.unicode };
  const { ink } = easel;
  const name = (text: string): string => ink.dim(text.padEnd(NAME_WIDTH).slice(0, width));
  return [
    ink.bold(headText(moment).slice(0, width)),
    name('bracket') + bracketText(state).slice(0, easel.width),
    name('') + barText(moment, span, easel),
    name('trials') + trialsText(state.recent, easel),
    name('now') + nowText(trial).slice(0, easel.width),
    name('') + liveText(trial, easel),
  ];
}

function headText(moment: SearchMoment): string {
  const { state } = moment;
  const elapsed = formatDurationMs(Math.floor(state.elapsedMs / 1000) * 1000);
  return [state.doing, `${elapsed} so far`, leftText(moment)].filter((part) => part !== '').join('   ');
}

function barText({ state, trial }: SearchMoment, span: Span, { ink, width, unicode }: Easel): string {
  if (!(span.high > span.low)) return '';
  const [low, high] = [formatRate(span.low), formatRate(span.high)];
  const cells = Math.min(BAR_MAX, width - low.length - high.length - 2);
  if (cells < 8) return '';
  const now = trial?.ratePerSecond ?? null;
  const pieces = bracketBar({ ...state, nowPerSecond: now }, span, { cells, unicode });
  const drawn = pieces.map(({ kind, text }) => {
    if (kind === 'held') return ink.good(text);
    if (kind === 'broken') return ink.bad(text);
    return kind === 'now' ? ink.bold(text) : ink.dim(text);
  });
  return `${low} ${drawn.join('')} ${high}`;
}

/** The last trials that find room, the newest at the end. */
function trialsText(recent: SearchMoment['state']['recent'], { ink, width, unicode }: Easel): string {
  const marks = unicode ? MARKS : ASCII_MARKS;
  const paint = { held: ink.good, broken: ink.bad, undecided: ink.dim };
  let text = '';
  let length = 0;
  for (const { ratePerSecond, label } of recent.toReversed()) {
    const rate = formatRate(ratePerSecond);
    const gap = text === '' ? '' : '   ';
    length += rate.length + 2 + gap.length;
    if (length > width) break;
    text = `${rate} ${paint[label](marks[label])}${gap}${text}`;
  }
  return text === '' ? 'none yet' : text;
}

function nowText(trial: TrialMoment | null): string {
  if (trial === null) return 'letting queues drain';
  const { number, ratePerSecond, durationMs, approachMs, live } = trial;
  const elapsedMs = live?.elapsedMs ?? 0;
  const rate = `trial ${number}: ${formatRate(ratePerSecond)}`;
  if (live === null) return rate;
  const seconds = (ms: number): string => formatDurationMs(Math.floor(ms / 1000) * 1000);
  if (elapsedMs < approachMs) {
    const isThere = live.askedPerSecond === null || live.askedPerSecond === ratePerSecond;
    return isThere ? `${rate}, settling` : `${rate}, on the way: ${formatRate(live.askedPerSecond)}`;
  }
  if (live.phase === 'draining') return `${rate}, waiting for the last answers`;
  return `${rate}, ${seconds(elapsedMs - approachMs)} of ${seconds(durationMs)}`;
}

function liveText(trial: TrialMoment | null, { ink, width }: Easel): string {
  const live = trial?.live ?? null;
  if (live === null) return '';
  const parts = [latencyText(live, '   '), `in flight ${live.inFlight}`, errorsText(live)];
  if (live.dropped > 0) parts.push(`dropped ${live.dropped}`);
  const text = parts.join('   ').slice(0, width);
  return live.errors > 0 || live.dropped > 0 ? ink.bad(text) : text;
}
