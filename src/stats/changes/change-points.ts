/** When a series changed: where its level before and after differ by more than chance explains. */

import { bestSplit, type Stretch } from './energy.ts';
import { likeness } from './likeness.ts';
import { type Sample, sampleOf, tTest } from './t-test.ts';

/** A change of a series. */
export interface ChangePoint {
  /** Position of the first value after the change. */
  readonly index: number;
  /** The values since the change before it, and those up to the change after it. */
  readonly before: Sample;
  readonly after: Sample;
  /** Of means so far apart by chance; optimistic, since the place was chosen for its difference. */
  readonly probability: number;
  /** The larger of |after / before - 1| and |before / after - 1|. */
  readonly magnitude: number;
}

/** What counts as a change. */
export interface ChangeOptions {
  /** Values looked at together: a later change is not drowned by a long past. Default 50, each half of it on. */
  readonly window?: number;
  /** Largest probability. Default 0.001. */
  readonly probability?: number;
  /** Smallest magnitude, 0..; it must be more. Default 0. */
  readonly magnitude?: number;
  /**
   * True where neighbouring values may be alike without a change, as those of a machine that is busier at some times:
   * what is then taken for one must be improbable among such values too. Default false.
   */
  readonly mayDrift?: boolean;
}

/** Candidates may be so many times as probable: neighbours that go may make them stronger. */
const WEAKER = 10;

/**
 * The changes of a series, in order: candidates of overlapping windows by {@link bestSplit}, tested by Student's t,
 * then the weakest taken out one by one and its neighbours tested anew, until all that are left are as improbable and
 * as large as asked. That is the method of Hunter (Fleming et al., "Hunter: Using change point detection to hunt for
 * performance regressions", ICPE 2023); unlike its program, variances here are those of samples, and a place counts
 * once. Without random numbers: the same series has the same changes.
 *
 * @param values in order of time, finite
 */
export function changePoints(values: readonly number[], options: ChangeOptions = {}): ChangePoint[] {
  const { window = 50, probability = 0.001, magnitude = 0, mayDrift = false } = options;
  const first = candidates(values, { window, probability: Math.min(1, probability * WEAKER) });
  const strict = { probability, magnitude };
  const found = strongest(first, strict, (places) => changesAt(values, places, 1));
  if (!mayDrift) return found;
  const places = found.map(({ index }) => index);
  return strongest(places, strict, (left) => changesAt(values, left, likeness(values, left)));
}

/** Takes out the weakest change, one after another, until all that are left may stay. */
function strongest(
  first: readonly number[],
  strict: Required<Pick<ChangeOptions, 'probability' | 'magnitude'>>,
  changesOf: (places: readonly number[]) => ChangePoint[],
): ChangePoint[] {
  let places = first;
  for (;;) {
    const found = changesOf(places);
    const weakest = weakestOf(found, strict);
    if (weakest === null) return found;
    places = places.filter((place) => place !== weakest.index);
  }
}

/** The change to be taken out next: the most probable one, else the smallest; null when all may stay. */
function weakestOf(
  found: readonly ChangePoint[],
  { probability, magnitude }: Required<Pick<ChangeOptions, 'probability' | 'magnitude'>>,
): ChangePoint | null {
  const [likeliest] = found.toSorted((a, b) => b.probability - a.probability);
  if (likeliest === undefined) return null;
  if (likeliest.probability >= probability) return likeliest;
  const [smallest] = found.toSorted((a, b) => a.magnitude - b.magnitude);
  return smallest === undefined || smallest.magnitude > magnitude ? null : smallest;
}

/** Places in ascending order, each once. */
function candidates(
  values: readonly number[],
  { window, probability }: { readonly window: number; readonly probability: number },
): number[] {
  const places = new Set<number>();
  const step = Math.max(1, Math.floor(window / 2));
  for (let from = 0; from < values.length; ) {
    const found = divide(values, { from, to: Math.min(values.length, from + window) }, probability);
    for (const place of found) places.add(place);
    from = Math.max(found.at(-1) ?? 0, from + step);
  }
  return [...places].toSorted((a, b) => a - b);
}

/** Splits a stretch, and its parts, as long as the strongest split of them is improbable enough. */
function divide(values: readonly number[], { from, to }: Stretch, probability: number): number[] {
  let places: number[] = [];
  for (;;) {
    const splits = stretchesOf([from, ...places, to]).flatMap((stretch) => {
      const split = bestSplit(values, stretch);
      return split === null ? [] : [{ ...split, stretch }];
    });
    const [strongest] = splits.toSorted((a, b) => b.energy - a.energy);
    if (strongest === undefined) return places;
    const { index, stretch } = strongest;
    const before = sampleOf(values.slice(stretch.from, index));
    if (tTest(before, sampleOf(values.slice(index, stretch.to))) > probability) return places;
    places = [...places, index].toSorted((a, b) => a - b);
  }
}

function stretchesOf(edges: readonly number[]): Stretch[] {
  return edges.slice(1).map((to, index) => ({ from: edges[index] ?? 0, to }));
}

function changesAt(values: readonly number[], places: readonly number[], alike: number): ChangePoint[] {
  return places.map((index, position) => {
    const before = sampleOf(values.slice(places[position - 1] ?? 0, index));
    const after = sampleOf(values.slice(index, places[position + 1] ?? values.length));
    const probability = tTest(before, after, alike);
    return { index, before, after, probability, magnitude: magnitudeOf(before, after) };
  });
}

function magnitudeOf({ mean: before }: Sample, { mean: after }: Sample): number {
  if (before === after) return 0;
  return Math.max(Math.abs(after / before - 1), Math.abs(before / after - 1));
}
