import { describe, expect, test } from 'vitest';
import { bitsAt, drawSeed, exponentialAt, integerAt, STREAM, uniformAt } from '../../src/core/random.ts';

/** Chi-square of counts that should all be equal. */
function chiSquare(counts: Uint32Array): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Wilson-Hilferty: chi-square of `freedom` degrees as a standard normal number. */
function asNormal(statistic: number, freedom: number): number {
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** How far the numbers are from uniform, in standard deviations of a uniform sample; both tails matter. */
function uniformity(numbers: (index: number) => number): number {
  const counts = new Uint32Array(128);
  for (let index = 0; index < 100_000; index += 1) {
    const cell = Math.floor(numbers(index) * 128);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return asNormal(chiSquare(counts), 127);
}

/** How far the pairs are from uniform on the square. */
function independence(first: (index: number) => number, second: (index: number) => number): number {
  const counts = new Uint32Array(256);
  for (let index = 0; index < 100_000; index += 1) {
    const cell = Math.floor(first(index) * 16) * 16 + Math.floor(second(index) * 16);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return asNormal(chiSquare(counts), 255);
}

/** Share of output bits that change when one bit of the input does. */
function flipped(before: number, after: number): number {
  let bits = before ^ after;
  let count = 0;
  for (; bits !== 0; bits &= bits - 1) {
    count += 1;
  }
  return count / 32;
}

const SEEDS = [0, 1, 2, 42, 0xffffffff, 2 ** 32, 2 ** 53 - 1];
const STREAMS = [...Object.values(STREAM), STREAM.template + 1];
/** Beyond this many standard deviations: about one in 15 million. */
const FAR = 5.4;

describe('random numbers', () => {
  test.each([
    { seed: 0, index: 0, bits: 0x6b200159, why: 'zero counter and key' },
    { seed: -1, index: -1, bits: 0x1cb996fc, why: 'all bits set' },
  ])('are those of Threefry-2x32-20 in its published vectors: $why', ({ seed, index, bits }) => {
    expect(bitsAt(seed, 0, index)).toBe(bits);
  });

  test.each(SEEDS)('are uniform in every stream of seed %d', (seed) => {
    for (const stream of STREAMS) {
      expect(Math.abs(uniformity((index) => uniformAt(seed, stream, index)))).toBeLessThan(FAR);
    }
  });

  test('are uniform in their low bits too', () => {
    const lowBits = (index: number): number => (bitsAt(7, STREAM.target, index) & 127) / 128;
    const lowest = (index: number): number => (uniformAt(7, STREAM.target, index) * 2 ** 46) % 1;
    expect(Math.abs(uniformity(lowBits))).toBeLessThan(FAR);
    expect(Math.abs(uniformity(lowest))).toBeLessThan(FAR);
  });

  test('are uniform where indexes are far out or far apart', () => {
    const far = (index: number): number => uniformAt(7, STREAM.gap, 2 ** 52 + index);
    const apart = (index: number): number => uniformAt(7, STREAM.gap, index * 2 ** 32);
    expect(Math.abs(uniformity(far))).toBeLessThan(FAR);
    expect(Math.abs(uniformity(apart))).toBeLessThan(FAR);
  });

  test('are independent of the next index, at any distance that segments use', () => {
    const at = (index: number): number => uniformAt(3, STREAM.gap, index);
    for (const distance of [1, 2, 3, 4, 8, 64, 2 ** 32]) {
      expect(Math.abs(independence(at, (index) => at(index + distance)))).toBeLessThan(FAR);
    }
  });

  test('are independent between streams', () => {
    for (const first of STREAMS) {
      for (const second of STREAMS.filter((stream) => stream > first)) {
        const distance = independence(
          (index) => uniformAt(11, first, index),
          (index) => uniformAt(11, second, index),
        );
        expect(Math.abs(distance), `streams ${first} and ${second}`).toBeLessThan(FAR);
      }
    }
  });

  test('are independent between neighbouring seeds', () => {
    for (const [seed, other] of [
      [0, 1],
      [1, 2],
      [5, 5 + 2 ** 32],
      [2 ** 32 - 1, 2 ** 32],
    ] as const) {
      const distance = independence(
        (index) => uniformAt(seed, STREAM.gap, index),
        (index) => uniformAt(other, STREAM.gap, index),
      );
      expect(Math.abs(distance), `seeds ${seed} and ${other}`).toBeLessThan(FAR);
    }
  });

  test('repeat themselves as often as chance has it, also across seeds and streams', () => {
    const drawn = new Set<number>();
    const each = 2 ** 16;
    for (const [seed, stream] of [
      [1, STREAM.uuid],
      [1, STREAM.gap],
      [2, STREAM.uuid],
      [2 ** 40, STREAM.uuid],
    ] as const) {
      for (let index = 0; index < each; index += 1) {
        drawn.add(bitsAt(seed, stream, index));
      }
    }
    const repeats = 4 * each - drawn.size;
    // Birthdays: (2^18)^2 / 2 / 2^32 = 8 are expected, Poisson distributed.
    expect(repeats).toBeGreaterThan(0);
    expect(repeats).toBeLessThan(24);
  });

  test('change in half of their bits with any bit of seed, index or stream', () => {
    for (let bit = 0; bit < 53; bit += 1) {
      let bySeed = 0;
      let byIndex = 0;
      for (let index = 0; index < 500; index += 1) {
        const before = bitsAt(index, 1, index);
        const moved = index + 2 ** bit * ((Math.floor(index / 2 ** bit) & 1) === 0 ? 1 : -1);
        bySeed += flipped(before, bitsAt(moved, 1, index));
        byIndex += flipped(before, bitsAt(index, 1, moved));
      }
      // 16,000 bits each: one standard deviation is 0.004.
      expect(Math.abs(bySeed / 500 - 0.5), `seed bit ${bit}`).toBeLessThan(0.021);
      expect(Math.abs(byIndex / 500 - 0.5), `index bit ${bit}`).toBeLessThan(0.021);
    }
  });
});

describe('integerAt', () => {
  test('draws every integer of the range, ends included, equally often', () => {
    const counts = new Uint32Array(7);
    for (let index = 0; index < 70_000; index += 1) {
      const cell = integerAt(9, STREAM.dataRow, index, { low: -3, high: 3 }) + 3;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(70_000);
    expect(Math.abs(asNormal(chiSquare(counts), 6))).toBeLessThan(FAR);
  });

  test.each([
    { low: 5, high: 5 },
    { low: 0, high: 2 ** 53 - 1 },
    { low: -(2 ** 52), high: 2 ** 52 - 1 },
  ])('stays within $low..$high', (range) => {
    for (let index = 0; index < 1000; index += 1) {
      const drawn = integerAt(1, STREAM.template, index, range);
      expect(Number.isSafeInteger(drawn)).toBe(true);
      expect(drawn).toBeGreaterThanOrEqual(range.low);
      expect(drawn).toBeLessThanOrEqual(range.high);
    }
  });
});

describe('exponentialAt', () => {
  test('has mean 1, variance 1 and no negative or infinite value', () => {
    const n = 200_000;
    let sum = 0;
    let squares = 0;
    let outside = 0;
    for (let index = 0; index < n; index += 1) {
      const value = exponentialAt(4, STREAM.gap, index);
      outside += value >= 0 && value < 40 ? 0 : 1;
      sum += value;
      squares += value * value;
    }
    expect(outside).toBe(0);
    const mean = sum / n;
    // Standard deviations: 1 / sqrt(n) = 0.0022 and sqrt(8 / n) = 0.0063.
    expect(Math.abs(mean - 1)).toBeLessThan(0.011);
    expect(Math.abs(squares / n - mean * mean - 1)).toBeLessThan(0.032);
  });
});

describe('drawSeed', () => {
  test('draws another 32-bit integer each time', () => {
    const seeds = Array.from({ length: 20 }, drawSeed);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
    expect(new Set(seeds).size).toBeGreaterThan(18);
  });
});
