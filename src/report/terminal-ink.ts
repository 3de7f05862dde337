/** Colours and glyphs of the terminal reports, and the one way by which foreign text enters them. */

import { Chalk } from 'chalk';
import { safeText } from '../core/text.ts';
import type { Status } from '../result/document.ts';
import type { ReportOptions } from './options.ts';

type Paint = (text: string) => string;

export interface Ink {
  /** Columns to stay within, >= 40. */
  readonly width: number;
  readonly unicode: boolean;
  readonly verbose: boolean;
  /** Foreign text as one harmless line of at most 500 characters; without Unicode, also ASCII. */
  readonly plain: Paint;
  /** As `plain`, of any length: for what is of no use when cut. */
  readonly plainWhole: Paint;
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly unsure: Paint;
}

/** What our own glyphs become where only ASCII can be shown. */
const FALLBACKS: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '·': '-',
  '–': '-',
  '…': '...',
  '∞': 'inf',
  '×': 'x',
  '█': '#',
  '░': '.',
  '─': '-',
  '▼': 'v',
  '▲': '^',
};

/** An ink for the given options. */
export function createInk({ color, width, unicode, verbose = false }: ReportOptions): Ink {
  const shown = (text: string): string => (unicode ? text : toAscii(text));
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    width: Math.max(40, Math.floor(width)),
    unicode,
    verbose,
    plain: (text) => shown(safeText(text)),
    plainWhole: (text) => shown(safeText(text, { maxLength: Number.MAX_SAFE_INTEGER })),
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    unsure: (text) => chalk.yellow(text),
  };
}

/** The mark of a status in its colour: ✓, ✗ or ?. */
export function markOf(ink: Ink, status: Status | 'not-applicable'): string {
  switch (status) {
    case 'pass':
      return ink.good(ink.plain('✓'));
    case 'fail':
      return ink.bad(ink.plain('✗'));
    case 'inconclusive':
      return ink.unsure('?');
    case 'not-applicable':
      return ink.faint(ink.plain('–'));
  }
}

function toAscii(text: string): string {
  return text.replace(/[^ -~]/gu, (character) => FALLBACKS[character] ?? escapeOf(character));
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
