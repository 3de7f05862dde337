/**
 * The live display of a search on stderr: a block that is redrawn in place on a terminal, elsewhere a plain line per
 * finished trial and one every half minute of a long one, nothing when quiet. It keeps no clock of its own.
 */

import type { SearchMoment, TrialEnd } from '../../app/search/moment.ts';
import { formatDurationMs, formatRate } from '../../core/units.ts';
import { createCanvas, type ProgressOptions, type ProgressOutput, REDRAW_MS } from '../progress.ts';
import { blockLines } from './block.ts';
import { bracketText, errorsText, latencyText, leftText } from './wording.ts';

/** A display for one search. */
export interface SearchDisplay {
  /** Shows a moment, unless the last one was shown too short a time ago. @param nowMs any monotonic clock */
  readonly update: (moment: SearchMoment, nowMs: number) => void;
  /** Tells of a finished trial. */
  readonly ended: (end: TrialEnd) => void;
  /** Writes a line above the display; also when quiet. */
  readonly say: (line: string) => void;
  /** Takes the display away and gives the cursor back. May be called twice. */
  readonly finish: () => void;
}

const LINE_EVERY_MS = 30_000;

/** A display for one search. */
export function createSearchDisplay(out: ProgressOutput, options: ProgressOptions): SearchDisplay {
  if (!options.quiet) return out.isTTY ? createBlock(out, options) : createLog(out);
  const nothing = (): void => undefined;
  return { update: nothing, ended: nothing, say: (line) => out.write(`${line}\n`), finish: nothing };
}

function createBlock(out: ProgressOutput, options: ProgressOptions): SearchDisplay {
  const canvas = createCanvas(out);
  /** Lowest and highest rate that was asked for: the ends of the bar. */
  let span = { low: Infinity, high: 0 };
  let shownMs = Number.NEGATIVE_INFINITY;
  return {
    update: (moment, nowMs) => {
      if (nowMs - shownMs < REDRAW_MS) return;
      shownMs = nowMs;
      const { state, trial } = moment;
      const seen = [trial?.ratePerSecond, state.heldPerSecond, state.brokePerSecond].filter(
        (rate): rate is number => typeof rate === 'number',
      );
      span = { low: Math.min(span.low, ...seen), high: Math.max(span.high, ...seen) };
      canvas.draw(blockLines(moment, span, { ...options, columns: out.columns }));
    },
    ended: () => undefined,
    say: canvas.say,
    finish: canvas.erase,
  };
}

function createLog(out: ProgressOutput): SearchDisplay {
  let shownMs: number | null = null;
  return {
    update: (moment, nowMs) => {
      const { trial } = moment;
      shownMs ??= nowMs;
      if (trial === null || trial.live === null || nowMs - shownMs < LINE_EVERY_MS) return;
      shownMs = nowMs;
      const rate = `trial ${trial.number} at ${formatRate(trial.ratePerSecond)}`;
      const parts = [`${rate} under way`, latencyText(trial.live), errorsText(trial.live), leftText(moment)];
      out.write(`${parts.filter((part) => part !== '').join(', ')}\n`);
    },
    ended: (end) => {
      shownMs = null;
      out.write(`${endLine(end)}\n`);
    },
    say: (line) => out.write(`${line}\n`),
    finish: () => undefined,
  };
}

/** One line for a log, complete in itself. */
function endLine(end: TrialEnd): string {
  const { report, state } = end;
  const { number, ratePerSecond, durationMs, label, p50Ms, p99Ms, errorRatio } = report;
  const seconds = formatDurationMs(Math.round(durationMs / 1000) * 1000);
  const parts = [
    `trial ${number}: ${formatRate(ratePerSecond)} for ${seconds}: ${label}`,
    latencyText({ p50Ms: p50Ms.value, p99Ms: p99Ms.value }),
    errorsText({ errorRatio: errorRatio.value ?? 0 }),
    bracketText(state),
    leftText(end),
  ];
  return parts.filter((part) => part !== '').join(', ');
}
