/** True capacities: the highest arrival rate at which a share q of the responses comes within the limit. */

import { drawExponential } from '../../../src/demo/service-time.ts';
import { SimulatedServer } from './server.ts';
import type { ServerModel } from './server-model.ts';
import { uniformFor } from './service-draw.ts';

/** What is promised: P(response > limitMs) <= 1 - q. */
export interface Promised {
  readonly limitMs: number;
  readonly q: number;
}

const ARRIVAL_STREAM = 3;

/** Halvings of a bracket of rates: as fine as a double. */
const HALVINGS = 60;

/**
 * P(R > t) of an M/M/c queue, first come, first served: the wait is 0 with probability 1 - C and else exponential with
 * rate c mu - lambda, independent of the service (Erlang C; Gross and Harris, Fundamentals of Queueing Theory, 2.3).
 *
 * @returns 1 when it is not stable
 */
export function mmcTail(
  ratePerSecond: number,
  { workers, serviceMs, limitMs }: { workers: number; serviceMs: number; limitMs: number },
): number {
  const mu = 1 / serviceMs;
  const lambda = ratePerSecond / 1000;
  const spare = workers * mu - lambda;
  if (spare <= 0) return 1;
  const waits = erlangC(workers, lambda / mu);
  const served = Math.exp(-mu * limitMs);
  const close = Math.abs(spare - mu) < 1e-9 * mu;
  const late = close
    ? (1 + mu * limitMs) * served
    : (spare * served - mu * Math.exp(-spare * limitMs)) / (spare - mu);
  return (1 - waits) * served + waits * late;
}

/** Probability that an arrival must wait, from Erlang B's recursion. @param offered load, in workers */
function erlangC(workers: number, offered: number): number {
  let blocked = 1;
  for (let count = 1; count <= workers; count += 1) {
    blocked = (offered * blocked) / (count + offered * blocked);
  }
  return blocked / (1 - (offered / workers) * (1 - blocked));
}

/** Share of responses beyond the limit at a rate, from a long simulation without a generator, its first tenth left out. */
export function simulatedTail(
  model: ServerModel,
  ratePerSecond: number,
  { limitMs, requests }: { limitMs: number; requests: number },
): number {
  const server = new SimulatedServer(model);
  const uniform = uniformFor(model.seed ?? 1, ARRIVAL_STREAM);
  const arrivedMs = new Float64Array(requests);
  const skipped = Math.floor(requests / 10);
  let late = requests - skipped;
  server.onAnswer = (id, _, nowMs) => {
    if (id >= skipped && nowMs - (arrivedMs[id] ?? 0) <= limitMs) late -= 1;
  };
  let nowMs = 0;
  for (let id = 0; id < requests; id += 1) {
    nowMs += (drawExponential(uniform) * 1000) / ratePerSecond;
    server.advance(nowMs);
    arrivedMs[id] = nowMs;
    server.arrive(id, 0, nowMs);
  }
  server.advance(nowMs + limitMs);
  return late / (requests - skipped);
}

function highestRate(
  belowPerSecond: number,
  halvings: number,
  holds: (ratePerSecond: number) => boolean,
): number {
  let [low, high] = [0, belowPerSecond];
  for (let step = 0; step < halvings; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** By model; rates per second. */
export const truth = {
  /** M/M/1: the response time is exponential with rate mu - lambda, so lambda = mu - ln(1 / (1 - q)) / limit. */
  mm1: ({ serviceMs, limitMs, q }: Promised & { readonly serviceMs: number }): number =>
    Math.max(0, 1000 / serviceMs + (Math.log(1 - q) * 1000) / limitMs),

  /** M/M/c. */
  mmc: ({
    workers,
    serviceMs,
    limitMs,
    q,
  }: Promised & { readonly workers: number; readonly serviceMs: number }): number =>
    highestRate((workers * 1000) / serviceMs, HALVINGS, (rate) => {
      return mmcTail(rate, { workers, serviceMs, limitMs }) <= 1 - q;
    }),

  /** Any model whose tail grows with the rate, by simulation of so many requests at each of 14 rates below a bound. */
  simulated: (
    model: ServerModel,
    {
      limitMs,
      q,
      belowPerSecond,
      requests = 300_000,
    }: Promised & { readonly belowPerSecond: number; readonly requests?: number },
  ): number =>
    highestRate(belowPerSecond, 14, (rate) => simulatedTail(model, rate, { limitMs, requests }) <= 1 - q),
} as const;
