/**
 * When arrivals are meant to start: the pure schedule of an open loop. It knows no clock and sends nothing.
 *
 * With L(t) the number of arrivals due by time t (the integral of the rate), a unit-rate sequence x_0, x_1, ...
 * becomes the schedule L^-1(x_i): x_i = i for `uniform` arrivals, x_i = the sum of i + 1 exponential gaps for
 * `poisson` ones (time-rescaling: Cinlar, Introduction to Stochastic Processes, 1975, ch. 4).
 */
import { exponentialAt, STREAM } from '../core/random.ts';
import type { OpenLoad, Stage } from './plan.ts';

/** Yields intended start times, one arrival per call, without allocating. */
export interface Pacer {
  /** Moves to the next arrival; false at the end, and from then on. */
  next(): boolean;
  /** Index i of the current arrival in the whole schedule; -1 before the first. */
  readonly index: number;
  /** Its intended start, ms from the start of the warm-up; NaN before the first. */
  readonly atMs: number;
}

/** Which arrivals of the schedule are ours: `index`, `index + count`, `index + 2 count`, ... */
export interface Segment {
  /** 0..count-1. */
  readonly index: number;
  /** Number of segments, at least 1. */
  readonly count: number;
}

/** A piece of the schedule with a linear rate, and where it lies in time and in expected arrivals. */
interface Piece {
  readonly startMs: number;
  readonly durationMs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** Expected arrivals before the piece, and before its end. */
  readonly before: number;
  readonly through: number;
}

/** Below this relative distance an expected count that is meant to be whole is: 0.7/s for 90 s gives 63. */
const WHOLE_TOLERANCE = 1e-12;

const WHOLE_SCHEDULE: Segment = { index: 0, count: 1 };

/** The warm-up, which runs its approach or else at the first stage's starting rate, and then the stages. */
function stagesWithWarmup(load: OpenLoad): Stage[] {
  const [first] = load.stages;
  if (first === undefined || load.warmupMs <= 0) {
    return [...load.stages];
  }
  if (load.approach !== undefined) return [...load.approach, ...load.stages];
  return [{ kind: 'constant', ratePerSecond: startRate(first), durationMs: load.warmupMs }, ...load.stages];
}

function startRate(stage: Stage): number {
  return stage.kind === 'constant' ? stage.ratePerSecond : stage.fromPerSecond;
}

function endRate(stage: Stage): number {
  return stage.kind === 'constant' ? stage.ratePerSecond : stage.toPerSecond;
}

function snapToWhole(count: number): number {
  const whole = Math.round(count);
  return Math.abs(count - whole) <= WHOLE_TOLERANCE * whole ? whole : count;
}

function piecesOf(load: OpenLoad): Piece[] {
  const pieces: Piece[] = [];
  let startMs = 0;
  let before = 0;
  for (const stage of stagesWithWarmup(load)) {
    const fromPerSecond = startRate(stage);
    const toPerSecond = endRate(stage);
    const { durationMs } = stage;
    const meanPerSecond = (fromPerSecond + toPerSecond) / 2;
    // A pause may be endless, and 0 x Infinity is NaN.
    const due = meanPerSecond === 0 ? 0 : (meanPerSecond * durationMs) / 1000;
    const through = snapToWhole(before + due);
    pieces.push({ startMs, durationMs, fromPerSecond, toPerSecond, before, through });
    startMs += durationMs;
    before = through;
  }
  return pieces;
}

/**
 * L^-1 within a piece. For a ramp, with y arrivals due since the end that has the lower rate, the time to that
 * end solves low t + a t^2 / 2 = y; 2y / (low + sqrt(low^2 + 2 a y)) is the root without cancellation, also
 * where a or low is 0 (Press et al., Numerical Recipes, sec. 5.6).
 *
 * @param x arrivals due, `piece.before` <= x < `piece.through`  @returns ms from the start of the schedule
 */
function timeOf(piece: Piece, x: number): number {
  const { startMs, durationMs, fromPerSecond, toPerSecond } = piece;
  if (fromPerSecond === toPerSecond) {
    return startMs + Math.min(durationMs, ((x - piece.before) * 1000) / fromPerSecond);
  }
  const rising = fromPerSecond < toPerSecond;
  const low = rising ? fromPerSecond : toPerSecond;
  const slope = (Math.abs(toPerSecond - fromPerSecond) * 1000) / durationMs;
  const y = rising ? x - piece.before : piece.through - x;
  const awayMs = y <= 0 ? 0 : Math.min(durationMs, (2000 * y) / (low + Math.sqrt(low * low + 2 * slope * y)));
  return startMs + (rising ? awayMs : durationMs - awayMs);
}

/** Walks up the schedule: successive calls of `at` must not go back. */
class Schedule {
  readonly #pieces: readonly Piece[];
  #current = 0;
  #latestMs = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** Time of the point where x arrivals are due, ms; NaN when the schedule ends before. */
  at(x: number): number {
    let piece = this.#pieces[this.#current];
    // An arrival due exactly at a pause waits for its end: a piece owns its start and not its end.
    while (piece !== undefined && x >= piece.through) {
      this.#current += 1;
      piece = this.#pieces[this.#current];
    }
    if (piece === undefined) {
      return NaN;
    }
    // Rounding may turn two arrivals that are closer than 1e-11 ms around.
    this.#latestMs = Math.max(this.#latestMs, timeOf(piece, x));
    return this.#latestMs;
  }
}

