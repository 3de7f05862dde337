/** Spans of Veneur's Sensor Sensibility Format: its protobuf (ssf/sample.proto) and its frames (protocol/wire.go). */

import { ProtoWriter } from '../protobuf.ts';

/** Kinds of samples, at the place of their number in the enum. */
const SAMPLE_KINDS = ['counter', 'gauge', 'histogram', 'set', 'status'] as const;

/** What a sample says. */
export type SampleKind = (typeof SAMPLE_KINDS)[number];

/** A metric inside a span. */
export interface SsfSample {
  readonly kind: SampleKind;
  readonly name: string;
  /** Kept as a 32-bit float. */
  readonly value: number;
  /** Unix time, ns; 0n: that of its arrival. */
  readonly timestampNs: bigint;
  /** The member, of a set; words, of a status. */
  readonly message: string;
  /** 0 OK, 1 warning, 2 critical, 3 unknown. */
  readonly status: 0 | 1 | 2 | 3;
  /** Share that was sampled, as a 32-bit float. */
  readonly sampleRate: number;
  readonly tags: ReadonlyMap<string, string>;
  /** ns, µs, ms, s, min, h; empty: none. */
  readonly unit: string;
}

/** A span. Ids are 0n..2^63-1, 0n: none; a root's `id` equals its `traceId`. Times are Unix time in ns. */
export interface SsfSpan {
  readonly traceId: bigint;
  readonly id: bigint;
  readonly parentId: bigint;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly error: boolean;
  readonly service: string;
  readonly metrics: readonly SsfSample[];
  readonly tags: ReadonlyMap<string, string>;
  /** Veneur makes service indicators of it: rate, errors and duration by service. */
  readonly indicator: boolean;
  readonly name: string;
}

/** The bytes of a span: what one UDP datagram carries. */
export function encodeSpan(span: SsfSpan): Uint8Array {
  const writer = new ProtoWriter()
    .int(2, span.traceId)
    .int(3, span.id)
    .int(4, span.parentId)
    .int(5, span.startNs)
    .int(6, span.endNs)
    .int(7, span.error)
    .string(8, span.service);
  for (const sample of span.metrics) writer.bytes(10, encodeSample(sample));
  return writer.map(11, span.tags).int(12, span.indicator).string(13, span.name).finish();
}

function encodeSample(sample: SsfSample): Uint8Array {
  return new ProtoWriter()
    .int(1, SAMPLE_KINDS.indexOf(sample.kind))
    .string(2, sample.name)
    .float(3, sample.value)
    .int(4, sample.timestampNs)
    .string(5, sample.message)
    .int(6, sample.status)
    .float(7, sample.sampleRate)
    .map(8, sample.tags)
    .string(9, sample.unit)
    .finish();
}

/** The longest message that a frame may carry, bytes. */
export const MAX_FRAME_BYTES: number = 16 * 1024 * 1024;

const VERSION = 0;
const HEAD_BYTES = 5;

/** A message as a stream carries it: version 0, its length in four bytes, big end first. Throws RangeError when it is too long. */
export function frame(message: Uint8Array): Uint8Array {
  if (message.length > MAX_FRAME_BYTES) {
    throw new RangeError(`a frame carries ${MAX_FRAME_BYTES} bytes at most, not ${message.length}`);
  }
  const framed = new Uint8Array(HEAD_BYTES + message.length);
  framed[0] = VERSION;
  new DataView(framed.buffer).setUint32(1, message.length);
  framed.set(message, HEAD_BYTES);
  return framed;
}
