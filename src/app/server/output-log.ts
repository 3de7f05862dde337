/**
 * What a server under test prints: kept in a file of bounded size, and its last lines in memory. A server may print
 * anything, so that every line is made harmless, and secrets are taken out of it, before it is written anywhere.
 */

import { safeText } from '../../core/text.ts';
import type { World } from '../world.ts';

/** When the file is this long it becomes the older one, in characters: two of them are at most 10 MB of ASCII. */
const MAX_LENGTH = 5_000_000;
/** A longer line is cut. */
const MAX_LINE = 2000;
/** Lines shown when something went wrong. */
const TAIL_LINES = 12;

/** Colours and other attributes of a terminal, which would make the file unreadable as escapes. */
// oxlint-disable-next-line no-control-regex
const ATTRIBUTES = /\u001b\[[\d;]*m/g;

/** Where the output goes. */
export interface LogPlace {
  /** The older half is beside it, with `.1` at its end. */
  readonly path: string;
  readonly files: Pick<World['files'], 'append' | 'rename' | 'write'>;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** The output of one server. */
export class OutputLog {
  readonly #place: LogPlace;
  #length = 0;
  #open = '';
  #tail: string[] = [];
  #lost: unknown = null;

  /** Begins with an empty file. @throws what writing it throws */
  constructor(place: LogPlace) {
    this.#place = place;
    place.files.write(place.path, '', 0o600);
  }

  /** Takes in what was printed, in pieces of any size. */
  add(text: string): void {
    const lines = (this.#open + text).split(/\r?\n/);
    this.#open = lines.pop() ?? '';
    this.#keep([...lines, ...this.#overlong()]);
  }

  /**
   * Whole lines of a text without line ends, which must not fill the memory. One more is held back: a secret of which
   * only the beginning has come is in there.
   */
  #overlong(): string[] {
    const lines: string[] = [];
    if (this.#open.length > 2 * MAX_LINE) this.#open = this.#place.redact(this.#open);
    while (this.#open.length > 2 * MAX_LINE) {
      lines.push(this.#open.slice(0, MAX_LINE));
      this.#open = this.#open.slice(MAX_LINE);
    }
    return lines;
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#open !== '') this.#keep([this.#open]);
    this.#open = '';
  }

  /** The last lines, harmless and without secrets; an empty one first. */
  tail(): readonly string[] {
    return this.#tail;
  }

  /** Why the file is not whole; null when it is. */
  get lost(): unknown {
    return this.#lost;
  }

  #keep(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const shown = lines.map((line) => this.#show(line));
    this.#tail = [...this.#tail, ...shown.slice(-TAIL_LINES)].slice(-TAIL_LINES);
    if (this.#lost !== null) return;
    try {
      this.#write(`${shown.join('\n')}\n`);
    } catch (error) {
      // A full disk is no reason to end a measurement.
      this.#lost = error;
    }
  }

  #write(text: string): void {
    const { files, path } = this.#place;
    if (this.#length + text.length > MAX_LENGTH && this.#length > 0) {
      files.rename(path, `${path}.1`);
      files.write(path, '', 0o600);
      this.#length = 0;
    }
    files.append(path, text);
    this.#length += text.length;
  }

  #show(line: string): string {
    const plain = line.replaceAll(ATTRIBUTES, '').replaceAll('\t', '    ');
    return safeText(this.#place.redact(plain), { maxLength: MAX_LINE });
  }
}
