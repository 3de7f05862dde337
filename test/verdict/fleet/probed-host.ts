/** Hosts in virtual time: M/M/c, first come, first served, and a light probe that looks at them. */

import { drawExponential, seededUniform } from '../../../src/demo/service-time.ts';

/** One host. Times in ms. */
export interface Host {
  readonly workers: number;
  readonly serviceMs: number;
  /** Of all workers, 0..1. */
  readonly utilization: number;
  readonly seed: number;
}

/** What a probe of it saw, and what it did meanwhile. */
export interface Probed {
  /** Response times of the probes, ms. */
  readonly responsesMs: readonly number[];
  /** Busy time of the workers over what they had, as the host would report it. */
  readonly reported: number;
}

/** Requests before the first one that counts. */
const APPROACH = 4000;

/** Other requests between two probes, on average: light. */
const APART = 60;

/** Sends `probes` requests at Poisson times among the host's own traffic. */
export function probeHost({ workers, serviceMs, utilization, seed }: Host, probes: number): Probed {
  const gaps = seededUniform(seed, 1);
  const services = seededUniform(seed, 2);
  const choices = seededUniform(seed, 3);
  const gapMs = serviceMs / (workers * utilization);
  const freeAt = new Array<number>(workers).fill(0);
  const responsesMs: number[] = [];
  let nowMs = 0;
  let busyMs = 0;
  let fromMs = 0;
  for (let count = 0; responsesMs.length < probes; count += 1) {
    nowMs += gapMs * drawExponential(gaps);
    const first = freeAt.indexOf(Math.min(...freeAt));
    const workMs = serviceMs * drawExponential(services);
    const endMs = Math.max(nowMs, freeAt[first] ?? 0) + workMs;
    freeAt[first] = endMs;
    if (count === APPROACH) fromMs = nowMs;
    if (count < APPROACH) continue;
    busyMs += workMs;
    if (choices() < 1 / APART) responsesMs.push(endMs - nowMs);
  }
  return { responsesMs, reported: busyMs / ((nowMs - fromMs) * workers) };
}

/** Rank correlation of two lists without ties: 1 when they order their members alike. Spearman (1904). */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [ranksA, ranksB] = [ranksOf(a), ranksOf(b)];
  const squares = ranksA.reduce((sum, rank, index) => sum + (rank - (ranksB[index] ?? 0)) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

function ranksOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => sorted.indexOf(value));
}
