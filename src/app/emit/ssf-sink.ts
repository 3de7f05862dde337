/** Requests as Veneur's spans, and each second's counts as samples: bare in datagrams, framed on a unix stream. */

import type { RequestSpan } from '../../core/trace/request-span.ts';
import { requestSpans, type SpanSettings, type SpanTarget } from '../../telemetry/ssf/request-spans.ts';
import { carriersOf, intervalSamples } from '../../telemetry/ssf/samples.ts';
import { encodeSpan, frame, type SsfSpan } from '../../telemetry/ssf/span.ts';
import type { SinkBook } from '../courier/book.ts';
import type { Parcel, Sender } from '../courier/parcel.ts';
import type { Sink } from './sink.ts';

/** Larger datagrams Veneur does not read (`trace_max_length_bytes`, its usual value). */
const DATAGRAM_BYTES = 16_384;

/** About what a span takes while it waits, bytes. */
const SPAN_SIZE = 400;

/** About what a sample takes while it waits, bytes. */
const SAMPLE_SIZE = 150;

/** What a sink of spans is told of the run. */
export interface SpanPlace {
  readonly book: SinkBook;
  /** Spans are framed. */
  readonly isStream: boolean;
  /** In the order of the plan's targets. */
  readonly targets: readonly SpanTarget[];
  readonly settings: SpanSettings;
}

/** A sink of spans. */
export function ssfSink(sender: Sender, { book, isStream, targets, settings }: SpanPlace): Sink {
  const encoded = (spans: readonly SsfSpan[]): readonly Uint8Array[] =>
    isStream
      ? spans.map((span) => frame(encodeSpan(span)))
      : spans.map(encodeSpan).filter((bytes) => fits(bytes, book));
  const parcelOf = (span: RequestSpan): Parcel[] => {
    const target = targets[span.target];
    if (target === undefined) return [];
    // A request counts as one, with or without spans of its phases.
    return [{ count: 1, size: SPAN_SIZE, encode: () => encoded(requestSpans(span, target, settings)) }];
  };
  return {
    book,
    onInterval: (recent) => {
      for (const carrier of carriersOf(intervalSamples(recent), settings)) {
        const count = carrier.metrics.length;
        sender.push({ count, size: count * SAMPLE_SIZE, encode: () => encoded([carrier]) });
      }
    },
    onSpans: (spans, lost) => {
      if (lost > 0) book.lost(lost);
      for (const parcel of spans.flatMap(parcelOf)) sender.push(parcel);
    },
    flush: () => sender.idle(),
    close: () => sender.close(),
  };
}

function fits(bytes: Uint8Array, book: SinkBook): boolean {
  if (bytes.length <= DATAGRAM_BYTES) return true;
  book.fail('a span was too large for a datagram');
  return false;
}