/** Arrivals at equal distances in L: each segment computes its own only. */
class UniformPacer implements Pacer {
  index = -1;
  atMs: number = NaN;
  readonly #schedule: Schedule;
  readonly #stride: number;
  readonly #end: number;
  #upcoming: number;

  constructor(load: OpenLoad, segment: Segment) {
    const pieces = piecesOf(load);
    this.#schedule = new Schedule(pieces);
    this.#stride = segment.count;
    this.#upcoming = segment.index;
    this.#end = warmupArrivals(load, pieces) + (load.requests ?? Infinity);
  }

  next(): boolean {
    const index = this.#upcoming;
    const atMs = index < this.#end ? this.#schedule.at(index) : NaN;
    if (Number.isNaN(atMs)) {
      return false;
    }
    this.index = index;
    this.atMs = atMs;
    this.#upcoming = index + this.#stride;
    return true;
  }
}

/** Arrivals of a Poisson process: each segment adds up all gaps, in the same order, so that sums agree to the bit. */
class PoissonPacer implements Pacer {
  index = -1;
  atMs: number = NaN;
  readonly #seed: number;
  readonly #schedule: Schedule;
  readonly #stride: number;
  readonly #warmupMs: number;
  #measuredLeft: number;
  #skip: number;
  #drawn = 0;
  #due = 0;
  #ended = false;

  constructor(load: OpenLoad, seed: number, segment: Segment) {
    this.#seed = seed;
    this.#schedule = new Schedule(piecesOf(load));
    this.#stride = segment.count;
    this.#skip = segment.index;
    this.#warmupMs = load.warmupMs;
    this.#measuredLeft = load.requests ?? Infinity;
  }

  next(): boolean {
    let atMs = NaN;
    for (let step = 0; step <= this.#skip && !this.#ended; step += 1) {
      atMs = this.#draw();
    }
    if (this.#ended) {
      return false;
    }
    this.#skip = this.#stride - 1;
    this.index = this.#drawn - 1;
    this.atMs = atMs;
    return true;
  }

  #draw(): number {
    this.#due += exponentialAt(this.#seed, STREAM.gap, this.#drawn);
    this.#drawn += 1;
    const atMs = this.#schedule.at(this.#due);
    if (atMs >= this.#warmupMs) {
      this.#measuredLeft -= 1;
    }
    this.#ended = Number.isNaN(atMs) || this.#measuredLeft < 0;
    return atMs;
  }
}

/** Expected arrivals of the warm-up. */
function warmupThrough(load: OpenLoad, pieces: readonly Piece[]): number {
  return load.warmupMs > 0 ? (pieces[pieces.length - load.stages.length - 1]?.through ?? 0) : 0;
}

/** Whole arrivals of a uniform schedule that lie in the warm-up; the first one is at 0. */
function warmupArrivals(load: OpenLoad, pieces: readonly Piece[]): number {
  return Math.ceil(warmupThrough(load, pieces));
}

/**
 * The arrivals of a segment, warm-up first, at times that never decrease. The union of all segments is the
 * schedule itself, bit for bit, and `load.requests` counts over all of them. A call of `next` is bounded work:
 * one inverse per arrival, and for `poisson` one per arrival of the other segments too.
 *
 * @param seed integer 0..2^53-1; of no effect on `uniform` arrivals
 */
export function createPacer(load: OpenLoad, seed: number, segment: Segment = WHOLE_SCHEDULE): Pacer {
  return load.arrivals === 'uniform'
    ? new UniformPacer(load, segment)
    : new PoissonPacer(load, seed, segment);
}

/** End of the schedule, warm-up included, ms; `load.requests` may end it sooner. */
export function scheduleMs(load: OpenLoad): number {
  return load.stages.reduce((sum, stage) => sum + stage.durationMs, load.warmupMs);
}

/**
 * How many arrivals the schedule plans: the exact number for `uniform`, the expected one (not whole) for
 * `poisson`; `measured` is never more than `load.requests`.
 */
export function expectedArrivals(load: OpenLoad): { warmup: number; measured: number } {
  const pieces = piecesOf(load);
  const total = pieces.at(-1)?.through ?? 0;
  const limit = load.requests ?? Infinity;
  if (load.arrivals === 'uniform') {
    const warmup = warmupArrivals(load, pieces);
    return { warmup, measured: Math.min(limit, Math.ceil(total) - warmup) };
  }
  const warmup = warmupThrough(load, pieces);
  return { warmup, measured: Math.min(limit, total - warmup) };
}

/** The highest rate that the schedule ever asks for, warm-up included, per second; 0 without stages. */
export function peakRatePerSecond(load: OpenLoad): number {
  return Math.max(0, ...stagesWithWarmup(load).map((stage) => Math.max(startRate(stage), endRate(stage))));
}

/**
 * Rate asked for at a moment, per second; 0 outside the schedule. At a step the later stage counts.
 *
 * @param ms from the start of the warm-up
 */
export function rateAt(load: OpenLoad, ms: number): number {
  for (const piece of piecesOf(load)) {
    // The sum is, to the bit, where the next piece starts.
    if (ms >= piece.startMs && ms < piece.startMs + piece.durationMs) {
      const sinceMs = ms - piece.startMs;
      const rise = piece.toPerSecond - piece.fromPerSecond;
      return rise === 0 ? piece.fromPerSecond : piece.fromPerSecond + (rise * sinceMs) / piece.durationMs;
    }
  }
  return 0;
}
