/** Intervals and the verdict as DogStatsD lines, in datagrams or over TCP. */

import {
  dogstatsdLines,
  type Naming,
  packets,
  UDP_BYTES,
  verdictLines,
} from '../../telemetry/dogstatsd/metrics.ts';
import type { SinkBook } from '../courier/book.ts';
import type { Parcel, Sender } from '../courier/parcel.ts';
import type { Sink } from './sink.ts';

const encoder = new TextEncoder();

/** A sink of lines. @param isStream lines end with a line feed each, and are not put together into datagrams */
export function dogstatsdSink(
  sender: Sender,
  naming: Naming,
  { book, isStream }: { readonly book: SinkBook; readonly isStream: boolean },
): Sink {
  const push = (lines: readonly string[]): void => {
    const packed = packets(lines, UDP_BYTES);
    if (packed.lost > 0) book.lost(packed.lost);
    for (const packet of packed.packets) sender.push(parcelOf(packet, isStream));
  };
  return {
    book,
    onInterval: (recent) => push(dogstatsdLines(recent, naming)),
    onResult: (result) => push(verdictLines(result, naming)),
    flush: () => sender.idle(),
    close: () => sender.close(),
  };
}

function parcelOf(packet: string, isStream: boolean): Parcel {
  const bytes = encoder.encode(isStream ? `${packet}\n` : packet);
  return { count: packet.split('\n').length, size: bytes.length, encode: () => [bytes] };
}
