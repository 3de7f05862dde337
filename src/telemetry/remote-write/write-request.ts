/** Prometheus remote write 1.0: a stretch as the compressed `WriteRequest` that its receivers are posted. */

import type { Interval, RunIdentity } from '../interval.ts';
import { familiesOf, type Labels } from '../prometheus/families.ts';
import { ProtoWriter } from '../protobuf.ts';
import { snappyBlock } from './snappy.ts';

/** What a request is sent with, besides who sends it. */
export const REMOTE_WRITE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

/**
 * The body of a request: the samples of the metrics page, stamped with the end of a cumulative stretch, as a snappy block.
 * Labels are sorted, and `job` is `headroom` unless a tag says otherwise.
 */
export function writeRequest(interval: Interval, identity: RunIdentity): Uint8Array {
  const atMs = Math.round(interval.toMs);
  const writer = new ProtoWriter();
  for (const { name, samples } of familiesOf(interval, identity)) {
    for (const { suffix, labels, value } of samples) {
      writer.bytes(1, seriesOf(named(labels, `${name}${suffix}`), value, atMs));
    }
  }
  return snappyBlock(writer.finish());
}

function named(labels: Labels, name: string): Labels {
  return [...new Map([['__name__', name], ['job', 'headroom'], ...labels])].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
}

/** `TimeSeries` of prompb/types.proto: labels 1 {name 1, value 2}, samples 2 {value 1, timestamp 2}. */
function seriesOf(labels: Labels, value: number, atMs: number): Uint8Array {
  const writer = new ProtoWriter();
  for (const [name, text] of labels)
    writer.bytes(1, new ProtoWriter().string(1, name).string(2, text).finish());
  return writer.bytes(2, new ProtoWriter().double(1, value).int(2, atMs).finish()).finish();
}
