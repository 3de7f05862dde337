/** Where a series splits best into two parts that differ, by the distances between their values. */

/** A split of a stretch of a series. */
export interface Split {
  /** Position of the first value of the second part. */
  readonly index: number;
  /** The energy statistic: 0 for parts alike, larger the more they differ and the more values they have. */
  readonly energy: number;
}

/** A stretch of a series: from the first position to before the second. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Sums of the distances between the values of a stretch. */
interface Distances {
  readonly left: number;
  readonly right: number;
  readonly across: number;
}

/** Mean over the pairs of `count` values; a single value has none. */
function pairMean(sum: number, count: number): number {
  return count < 2 ? 0 : (2 * sum) / (count * (count - 1));
}

function energyOf({ left, right, across }: Distances, m: number, n: number): number {
  const apart = (2 * across) / (m * n) - pairMean(left, m) - pairMean(right, n);
  return ((m * n) / (m + n)) * apart;
}

/**
 * The split of a stretch that Matteson and James' divisive estimation looks at next ("A nonparametric approach for
 * multiple change point analysis of multivariate data", JASA 109 (2014), formula 7, with exponent 1): the largest
 *
 *     mn / (m + n) [ 2 / (mn) sum |x - y| - mean |x - x'| - mean |y - y'| ]
 *
 * over the splits of all its beginnings. The work grows with the cube of its length.
 *
 * @returns null for fewer than two values
 */
export function bestSplit(values: readonly number[], { from, to }: Stretch): Split | null {
  const part = values.slice(from, to);
  const within = withinBeginnings(part);
  let best: Split | null = null;
  for (let split = 1; split < part.length; split += 1) {
    let right = 0;
    for (let last = split; last < part.length; last += 1) {
      right += distanceTo(part, part[last] ?? 0, { from: split, to: last });
      const left = within[split] ?? 0;
      const across = (within[last + 1] ?? 0) - left - right;
      const energy = energyOf({ left, right, across }, split, last + 1 - split);
      if (best === null || energy > best.energy) best = { index: from + split, energy };
    }
  }
  return best;
}

/** At position i the sum of the distances between the first i values. */
function withinBeginnings(part: readonly number[]): number[] {
  const sums = [0];
  for (const [index, value] of part.entries()) {
    sums.push((sums[index] ?? 0) + distanceTo(part, value, { from: 0, to: index }));
  }
  return sums;
}

function distanceTo(part: readonly number[], value: number, { from, to }: Stretch): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += Math.abs((part[at] ?? 0) - value);
  return sum;
}
