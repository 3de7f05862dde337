/**
 * The wire format of a tally: HdrHistogram V2, compressed, in base64 (github.com/HdrHistogram), which the
 * HdrHistogram libraries of other languages read and merge. Values are integer microseconds. The only file
 * that knows hdr-histogram-js.
 */

import { deflateSync, inflateSync } from 'node:zlib';
import { build, encodeIntoCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import { InternalError, UsageError } from '../core/errors.ts';
import { HIGHEST_US, indexOfUs, lowestUs, Tally } from './tally.ts';

/** Cookies of the compressed frame and of the payload in it; 0x10 says ZigZag LEB128 words. */
const FRAME_COOKIE = 0x1c849314;
const PAYLOAD_COOKIE = 0x1c849313;

/** Bytes before the counts: cookie, length, normalizing offset, digits, lowest, highest, ratio. */
const HEADER_BYTES = 40;

/** Precisions that a layout may have. */
const DIGITS = [1, 2, 3, 4, 5] as const;

/** Largest payload read: every bucket of the finest layout (5 digits up to 2^53) at 9 bytes is below it. */
const MAX_PAYLOAD_BYTES = 48 * 1024 * 1024;

/**
 * The buckets of a tally as a blob that begins with `HISTFAAA`. What HdrHistogram has no place for is not
 * in it: the exact minimum, maximum and sum, and the values beyond one hour.
 */
export function encodeTally(tally: Tally): string {
  const histogram = emptyHistogram({ lowest: 1, highest: HIGHEST_US, digits: 3 });
  tally.forEachBucket((index, count) => {
    histogram.recordValueWithCount(lowestUs(index), count);
  });
  const frame = Buffer.from(encodeIntoCompressedBase64(histogram), 'base64');
  return frameOf(withPlainHeader(inflateSync(frame.subarray(8)))).toString('base64');
}

/**
 * The tally that a blob holds; it may come from any HdrHistogram V2 library. Normalizing offset and ratio
 * are ignored, as some writers set them wrongly. A blob of another layout is recorded again by value, at
 * the middle of each of its buckets. Minimum and maximum are those of the outermost buckets, the sum is
 * taken at their middles, and values beyond one hour count as overflow.
 *
 * @throws UsageError when the text is not such a blob
 *
 * @public
 */
export function decodeTally(base64: string): Tally {
  const payload = payloadOf(base64.trim());
  const layout = layoutOf(payload);
  const reading = {
    counts: new Map<number, number>(),
    count: 0,
    overflow: 0,
    sumUs: 0,
    minUs: Infinity,
    maxUs: -Infinity,
  };
  for (const [index, count] of bucketsOf(payload, layout.countsArrayLength)) {
    readBucket(reading, { layout, index, count });
  }
  const tally = new Tally();
  tally.absorb({
    indexes: Uint32Array.from(reading.counts.keys()),
    counts: Float64Array.from(reading.counts.values()),
    count: reading.count,
    overflow: reading.overflow,
    minMs: reading.minUs / 1000,
    maxMs: reading.maxUs / 1000,
    sumMs: reading.sumUs / 1000,
  });
  return tally;
}

/** The library writes offset 1, and the ratio as the integer 1, which other tools read as 5e-324. */
function withPlainHeader(payload: Buffer): Buffer {
  payload.writeInt32BE(0, 8);
  payload.writeDoubleBE(1, 32);
  return payload;
}

function frameOf(payload: Buffer): Buffer {
  const compressed = deflateSync(payload);
  const head = Buffer.alloc(8);
  head.writeInt32BE(FRAME_COOKIE, 0);
  head.writeInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]);
}

function payloadOf(base64: string): Buffer {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw malformed('it is not base64');
  const frame = Buffer.from(base64, 'base64');
  if (frame.length < 8 || frame.readInt32BE(0) !== FRAME_COOKIE)
    throw malformed('it does not begin with HISTFAAA');
  const length = frame.readInt32BE(4);
  if (length < 0 || length > frame.length - 8) throw malformed('it is cut short');
  try {
    return inflateSync(frame.subarray(8, 8 + length), { maxOutputLength: MAX_PAYLOAD_BYTES });
  } catch (cause) {
    throw malformed('it cannot be decompressed', cause);
  }
}

