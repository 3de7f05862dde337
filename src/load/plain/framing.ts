/** What the fields of a head say about where its message ends: RFC 9112 sections 6 and 9. */

import { ProtocolError } from './octets.ts';

/** Most digits of a content-length: every such number is exact. */
const MAX_LENGTH_DIGITS = 15;

const SPACE = 32;
const TAB = 9;
const DIGIT_0 = 48;

/** What a head says about its message. */
export interface Framing {
  status: number;
  /** Minor version: 0 or 1. */
  minor: number;
  /** Value of content-length; -1 when absent. */
  length: number;
  chunked: boolean;
  /** The connection field's options: `close` wins. */
  closes: boolean;
  persists: boolean;
  /** Whether the connection may carry another message: RFC 9112 section 9.3. */
  keepAlive: boolean;
  /** Seconds after which the server says it closes an idle connection; Infinity when it does not say. */
  keepAliveSeconds: number;
  /** The field lines, each with its line end, as latin1. */
  text: string;
}

/** Where a field line lies in the bytes: its name, its colon, and the end of its value. */
export interface FieldLine {
  readonly from: number;
  readonly colon: number;
  readonly end: number;
}

/** A head that has said nothing yet. */
export function blankFraming(): Framing {
  return {
    status: 0,
    minor: 1,
    length: -1,
    chunked: false,
    closes: false,
    persists: false,
    keepAlive: true,
    keepAliveSeconds: Infinity,
    text: '',
  };
}

/**
 * Takes what a field line says, when it is one of the four that frame a message.
 * @throws ProtocolError when it contradicts the head so far, or could be read in two ways
 */
export function readField(framing: Framing, bytes: Buffer, line: FieldLine): void {
  const length = line.colon - line.from;
  if (length === 14) {
    if (isName(bytes, line.from, 'content-length')) contentLength(framing, bytes, line);
  } else if (length === 17) {
    if (isName(bytes, line.from, 'transfer-encoding')) transferEncoding(framing, valueOf(bytes, line));
  } else if (length === 10) {
    if (isName(bytes, line.from, 'connection')) connection(framing, valueOf(bytes, line));
    else if (isName(bytes, line.from, 'keep-alive')) keepAlive(framing, valueOf(bytes, line));
  }
}

/** Digits alone, and one field alone: servers and what stands before them differ in how they read anything else. */
function contentLength(framing: Framing, bytes: Buffer, line: FieldLine): void {
  const from = afterBlanks(bytes, line.colon + 1, line.end);
  const to = beforeBlanks(bytes, from, line.end);
  if (from === to || to - from > MAX_LENGTH_DIGITS) throw new ProtocolError('a malformed content-length');
  if (framing.length !== -1) throw new ProtocolError('two content-lengths');
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - DIGIT_0;
    if (digit < 0 || digit > 9) throw new ProtocolError('a malformed content-length');
    length = length * 10 + digit;
  }
  framing.length = length;
}

/** No other coding was asked for (RFC 9112 section 7.4), and none may be applied twice (section 6.1). */
function transferEncoding(framing: Framing, value: string): void {
  if (value !== 'chunked') throw new ProtocolError('a transfer-encoding other than chunked');
  if (framing.chunked) throw new ProtocolError('two transfer-encodings');
  framing.chunked = true;
}

function connection(framing: Framing, value: string): void {
  if (value === 'keep-alive') framing.persists = true;
  else if (/(?:^|,)[\t ]*close[\t ]*(?:,|$)/.test(value)) framing.closes = true;
  else if (/(?:^|,)[\t ]*keep-alive[\t ]*(?:,|$)/.test(value)) framing.persists = true;
}

function keepAlive(framing: Framing, value: string): void {
  const seconds = /(?:^|[\t ,])timeout=(\d{1,6})/.exec(value)?.[1];
  if (seconds !== undefined) framing.keepAliveSeconds = Number(seconds);
}

function valueOf(bytes: Buffer, { colon, end }: FieldLine): string {
  const from = afterBlanks(bytes, colon + 1, end);
  return bytes.toString('latin1', from, beforeBlanks(bytes, from, end)).toLowerCase();
}

/** Not `trim`, which would also take away a no-break space: that is no blank in a field. */
function afterBlanks(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at])) at += 1;
  return at;
}

function beforeBlanks(bytes: Buffer, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(bytes[at - 1])) at -= 1;
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** Whether a field's name is this one, case ignored: a letter differs from its capital in one bit, and `-` has it set. */
function isName(bytes: Buffer, from: number, name: string): boolean {
  for (let at = 0; at < name.length; at += 1) {
    if (((bytes[from + at] ?? 0) | 32) !== name.charCodeAt(at)) return false;
  }
  return true;
}
