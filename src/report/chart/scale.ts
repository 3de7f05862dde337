/** Scales: where a value lies along an axis, and which values are written beside it. */

/** One direction of a chart. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  /** Ascending, within the range. */
  readonly ticks: readonly number[];
  /** 0 at `from`, 1 at `to`; values beyond are put at the ends. */
  readonly at: (value: number) => number;
}

/** Steps between ticks of a time axis, ms. */
const TIME_STEPS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];
const MOST_TIME_TICKS = 6;

/** From `from` to at least `to` in round steps of 1, 2 or 5 times a power of ten. */
export function linearScale(from: number, to: number, steps = 4): Scale {
  const isWide =
    to - from > 1e-9 * Math.max(1e-9, Math.abs(from), Math.abs(to)) && Number.isFinite(to - from);
  const span = isWide ? to - from : Math.abs(from) > 1e-9 ? Math.abs(from) : 1;
  const step = roundUp(span / steps);
  const first = Math.floor(from / step + 1e-9);
  const last = Math.ceil((from + span) / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  return { ...straight(first * step, last * step), ticks };
}

/** From 0 to exactly `endMs`, with ticks at whole seconds, minutes or hours. */
export function timeScale(endMs: number): Scale {
  const end = endMs > 0 && Number.isFinite(endMs) ? endMs : 1;
  const step = TIME_STEPS.find((each) => end / each <= MOST_TIME_TICKS) ?? roundUp(end / MOST_TIME_TICKS);
  return {
    ...straight(0, end),
    ticks: Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, index) => index * step),
  };
}

/** Logarithmic, from the 1, 2 or 5 times a power of ten at or below `from` to the one at or above `to`. */
export function logScale(from: number, to: number): Scale {
  const least = from > 0 && Number.isFinite(from) ? from : 1;
  const most = to > least && Number.isFinite(to) ? to : least * 2;
  const first = roundDown(least);
  const last = Math.max(roundUp(most), roundUp(first * 1.5));
  const decades = Math.log10(last / first);
  const wanted = decades > 3.5 ? [1] : decades > 1.8 ? [1, 3] : [1, 2, 5];
  const ticks = powersBetween(first, last).flatMap((power) =>
    wanted.map((digit) => Number((digit * power).toPrecision(6))),
  );
  return {
    ...logarithmic(first, last),
    ticks: ticks.filter((tick) => tick >= first * 0.999 && tick <= last * 1.001),
  };
}

/** Logarithmic over exactly this range, with the ticks given. `0 < from < to` */
export function logScaleOf(from: number, to: number, ticks: readonly number[]): Scale {
  return { ...logarithmic(from, to), ticks: ticks.filter((tick) => tick >= from && tick <= to) };
}

function straight(from: number, to: number): Pick<Scale, 'from' | 'to' | 'at'> {
  return { from, to, at: (value) => clamp((value - from) / (to - from)) };
}

function logarithmic(from: number, to: number): Pick<Scale, 'from' | 'to' | 'at'> {
  const span = Math.log(to / from);
  return { from, to, at: (value) => (value <= from ? 0 : clamp(Math.log(value / from) / span)) };
}

function clamp(fraction: number): number {
  return Number.isNaN(fraction) ? 0 : Math.max(0, Math.min(1, fraction));
}

function powersBetween(from: number, to: number): number[] {
  const first = Math.floor(Math.log10(from) + 1e-9);
  const last = Math.ceil(Math.log10(to) - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

/** The least 1, 2 or 5 times a power of ten that is not below `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const digit = [1, 2, 5].find((each) => each * power >= value * 0.999_999) ?? 10;
  return Number((digit * power).toPrecision(6));
}

/** The largest 1, 2 or 5 times a power of ten that is not above `value`. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const digit = [5, 2, 1].find((each) => each * power <= value * 1.000_001) ?? 1;
  return Number((digit * power).toPrecision(6));
}
