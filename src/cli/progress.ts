/**
 * The live display of a run on stderr: a block that is redrawn in place on a terminal, a plain line every ten
 * seconds elsewhere (build logs that stay silent get killed), nothing when quiet. It is drawn by the main thread from what
 * it is told, and keeps no clock of its own.
 */

import { Chalk } from 'chalk';
import { wantsColor, wantsUnicode } from '../app/rendering.ts';
import { sparkline } from '../core/sparkline.ts';
import { formatDurationMs, formatRate, formatRatio } from '../core/units.ts';
import { colorChoice } from './color.ts';
import type { Session } from './session.ts';

/** Where the display goes: stderr, or a stand-in. `columns` is read at every drawing. */
export interface ProgressOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

export interface ProgressOptions {
  readonly quiet: boolean;
  readonly color: boolean;
  /** False: ASCII only. */
  readonly unicode: boolean;
}

export interface ProgressState {
  readonly phase: 'warming up' | 'running' | 'draining';
  readonly elapsedMs: number;
  /** Null when answers decide how long it takes. */
  readonly totalMs: number | null;
  /** Null in the closed loop. */
  readonly askedPerSecond: number | null;
  readonly achievedPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly errors: number;
  /** 0..1. */
  readonly errorRatio: number;
  readonly inFlight: number;
  readonly dropped: number;
}

export interface Progress {
  /** Shows a state, unless the last one was shown too short a time ago. @param nowMs any monotonic clock */
  readonly update: (state: ProgressState, nowMs: number) => void;
  /** Writes a line above the display; also when quiet. */
  readonly say: (line: string) => void;
  /** Takes the display away and gives the cursor back; elsewhere writes a last line. May be called twice. */
  readonly finish: () => void;
}

/** A display is redrawn no more often than this, ms. */
export const REDRAW_MS = 100;
const LINE_EVERY_MS = 10_000;
const HISTORY = 40;
const UNKNOWN_COLUMNS = 80;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_TO_END = '\u001b[J';

/** Width of a terminal, in columns; 80 where it is not known, or told as 0, as by a serial console. */
export function columnsOf({ columns }: { readonly columns: number | null }): number {
  return columns === null || columns <= 0 ? UNKNOWN_COLUMNS : columns;
}

/** Where a session's live display goes, and how it may look. */
export interface ProgressPlace {
  readonly out: ProgressOutput;
  readonly options: ProgressOptions;
}

/** Stderr. Nothing moves where nobody watches: a terminal that can be redrawn and no build log. */
export function progressPlace({ flags, world: { stderr, env } }: Session): ProgressPlace {
  const live = stderr.isTTY && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
  return {
    out: {
      write: (text) => stderr.write(text),
      isTTY: live,
      get columns(): number {
        return columnsOf(stderr);
      },
    },
    options: {
      quiet: flags.has('quiet') || flags.denied('progress'),
      color: wantsColor(stderr.isTTY, colorChoice(flags), env),
      unicode: wantsUnicode(env),
    },
  };
}

/** A display for one run. */
export function createProgress(out: ProgressOutput, options: ProgressOptions): Progress {
  if (options.quiet) return silent(out);
  return out.isTTY ? createBlock(out, options) : createLog(out);
}

function silent(out: ProgressOutput): Progress {
  return { update: () => undefined, say: (line) => out.write(`${line}\n`), finish: () => undefined };
}

function createLog(out: ProgressOutput): Progress {
  let shownMs = Number.NEGATIVE_INFINITY;
  let pending: ProgressState | null = null;
  return {
    update: (state, nowMs) => {
      // The first line comes after ten seconds: shorter runs are told by their last line alone.
      if (shownMs === Number.NEGATIVE_INFINITY) shownMs = nowMs;
      pending = state;
      if (nowMs - shownMs < LINE_EVERY_MS) return;
      shownMs = nowMs;
      pending = null;
      out.write(`${plainLine(state)}\n`);
    },
    say: (line) => out.write(`${line}\n`),
    finish: () => {
      if (pending !== null) out.write(`${plainLine(pending)}\n`);
      pending = null;
    },
  };
}

/** A block of lines at the bottom of a terminal that is redrawn in place, and lines that scroll away above it. */
export interface Canvas {
  readonly draw: (lines: readonly string[]) => void;
  /** Writes a line for good; the block is gone until it is drawn again. */
  readonly say: (line: string) => void;
  /** Takes the block away and gives the cursor back. */
  readonly erase: () => void;
}

/** A canvas on a terminal. Lines must be shorter than the terminal is wide. */
export function createCanvas(out: Pick<ProgressOutput, 'write'>): Canvas {
  let height = 0;
  const start = (): string => (height === 0 ? '' : `\r\u001b[${height}A${CLEAR_TO_END}`);
  return {
    draw: (lines) => {
      out.write(`${height === 0 ? HIDE_CURSOR : start()}${lines.join('\n')}\n`);
      height = lines.length;
    },
    say: (line) => {
      out.write(`${start()}${height === 0 ? '' : SHOW_CURSOR}${line}\n`);
      height = 0;
    },
    erase: () => {
      if (height > 0) out.write(start() + SHOW_CURSOR);
      height = 0;
    },
  };
}

