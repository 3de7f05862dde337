/**
 * The true capacity of the example system, computed and not measured: replicas behind a balancer that picks
 * one at random, each a queue in front of c workers. A random split of Poisson arrivals stays Poisson, so
 * each replica is an M/G/c queue of its own and the whole holds what one holds, times the replicas.
 */

import { type Distribution, drawExponential, drawService, seededUniform } from './service-time.ts';

/** What fixes the capacity. `workers` is per replica. */
export interface System {
  readonly replicas: number;
  readonly workers: number;
  readonly meanServiceMs: number;
  readonly distribution: Distribution;
}

/** An M/M/c queue in units of its mean service time: `offered` = arrival rate x mean service time. */
export interface Queue {
  readonly workers: number;
  readonly offered: number;
}

/** Requests per second at which every worker of the whole system is busy all the time. */
export function saturationPerSecond(system: Omit<System, 'distribution'>): number {
  return (system.replicas * system.workers * 1000) / system.meanServiceMs;
}

/**
 * Probability that an arrival finds all workers busy: Erlang's C formula by the stable recursion on Erlang B.
 *
 * @returns 1 when offered >= workers (no steady state)
 */
export function erlangC({ workers, offered }: Queue): number {
  if (offered >= workers) return 1;
  let blocked = 1;
  for (let count = 1; count <= workers; count += 1) {
    blocked = (offered * blocked) / (count + offered * blocked);
  }
  return blocked / (1 - (offered / workers) * (1 - blocked));
}

/**
 * Mean response time of M/M/c in units of the mean service time; Infinity when it has no steady state.
 *
 * @public
 */
export function meanResponse(queue: Queue): number {
  const spare = queue.workers - queue.offered;
  return spare <= 0 ? Infinity : 1 + erlangC(queue) / spare;
}

/**
 * P(response > t) of first-come-first-served M/M/c, t in units of the mean service time (Gross and Harris,
 * Fundamentals of Queueing Theory, section 2.3). The wait is 0, or exponential with rate `spare`; the
 * service is exponential with rate 1.
 *
 * @returns 1 when the queue has no steady state
 */
export function responseExceeds(queue: Queue, t: number): number {
  const spare = queue.workers - queue.offered;
  if (spare <= 0) return 1;
  // (e^-spare.t - e^-t) / (1 - spare), whose limit at spare = 1 is t.e^-t: expm1 keeps both digits.
  const gap = 1 - spare;
  const waited = gap === 0 ? t * Math.exp(-t) : (Math.exp(-t) * Math.expm1(gap * t)) / gap;
  return Math.exp(-t) + erlangC(queue) * waited;
}

/**
 * The largest total arrival rate per second at which at least the share `quantile` of all responses takes no
 * longer than `limitMs`. Exact for exponential service. There is no closed form for the other shapes with c
 * workers: their figure comes from a seeded simulation of 300,000 arrivals and is good to about 1 %.
 *
 * @param quantile in (0, 1)  @param limitMs ms, > 0  @returns 0 when even an idle system misses it
 * @throws RangeError when quantile or limitMs lies outside its range
 */
export function holdsPerSecond(system: System, quantile: number, limitMs: number): number {
  if (!(quantile > 0 && quantile < 1))
    throw new RangeError(`quantile must lie between 0 and 1, not ${quantile}`);
  if (!(limitMs > 0)) throw new RangeError(`the limit must be above 0 ms, not ${limitMs}`);
  const t = limitMs / system.meanServiceMs;
  const exceeds =
    system.distribution === 'exponential'
      ? (offered: number): number => responseExceeds({ workers: system.workers, offered }, t)
      : simulatedExceeds(system, t);
  const offered = largestHolding(exceeds, 1 - quantile, system.workers);
  return (offered * system.replicas * 1000) / system.meanServiceMs;
}

/** Bisects for the largest load in [0, high) whose `exceeds` stays within `allowed`; `exceeds` must not fall. */
function largestHolding(exceeds: (offered: number) => number, allowed: number, high: number): number {
  const tiny = high * 1e-9;
  if (exceeds(tiny) > allowed) return 0;
  let holds = tiny;
  let breaks = high;
  while (breaks - holds > high * 1e-7) {
    const middle = (holds + breaks) / 2;
    if (exceeds(middle) <= allowed) holds = middle;
    else breaks = middle;
  }
  return holds;
}

/** The share of simulated responses above t, by load. All loads meet the same draws, so that it never falls. */
function simulatedExceeds(system: System, t: number): (offered: number) => number {
  const arrivals = 300_000;
  const uniform = seededUniform(20180830, system.workers);
  const gaps = Float64Array.from({ length: arrivals }, () => drawExponential(uniform));
  const services = Float64Array.from({ length: arrivals }, () => drawService(system.distribution, uniform));
  return (offered) => {
    const freeAt = new Float64Array(system.workers);
    let now = 0;
    let exceeded = 0;
    for (let index = 0; index < arrivals; index += 1) {
      now += (gaps[index] ?? 0) / offered;
      const worker = earliestFree(freeAt);
      const end = Math.max(now, freeAt[worker] ?? 0) + (services[index] ?? 0);
      freeAt[worker] = end;
      if (end - now > t) exceeded += 1;
    }
    return exceeded / arrivals;
  };
}

function earliestFree(freeAt: Float64Array): number {
  let earliest = 0;
  let earliestAt = Infinity;
  for (let worker = 0; worker < freeAt.length; worker += 1) {
    const at = freeAt[worker] ?? Infinity;
    if (at < earliestAt) {
      earliest = worker;
      earliestAt = at;
    }
  }
  return earliest;
}
