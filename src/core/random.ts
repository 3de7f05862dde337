/**
 * Randomness that is a function of (seed, stream, index), so that threads and machines agree without
 * talking and a run can be repeated. Nothing here keeps state.
 */

/** What a random number is for: independent streams for one arrival. */
export const STREAM = {
  gap: 1,
  target: 2,
  dataRow: 3,
  fresh: 4,
  think: 5,
  lifetime: 6,
  uuid: 7,
  trial: 8,
  spanUpper: 9,
  spanLower: 10,
  runTrace: 11,
  turns: 12,
  template: 16,
} as const;

/** 2^32 / golden ratio, odd: spreads neighbouring streams over the second key word. */
const STREAM_SPREAD = 0x9e3779b9;

/** The parity constant of Threefry's key schedule for 32-bit words. */
const KEY_PARITY = 0x1bd11bda;

/**
 * The top 53 bits of one block of Threefry-2x32 with 20 rounds, as an integer 0..2^53-1. The counter is the
 * index, the key is seed and stream. Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3"
 * (SC11): a counter-based generator that passes BigCrush, from additions, rotations and exclusive-ors alone,
 * so every engine computes the same bits. A 32-bit mixer is not enough: it repeats itself.
 */
function blockAt(seed: number, stream: number, index: number): number {
  const k0 = seed | 0;
  const k1 = (Math.floor(seed / 0x100000000) + Math.imul(stream, STREAM_SPREAD)) | 0;
  const k2 = k0 ^ k1 ^ KEY_PARITY;
  let x0 = ((index | 0) + k0) | 0;
  let x1 = (Math.floor(index / 0x100000000) + k1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2 + 1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + k2) | 0;
  x1 = (x1 + k0 + 2) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k0) | 0;
  x1 = (x1 + k1 + 3) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2 + 4) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k2) | 0;
  x1 = (x1 + k0 + 5) | 0;
  return (x0 >>> 0) * 0x200000 + (x1 >>> 11);
}

/**
 * 32 random bits for (seed, stream, index).
 *
 * @param seed integer 0..2^53-1  @param stream one of {@link STREAM}, or `STREAM.template + n`
 * @param index integer 0..2^53-1  @returns integer 0..2^32-1
 */
export function bitsAt(seed: number, stream: number, index: number): number {
  return Math.floor(blockAt(seed, stream, index) / 0x200000);
}

/** Uniform number in [0, 1) with 53 random bits for (seed, stream, index). */
export function uniformAt(seed: number, stream: number, index: number): number {
  return blockAt(seed, stream, index) / 0x20000000000000;
}

/** Exponential number with mean 1, by inversion of 1 - uniform, which is never 0. */
export function exponentialAt(seed: number, stream: number, index: number): number {
  return -Math.log(1 - uniformAt(seed, stream, index));
}

/** Integer uniform on [low, high], both included. @param low integer @param high integer >= low */
export function integerAt(
  seed: number,
  stream: number,
  index: number,
  range: { readonly low: number; readonly high: number },
): number {
  return range.low + Math.floor(uniformAt(seed, stream, index) * (range.high - range.low + 1));
}

/** A new seed, 0..2^32-1: the one place where a run is not repeatable. */
export function drawSeed(): number {
  return Math.floor(Math.random() * 0x100000000);
}