/** The buckets that the header promises; refuses a header that would ask for an absurd amount of memory. */
function layoutOf(payload: Buffer): JsHistogram {
  if (payload.length < HEADER_BYTES || payload.readInt32BE(0) !== PAYLOAD_COOKIE) {
    throw malformed('it holds something other than a V2 histogram');
  }
  if (payload.readInt32BE(4) !== payload.length - HEADER_BYTES) throw malformed('its counts are cut short');
  const digits = DIGITS.find((candidate) => candidate === payload.readInt32BE(12));
  const lowest = payload.readBigInt64BE(16);
  const highest = payload.readBigInt64BE(24);
  const sane = lowest >= 1n && highest >= 2n * lowest && highest < 2n ** 53n;
  if (!sane || digits === undefined) throw malformed('its range or precision is out of bounds');
  return emptyHistogram({ lowest: Number(lowest), highest: Number(highest), digits });
}

function emptyHistogram(range: {
  readonly lowest: number;
  readonly highest: number;
  readonly digits: (typeof DIGITS)[number];
}): JsHistogram {
  const histogram = build({
    lowestDiscernibleValue: range.lowest,
    highestTrackableValue: range.highest,
    numberOfSignificantValueDigits: range.digits,
    bitBucketSize: 64,
    useWebAssembly: false,
  });
  if (histogram instanceof JsHistogram) return histogram;
  throw new InternalError('hdr-histogram-js built another kind of histogram than it was asked for');
}

/** Non-empty buckets: a positive word is the count of the next bucket, a negative one a run of empty ones. */
function* bucketsOf(payload: Buffer, length: number): Generator<readonly [index: number, count: number]> {
  let index = 0;
  let at = HEADER_BYTES;
  while (at < payload.length) {
    const { word, next } = wordAt(payload, at);
    at = next;
    if (word > 0 && index >= length) throw malformed('it has more counts than its range has room for');
    if (word > 0) yield [index, word];
    index += word < 0 ? -word : 1;
  }
}

/** One ZigZag LEB128-64b9B word: seven bits a byte, low ones first, and eight in the ninth. */
function wordAt(payload: Buffer, start: number): { readonly word: number; readonly next: number } {
  let value = 0;
  for (let length = 0; start + length < payload.length; length += 1) {
    const byte = payload[start + length] ?? 0;
    const isLast = byte < 0x80 || length === 8;
    value += (length === 8 ? byte : byte & 0x7f) * 2 ** (7 * length);
    if (!isLast) continue;
    if (!Number.isSafeInteger(value)) throw malformed('a count is out of bounds');
    return { word: value % 2 === 0 ? value / 2 : -(value + 1) / 2, next: start + length + 1 };
  }
  throw malformed('its last count is cut short');
}

/** What was read so far; counts by bucket of our own layout. */
interface Reading {
  readonly counts: Map<number, number>;
  count: number;
  overflow: number;
  sumUs: number;
  minUs: number;
  maxUs: number;
}

function readBucket(
  reading: Reading,
  bucket: { readonly layout: JsHistogram; readonly index: number; readonly count: number },
): void {
  const { layout, index, count } = bucket;
  const us = layout.valueFromIndex(index);
  const middleUs = Math.floor(layout.medianEquivalentValue(us));
  reading.count += count;
  reading.sumUs += middleUs * count;
  reading.minUs = Math.min(reading.minUs, us);
  reading.maxUs = layout.highestEquivalentValue(us);
  if (middleUs > HIGHEST_US) {
    reading.overflow += count;
    return;
  }
  const own = indexOfUs(middleUs);
  reading.counts.set(own, (reading.counts.get(own) ?? 0) + count);
}

function malformed(why: string, cause?: unknown): UsageError {
  return new UsageError(`not an HdrHistogram: ${why}`, {
    hint: 'expected the base64 text of a compressed V2 histogram, which begins with HISTFAAA',
    cause,
  });
}
