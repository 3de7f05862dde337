/**
 * Where a curve bends, to mark it on a plot. No more than that: the knee of a hyperbola such as response time over
 * load moves with the range that was measured, so a knee is never a capacity.
 */

/** What kind of bend is looked for. */
export interface KneeShape {
  readonly curve: 'concave' | 'convex';
  readonly direction: 'increasing' | 'decreasing';
  /** How many points of flatness a knee must be followed by. Default 1. */
  readonly sensitivity?: number;
}

/** A point of the curve turned concave and increasing, within the unit square; `index` is its place in the input. */
interface Turned {
  readonly x: number;
  readonly y: number;
  readonly index: number;
}

/** The values stretched over 0..1; null when they are all equal or too few. */
function stretched(values: readonly number[]): number[] | null {
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  return values.length > 2 && range > 0 ? values.map((value) => (value - low) / range) : null;
}

/** The curve mirrored so that what is looked for is the knee of a concave, increasing one. */
function turned(x: readonly number[], y: readonly number[], { curve, direction }: KneeShape): Turned[] {
  const isMirrored = (curve === 'concave') === (direction === 'decreasing');
  const isUpended = curve === 'convex';
  const points = x.map((at, index) => {
    const height = y[index] ?? Number.NaN;
    return { x: isMirrored ? 1 - at : at, y: isUpended ? 1 - height : height, index };
  });
  return isMirrored ? points.toReversed() : points;
}

/** True where the middle one of three is no smaller than the others, and not just one of three equals. */
function isTop(before: number, middle: number, after: number): boolean {
  return middle >= before && middle >= after && (middle > before || middle > after);
}

/** Places of all knees, in the order in which they are met. */
function kneeIndices(points: readonly Turned[], sensitivity: number): number[] {
  const rise = points.map(({ x, y }) => y - x);
  const slack = sensitivity / (points.length - 1);
  const found = new Set<number>();
  let top: number | null = null;
  let threshold = 0;
  for (let i = 1; i < points.length; i += 1) {
    const [before = 0, here = 0, after = -Infinity] = rise.slice(i - 1, i + 2);
    if (top !== null && here < threshold) found.add(points[top]?.index ?? 0);
    if (i === points.length - 1) break;
    if (isTop(before, here, after)) {
      top = i;
      threshold = here - slack;
    }
    if (isTop(-before, -here, -after)) threshold = 0;
  }
  return [...found];
}

/**
 * The knees of a curve: points after which it rises less than its range would let expect. Satopaa, Albrecht, Irwin,
 * Raghavan, "Finding a 'Kneedle' in a Haystack" (2011), without smoothing, for few points.
 *
 * @param x strictly ascending  @param y as many  @returns x of each knee, as they are met; none in a flat curve
 */
export function knees(x: readonly number[], y: readonly number[], shape: KneeShape): number[] {
  const across = stretched(x);
  const up = stretched(y);
  if (across === null || up === null) return [];
  return kneeIndices(turned(across, up, shape), shape.sensitivity ?? 1).map(
    (index) => x[index] ?? Number.NaN,
  );
}

/** The first of the {@link knees}; null when there is none. */
export function kneedle(x: readonly number[], y: readonly number[], shape: KneeShape): number | null {
  return knees(x, y, shape)[0] ?? null;
}