/** How parts of a live display stand out. */
export interface Ink {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Ink for a terminal; without colour every text stays as it is. */
export function createInk(color: boolean): Ink {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return { bold: chalk.bold, dim: chalk.dim, good: chalk.green, bad: chalk.red };
}

function createBlock(out: ProgressOutput, options: ProgressOptions): Progress {
  const canvas = createCanvas(out);
  const p99s: (number | null)[] = [];
  let shownMs = Number.NEGATIVE_INFINITY;
  return {
    update: (state, nowMs) => {
      if (nowMs - shownMs < REDRAW_MS) return;
      shownMs = nowMs;
      p99s.push(state.p99Ms);
      if (p99s.length > HISTORY) p99s.shift();
      canvas.draw(blockLines(state, p99s, { ...options, columns: out.columns }));
    },
    say: canvas.say,
    finish: canvas.erase,
  };
}

/** One line for a log, complete in itself. */
function plainLine(state: ProgressState): string {
  const { phase, elapsedMs, totalMs, dropped } = state;
  const of = totalMs === null ? '' : ` of ${formatDurationMs(totalMs)}`;
  const parts = [
    `${phase} ${formatDurationMs(wholeSeconds(elapsedMs))}${of}`,
    rateText(state),
    latencyText(state).replace('   ', ', '),
    errorText(state),
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
  ];
  return parts.join(', ');
}

interface Look extends ProgressOptions {
  readonly columns: number;
}

function blockLines(state: ProgressState, p99s: readonly (number | null)[], look: Look): string[] {
  const ink = createInk(look.color);
  // One column is left free: many terminals wrap a line that fills the last.
  const width = Math.max(10, look.columns - 1);
  const { errors, dropped, inFlight } = state;
  const marks = sparkline(p99s, { width: HISTORY, unicode: look.unicode, fold: 'max' });
  const rows: readonly (readonly [label: string, text: string, bad: boolean])[] = [
    [
      'rate',
      `${rateText(state)}   in flight ${inFlight}${dropped > 0 ? `   dropped ${dropped}` : ''}`,
      dropped > 0,
    ],
    ['latency', `${latencyText(state)}   ${marks}`.trimEnd(), false],
    ['errors', errorText(state), errors > 0],
  ];
  const [head, label] = [timeText(state, width, look.unicode), (text: string): string => text.padEnd(9)];
  return [
    ink.bold(head.slice(0, width)),
    ...rows.map(([name, text, bad]) => {
      const cut = text.slice(0, Math.max(0, width - label('').length));
      return ink.dim(label(name).slice(0, width)) + (bad ? ink.bad(cut) : cut);
    }),
  ];
}

function timeText({ phase, elapsedMs, totalMs }: ProgressState, width: number, unicode: boolean): string {
  const elapsed = formatDurationMs(wholeSeconds(elapsedMs));
  if (totalMs === null || totalMs <= 0) return `${phase}  ${elapsed}`;
  const share = Math.min(1, Math.max(0, elapsedMs / totalMs));
  const left = formatDurationMs(Math.max(0, Math.ceil((totalMs - elapsedMs) / 1000) * 1000));
  const text = `${String(Math.floor(share * 100)).padStart(3)}%   ${left} left`;
  const cells = Math.min(HISTORY, width - phase.length - text.length - 3);
  if (cells < 4) return `${phase} ${text}`;
  const [full, empty] = unicode ? ['█', '░'] : ['#', '.'];
  const done = Math.floor(share * cells);
  return `${phase}  ${full.repeat(done)}${empty.repeat(cells - done)} ${text}`;
}

function rateText({ askedPerSecond, achievedPerSecond }: ProgressState): string {
  const achieved = formatRate(achievedPerSecond);
  return askedPerSecond === null ? achieved : `${achieved} of ${formatRate(askedPerSecond)} asked`;
}

function latencyText({ p50Ms, p99Ms }: ProgressState): string {
  const shown = (ms: number | null): string => (ms === null ? '-' : formatDurationMs(ms));
  return `p50 ${shown(p50Ms)}   p99 ${shown(p99Ms)}`;
}

function errorText({ errors, errorRatio }: ProgressState): string {
  return errors === 0 ? 'no errors' : `${errors} errors (${formatRatio(errorRatio)})`;
}

/** Whole seconds, and tenths within the first: nobody ran for 0 ms. */
function wholeSeconds(ms: number): number {
  const step = ms < 1000 ? 100 : 1000;
  return Math.floor(ms / step) * step;
}
