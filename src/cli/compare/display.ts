/**
 * The live display of a comparison on stderr: a block that is redrawn in place on a terminal, elsewhere a plain line at
 * each look, and one every half minute. It keeps no clock of its own.
 */

import type { ComparisonMoment } from '../../app/compare/moment.ts';
import { sparkline } from '../../core/sparkline.ts';
import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import {
  createCanvas,
  createInk,
  type ProgressOptions,
  type ProgressOutput,
  REDRAW_MS,
} from '../progress.ts';

/** A display for one comparison. */
export interface ComparisonDisplay {
  /** Shows a moment, unless the last one was shown too short a time ago. @param nowMs any monotonic clock */
  readonly update: (moment: ComparisonMoment, nowMs: number) => void;
  /** Writes a line above the display; also when quiet. */
  readonly say: (line: string) => void;
  /** Takes the display away and gives the cursor back. May be called twice. */
  readonly finish: () => void;
}

type Finding = ComparisonMoment['findings'][number];
type Side = NonNullable<ComparisonMoment['side']>;

const LINE_EVERY_MS = 30_000;
const MARKS_WIDTH = 32;

/** A display for one comparison. */
export function createComparisonDisplay(out: ProgressOutput, options: ProgressOptions): ComparisonDisplay {
  if (!options.quiet) return out.isTTY ? createBlock(out, options) : createLog(out);
  return { update: () => undefined, say: (line) => out.write(`${line}\n`), finish: () => undefined };
}

function createBlock(out: ProgressOutput, options: ProgressOptions): ComparisonDisplay {
  const canvas = createCanvas(out);
  let shownMs = Number.NEGATIVE_INFINITY;
  return {
    update: (moment, nowMs) => {
      if (nowMs - shownMs < REDRAW_MS) return;
      shownMs = nowMs;
      canvas.draw(comparisonLines(moment, { ...options, columns: out.columns }));
    },
    say: canvas.say,
    finish: canvas.erase,
  };
}

function createLog(out: ProgressOutput): ComparisonDisplay {
  let shownMs: number | null = null;
  let looked = '';
  return {
    update: (moment, nowMs) => {
      shownMs ??= nowMs;
      const seen = moment.findings.map(findingText).join();
      const isLook = seen !== looked;
      if (!isLook && nowMs - shownMs < LINE_EVERY_MS) return;
      shownMs = nowMs;
      looked = seen;
      const parts = [blocksText(moment), ...moment.findings.map(findingText), leftText(moment)];
      out.write(`${parts.join(', ')}\n`);
    },
    say: (line) => out.write(`${line}\n`),
    finish: () => undefined,
  };
}

/** The lines of the block, none wider than the terminal. */
export function comparisonLines(
  moment: ComparisonMoment,
  look: Omit<ProgressOptions, 'quiet'> & { readonly columns: number },
): string[] {
  const ink = createInk(look.color);
  // One column is left free: many terminals wrap a line that fills the last.
  const width = Math.max(10, look.columns - 1);
  const row = (name: string, text: string, paint: (text: string) => string = (plain) => plain): string =>
    ink.dim(name.padEnd(11).slice(0, width)) + paint(text.slice(0, Math.max(0, width - 11)));
  const { findings, nextLook } = moment;
  const seen =
    findings.length === 0
      ? [row('effect', `first look at ${nextLook} blocks of each`)]
      : findings.map((found) =>
          row(found.indicator, effectText(found), found.status === 'fail' ? ink.bad : undefined),
        );
  return [
    ink.bold(`${blocksText(moment)}   ${leftText(moment)}`.slice(0, width)),
    row('baseline', sideText(moment, 'baseline', look.unicode)),
    row('candidate', sideText(moment, 'candidate', look.unicode)),
    ...seen,
    row('now', nowText(moment)),
  ];
}

function blocksText({ pairs, maxBlocks, nextLook, findings }: ComparisonMoment): string {
  const next = findings.length === 0 ? '' : `, next look at ${nextLook}`;
  return `comparing: ${pairs} blocks of each, ${maxBlocks} at most${pairs < maxBlocks ? next : ''}`;
}

function leftText({ leftMs }: ComparisonMoment): string {
  return `at most ${formatDurationMs(Math.max(5000, Math.round(leftMs / 5000) * 5000))} left`;
}

function sideText({ blocks }: ComparisonMoment, side: Side, unicode: boolean): string {
  const own = blocks.filter((block) => block.side === side).map(({ p99Ms }) => p99Ms);
  const last = own.at(-1);
  if (last === undefined) return 'nothing yet';
  const shown = last === null ? 'among failures' : formatDurationMs(last);
  return `p99 ${shown}   ${sparkline(own, { width: MARKS_WIDTH, unicode, fold: 'mean' })}`;
}

function nowText({ side, live }: ComparisonMoment): string {
  if (side === null) return 'between two blocks';
  if (live === null) return `${side}, starting`;
  const { p50Ms, p99Ms, errorRatio, achievedPerSecond } = live;
  const shown = (ms: number | null): string => (ms === null ? '-' : formatDurationMs(ms));
  const errors = errorRatio === 0 ? 'no errors' : `${formatRatio(errorRatio)} errors`;
  return `${side}   ${formatRate(achievedPerSecond)}   p50 ${shown(p50Ms)}   p99 ${shown(p99Ms)}   ${errors}`;
}

function findingText(found: Finding): string {
  return `${found.indicator} ${effectText(found)}`;
}

function effectText({ indicator, effect, status }: Finding): string {
  const show = (value: number | null): string => (value === null ? '…' : changeOf(indicator, value));
  return `${show(effect.value)} [${show(effect.low)}, ${show(effect.high)}]: ${WORDS[status]}`;
}

const WORDS: Readonly<Record<Finding['status'], string>> = {
  pass: 'not worse',
  fail: 'worse',
  inconclusive: 'open',
};

function changeOf(indicator: Finding['indicator'], value: number): string {
  const change = indicator === 'errors' ? value * 100 : (value - 1) * 100;
  const unit = indicator === 'errors' ? ' points' : '%';
  return `${change > 0 ? '+' : ''}${Number(change.toFixed(1))}${unit}`;
}
