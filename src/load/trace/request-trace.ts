/** The trace that the requests of one target carry, and how they say so. */

import type { RunIds, SpanIds } from '../../core/trace/ids.ts';
import { tracerHex } from '../../core/trace/ids.ts';
import { idOfHex } from '../../core/trace/parent.ts';
import { readTraceparent, type Traceparent, traceparentText } from '../../core/trace/traceparent.ts';

/** W3C's header, and those of Veneur's client library for Go: trace, span, and that somebody looks at it. */
export const TRACE_HEADERS = [
  'traceparent',
  'ot-tracer-traceid',
  'ot-tracer-spanid',
  'ot-tracer-sampled',
] as const;

/** Digits of a span id, and what stands for them where a place for them is looked for: no hex digits. */
const SPAN_DIGITS = 16;
const BLANK = 'x'.repeat(SPAN_DIGITS);

/** How a target is traced. */
export interface RequestTraceSettings {
  readonly ids: RunIds;
  /** Whether our headers are sent. */
  readonly headers: boolean;
  /** Header names that the target has itself, in lower case: they win. */
  readonly own: ReadonlySet<string>;
  /** Value of the target's own `traceparent` for an arrival; asked only when it has one. */
  readonly ownTraceparent: (index: number) => string | null;
}

/** Lines of a head with places for the span id, to be written into for each arrival. */
export interface TraceLines {
  readonly text: string;
  /** Where the 16 digits go, from the start of `text`. */
  readonly spots: readonly number[];
}

/** Ids and headers of one target's requests. */
export class RequestTrace {
  readonly ids: RunIds;
  /** False: no header is added to a request. */
  readonly adds: boolean;
  /** What is added as lines of HTTP/1.1, the same for all arrivals but for their span ids. */
  readonly lines: TraceLines;
  readonly #names: readonly string[];
  readonly #ownTraceparent: ((index: number) => string | null) | null;

  constructor({ ids, headers, own, ownTraceparent }: RequestTraceSettings) {
    this.ids = ids;
    this.#names = headers ? TRACE_HEADERS.filter((name) => !own.has(name)) : [];
    this.#ownTraceparent = own.has('traceparent') ? ownTraceparent : null;
    this.adds = this.#names.length > 0;
    this.lines = this.#lines();
  }

  /** What is added to an arrival's headers, flat: name, value, name, value... */
  pairs(index: number): string[] {
    const spanHex = this.ids.spanHex(index);
    const pairs: string[] = [];
    for (const name of this.#names) pairs.push(name, this.#value(name, spanHex));
    return pairs;
  }

  /** The trace id under which an arrival is found, 32 hex digits; null when the target's own header names none. */
  traceHex(index: number): string | null {
    return this.#ownTraceparent === null ? this.ids.traceHex(index) : (this.#own(index)?.traceHex ?? null);
  }

  /** The ids of an arrival's span: below the span that the target's own `traceparent` names, if it names one. */
  spanIds(index: number): SpanIds {
    const ids = this.ids.ids(index);
    const own = this.#own(index);
    return own === null
      ? ids
      : { traceId: idOfHex(own.traceHex), spanId: ids.spanId, parentId: idOfHex(own.spanHex) };
  }

  #lines(): TraceLines {
    const text = this.#names.map((name) => `${name}: ${this.#value(name, BLANK)}\r\n`).join('');
    const spots: number[] = [];
    for (let at = text.indexOf(BLANK); at !== -1; at = text.indexOf(BLANK, at + SPAN_DIGITS)) spots.push(at);
    return { text, spots };
  }

  #own(index: number): Traceparent | null {
    return readTraceparent(this.#ownTraceparent?.(index) ?? '');
  }

  #value(name: string, spanHex: string): string {
    const { parent, tracePrefix } = this.ids;
    switch (name) {
      case 'traceparent':
        return traceparentText({ traceHex: parent === null ? tracePrefix + spanHex : tracePrefix, spanHex });
      case 'ot-tracer-traceid':
        return parent === null ? spanHex : tracerHex(tracePrefix);
      case 'ot-tracer-spanid':
        return spanHex;
      default:
        return 'true';
    }
  }
}

/** Writes a span id's 16 digits over the bytes at `at`. */
export function writeSpanHex(bytes: Uint8Array, at: number, id: { upper: number; lower: number }): void {
  for (let digit = 0; digit < 8; digit += 1) {
    const shift = 28 - 4 * digit;
    bytes[at + digit] = hexDigit((id.upper >>> shift) & 15);
    bytes[at + 8 + digit] = hexDigit((id.lower >>> shift) & 15);
  }
}

/** ASCII: the digits from 48, the letters from 97. */
function hexDigit(value: number): number {
  return value < 10 ? 48 + value : 87 + value;
}
