import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { UsageError } from '../../src/core/errors.ts';
import { decodeTally, encodeTally } from '../../src/record/histogram.ts';
import { HIGHEST_US, Tally } from '../../src/record/tally.ts';

const blob = z.object({
  name: z.string(),
  b64: z.string(),
  total: z.number(),
  mean: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});
const reference = z
  .object({
    blobs: z.array(blob),
    published: z.array(z.object({ b64: z.string(), total: z.number(), mean: z.number() })),
  })
  .parse(JSON.parse(readFileSync(new URL('../reference/hdr.json', import.meta.url), 'utf8')));

function quantileUs(tally: Tally, q: number): number {
  return Math.round(tally.atRank(Math.ceil(q * tally.count)) * 1000);
}

function figuresOf(tally: Tally): object {
  return {
    total: tally.count,
    p50: quantileUs(tally, 0.5),
    p90: quantileUs(tally, 0.9),
    p99: quantileUs(tally, 0.99),
    p999: quantileUs(tally, 0.999),
    max: Math.round(tally.maxMs * 1000),
  };
}

function meanUs(tally: Tally): number {
  return (tally.sumMs * 1000) / tally.count;
}

/** The payload of a blob, header first. */
function payloadOf(base64: string): Buffer {
  return inflateSync(Buffer.from(base64, 'base64').subarray(8));
}

function blobOf(payload: Buffer): string {
  const compressed = deflateSync(payload);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(0x1c849314, 0);
  head.writeUInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]).toString('base64');
}

function patched(change: (payload: Buffer) => void): string {
  const payload = payloadOf(encodeTally(new Tally()));
  change(payload);
  return blobOf(payload);
}

