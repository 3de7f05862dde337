/** The trace that a run belongs to when somebody else has begun one: what the environment says of it. */

import { readTraceparent } from './traceparent.ts';

/** A span of somebody else, above ours. Ids are positive and below 2^63. */
export interface TraceParent {
  readonly traceId: bigint;
  readonly spanId: bigint;
  /** The whole trace id, 32 hex digits, where it is longer than `traceId`; absent: that one, with zeros before it. */
  readonly traceHex?: string;
}

/** What the environment says, and what of it had to be ignored, in plain words. */
export interface EnvironmentParent {
  readonly parent: TraceParent | null;
  readonly remark: string | null;
}

/** Under these veneur-emit tells its child of itself, as decimal numbers. */
export const VENEUR_TRACE = 'VENEUR_EMIT_TRACE_ID';
/** The span above; without it the trace's root, which has the trace's own id. */
export const VENEUR_PARENT = 'VENEUR_EMIT_PARENT_SPAN_ID';
/** W3C's text, as CI services and OpenTelemetry's tools hand it on. */
export const TRACEPARENT = 'TRACEPARENT';

const BELOW = 1n << 63n;

/**
 * The span above us, from veneur-emit's two variables, else from `TRACEPARENT`; where both name one trace, the long id
 * of the latter stays. What cannot be read is ignored and said: a run is not refused for a variable of its surroundings.
 */
export function parentFromEnvironment(env: Readonly<Record<string, string | undefined>>): EnvironmentParent {
  const remarks: string[] = [];
  const veneur = veneurParent(env, remarks);
  const w3c = w3cParent(env, remarks);
  const isOneTrace = veneur !== null && w3c !== null && veneur.traceId === w3c.traceId;
  return {
    parent: isOneTrace ? { ...w3c, spanId: veneur.spanId } : (veneur ?? w3c),
    remark: remarks.length === 0 ? null : remarks.join('; '),
  };
}

/** An id that fits SSF: the low 63 bits of 16 hex digits or more, and 1 for 0. @param hex digits alone */
export function idOfHex(hex: string): bigint {
  return BigInt.asUintN(63, BigInt(`0x${hex}`)) || 1n;
}

function veneurParent(
  env: Readonly<Record<string, string | undefined>>,
  remarks: string[],
): TraceParent | null {
  const trace = env[VENEUR_TRACE] ?? '';
  const span = env[VENEUR_PARENT] ?? '';
  if (trace === '' && span === '') return null;
  const traceId = decimalId(trace);
  const spanId = span === '' ? traceId : decimalId(span);
  if (traceId !== null && spanId !== null) return { traceId, spanId };
  const name = traceId === null ? VENEUR_TRACE : VENEUR_PARENT;
  remarks.push(`${name} is ignored: not a number from 1 to 2^63 - 1`);
  return null;
}

function w3cParent(env: Readonly<Record<string, string | undefined>>, remarks: string[]): TraceParent | null {
  const text = env[TRACEPARENT] ?? '';
  if (text === '') return null;
  const read = readTraceparent(text);
  if (read === null) {
    remarks.push(
      `${TRACEPARENT} is ignored: not of the form 00-<32 hex digits>-<16 hex digits>-<2 hex digits>`,
    );
    return null;
  }
  return { traceId: idOfHex(read.traceHex), spanId: idOfHex(read.spanHex), traceHex: read.traceHex };
}

function decimalId(text: string): bigint | null {
  if (!/^\d{1,19}$/.test(text)) return null;
  const id = BigInt(text);
  return id > 0n && id < BELOW ? id : null;
}
