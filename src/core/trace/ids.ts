/**
 * Ids of traces and spans: functions of (run id, seed, arrival index), so that no two threads or machines need to talk,
 * and a request's ids can be computed again when somebody asks for them. The loads of one search have one run id, and
 * each a seed of its own. Where a run is below nobody's span, the span of a
 * request is the root of a trace of its own: the low half of the trace id and the span id are one number (SSF: a root
 * has id = trace_id).
 */

import { bitsAt, STREAM, uniformAt } from '../random.ts';
import { idOfHex, type TraceParent } from './parent.ts';

/** The ids of one request, as a span has them: positive and below 2^63; `parentId` 0n for the root of a trace. */
export interface SpanIds {
  readonly traceId: bigint;
  readonly spanId: bigint;
  readonly parentId: bigint;
}

/** Values of the upper word of a span id: its first hex digit is 1 to 7, so that the id is positive and never short. */
const LOWEST_UPPER = 0x10000000;
const UPPER_VALUES = 0x70000000;

/** Tells a load from all others. */
export interface LoadName {
  readonly runId: string;
  readonly seed: number;
}

/** The ids of a load's requests. */
export class RunIds {
  /** Null: each request is a trace of its own. */
  readonly parent: TraceParent | null;
  /** What every trace id of the load begins with, hex digits: half of it, or with a parent the whole. */
  readonly tracePrefix: string;
  readonly #seed: number;

  constructor({ runId, seed }: LoadName, parent: TraceParent | null) {
    this.#seed = seedOf(`${runId} ${seed}`);
    this.parent = parent;
    this.tracePrefix = parent === null ? this.#loadHex() : traceHexOf(parent);
  }

  /** The upper and the lower word of an arrival's span id, integers below 2^31 and 2^32. */
  upperWord(index: number): number {
    return LOWEST_UPPER + Math.floor(uniformAt(this.#seed, STREAM.spanUpper, index) * UPPER_VALUES);
  }

  /** The lower 32 bits of an arrival's span id. */
  lowerWord(index: number): number {
    return bitsAt(this.#seed, STREAM.spanLower, index);
  }

  /** An arrival's span id, 16 hex digits of which the first is not 0. */
  spanHex(index: number): string {
    return hexOf(this.upperWord(index)) + hexOf(this.lowerWord(index));
  }

  /** An arrival's trace id, 32 hex digits. */
  traceHex(index: number): string {
    return this.parent === null ? this.tracePrefix + this.spanHex(index) : this.tracePrefix;
  }

  /** An arrival's ids as numbers. */
  ids(index: number): SpanIds {
    const spanId = (BigInt(this.upperWord(index)) << 32n) | BigInt(this.lowerWord(index));
    const { parent } = this;
    return parent === null
      ? { traceId: spanId, spanId, parentId: 0n }
      : { traceId: parent.traceId, spanId, parentId: parent.spanId };
  }

  #loadHex(): string {
    return hexOf(bitsAt(this.#seed, STREAM.runTrace, 0) || 1) + hexOf(bitsAt(this.#seed, STREAM.runTrace, 1));
  }
}

/** A parent's trace id, 32 hex digits. */
export function traceHexOf({ traceId, traceHex }: TraceParent): string {
  return traceHex ?? traceId.toString(16).padStart(32, '0');
}

/** The value of `ot-tracer-traceid` for a trace id of 32 hex digits: as Go's strconv.FormatInt(id, 16) writes it. */
export function tracerHex(traceHex: string): string {
  return idOfHex(traceHex).toString(16);
}

function hexOf(word: number): string {
  return word.toString(16).padStart(8, '0');
}

/** A seed, 0..2^53-1, out of any text: each character turns it into another. */
function seedOf(text: string): number {
  let seed = text.length;
  for (let at = 0; at < text.length; at += 1)
    seed = uniformAt(seed, STREAM.runTrace, text.charCodeAt(at)) * 2 ** 53;
  return seed;
}