describe('decoding', () => {
  test.each(reference.blobs)('reads $name as its writer meant it', (reference) => {
    const { b64, mean, ...figures } = reference;
    const tally = decodeTally(b64);
    expect({ ...figures, ...figuresOf(tally) }).toEqual(figures);
    expect(meanUs(tally) / mean).toBeCloseTo(1, 9);
  });

  test.each(reference.published)('reads a published blob of $total values', ({ b64, total, mean }) => {
    const tally = decodeTally(b64);
    expect([tally.count, tally.overflow]).toEqual([total, 0]);
    expect(meanUs(tally) / mean).toBeCloseTo(1, 9);
  });

  test('merges two blobs into what their writer merged', () => {
    const [first, second, merged] = ['1..10000', '1000..10000000 step 1000', 'merge of the two above'].map(
      (name) => decodeTally(reference.blobs.find((candidate) => candidate.name === name)?.b64 ?? ''),
    );
    if (first === undefined || second === undefined || merged === undefined) throw new Error('no such blobs');
    first.absorb(second.copy());
    expect(figuresOf(first)).toEqual(figuresOf(merged));
    expect(figuresOf(first)).toMatchObject({ total: 20_000, p50: 9991, p90: 8_003_583, p99: 9_805_823 });
  });

  test("ignores the library's normalizing offset of 1 and ratio of 5e-324", () => {
    const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: HIGHEST_US });
    histogram.recordValueWithCount(12_345, 7);
    const tally = decodeTally(encodeIntoCompressedBase64(histogram));
    expect([tally.count, tally.atRank(3, 'lowest'), tally.atRank(3)]).toEqual([7, 12.344, 12.351]);
  });

  test('records the values of another layout again, at the middle of their buckets', () => {
    const coarse = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: 2 ** 33,
      numberOfSignificantValueDigits: 1,
    });
    coarse.recordValueWithCount(1000, 3);
    coarse.recordValueWithCount(2 ** 32, 2);
    const tally = decodeTally(encodeIntoCompressedBase64(coarse));
    expect([tally.count, tally.overflow]).toEqual([5, 2]);
    // With one digit, 1000 lies in 992..1023.
    expect([tally.minMs, tally.atRank(2, 'lowest'), tally.atRank(4)]).toEqual([0.992, 1.008, Infinity]);
  });

  test('allows white space around the blob', () => {
    expect(decodeTally(` ${reference.blobs[0]?.b64}\n`).count).toBe(1);
  });

  const good = encodeTally(new Tally());
  test.each([
    ['nothing', '', 'it is not base64'],
    ['prose', 'not a histogram!', 'it is not base64'],
    [
      'base64 of something else',
      Buffer.from('{"p99": 3}').toString('base64'),
      'it does not begin with HISTFAAA',
    ],
    ['a few letters', 'HIST', 'it does not begin with HISTFAAA'],
    ['half a blob', good.slice(0, 24), 'it is cut short'],
    [
      'a blob with broken compression',
      `${good.slice(0, 16)}${'A'.repeat(good.length - 16)}`,
      'it cannot be decompressed',
    ],
    [
      'another cookie',
      patched((payload) => payload.writeInt32BE(0x1c849302, 0)),
      'it holds something other than a V2',
    ],
    ['an empty payload', blobOf(Buffer.alloc(0)), 'it holds something other than a V2'],
    [
      'a payload length beyond the data',
      patched((payload) => payload.writeInt32BE(9999, 4)),
      'its counts are cut short',
    ],
    [
      'nine digits',
      patched((payload) => payload.writeInt32BE(9, 12)),
      'its range or precision is out of bounds',
    ],
    ['a lowest value of 0', patched((payload) => payload.writeBigInt64BE(0n, 16)), 'its range or precision'],
    [
      'a highest value of 2^60',
      patched((payload) => payload.writeBigInt64BE(2n ** 60n, 24)),
      'its range or precision',
    ],
    [
      'a count without its end',
      patched((payload) => payload.writeUInt8(0x80, payload.length - 1)),
      'its last count is cut',
    ],
  ])('refuses %s', (_, text, why) => {
    expect(() => decodeTally(text)).toThrow(UsageError);
    expect(() => decodeTally(text)).toThrow(`not an HdrHistogram: ${why}`);
  });

  test('refuses more counts than its range has buckets', () => {
    const payload = payloadOf(good);
    const long = Buffer.concat([payload.subarray(0, 40), Buffer.alloc(30_000, 2)]);
    long.writeInt32BE(30_000, 4);
    expect(() => decodeTally(blobOf(long))).toThrow('more counts than its range has room for');
  });
});

describe('encoding', () => {
  const tally = new Tally();
  for (const ms of [0, 0.5, 12.3456, 12.3456, 999, 3_600_000]) tally.add(ms);

  test('begins as every compressed V2 histogram does', () => {
    expect(encodeTally(tally)).toMatch(/^HISTFAAA/);
    expect(encodeTally(new Tally())).toMatch(/^HISTFAAA/);
  });

  test('writes offset 0, ratio 1 and the range of 1 us to 1 h at 3 digits', () => {
    const header = payloadOf(encodeTally(tally));
    expect(header.readUInt32BE(0)).toBe(0x1c849313);
    expect(header.readInt32BE(4)).toBe(header.length - 40);
    expect(header.readInt32BE(8)).toBe(0);
    expect(header.readInt32BE(12)).toBe(3);
    expect(header.readBigInt64BE(16)).toBe(1n);
    expect(header.readBigInt64BE(24)).toBe(3_600_000_000n);
    expect(header.readDoubleBE(32)).toBe(1);
  });

  test('is read by the library', () => {
    const library = decodeFromCompressedBase64(encodeTally(tally), 64);
    expect([library.totalCount, library.getValueAtPercentile(50)]).toEqual([6, 12_351]);
  });

  test('leaves out what lies beyond one hour', () => {
    const over = new Tally();
    over.add(1);
    over.add(4_000_000);
    expect(decodeTally(encodeTally(over)).count).toBe(1);
  });

  test('of nothing is nothing again', () => {
    expect(decodeTally(encodeTally(new Tally())).copy()).toEqual(new Tally().copy());
  });
});
