/** Servers that tests ask about, by name. Pure data: spread one to change it. */

import type { ServerModel } from './server-model.ts';

/** One worker, exponential service. */
export function mm1(serviceMs: number): ServerModel {
  return mmc(1, serviceMs);
}

/** Several workers, exponential service. */
export function mmc(workers: number, serviceMs: number): ServerModel {
  return { workers, service: { kind: 'exponential', meanMs: serviceMs } };
}

/** Several workers, service always as long. */
export function mdc(workers: number, serviceMs: number): ServerModel {
  return { workers, service: { kind: 'deterministic', meanMs: serviceMs } };
}

/** Answers within a few ms, and refuses what is beyond its rate. */
export function rateLimited(ratePerSecond: number, status: 429 | 503 = 503, burst = 50): ServerModel {
  return {
    workers: Infinity,
    service: { kind: 'exponential', meanMs: 2 },
    bucket: { ratePerSecond, burst, status },
  };
}

/** No queue: an exponential delay whose mean is `baseMs` and `perRateMs` more for each request/s. */
export function linearDelay(baseMs: number, perRateMs: number): ServerModel {
  return {
    workers: Infinity,
    service: { kind: 'exponential', meanMs: baseMs },
    delayPerRateMs: perRateMs,
  };
}

/** No queue: 20 ms, and `slowMs` for a share, whatever the rate. */
export function flatDelay(slowShare: number, slowMs = 600): ServerModel {
  return { workers: Infinity, service: { kind: 'mixed', ms: 20, slowMs, slowShare } };
}

/** M/M/1 whose service times grow by a share of themselves per second. */
export function leaky(serviceMs: number, leakPerSecond = 0.01): ServerModel {
  return { ...mm1(serviceMs), leakPerSecond };
}

/** M/M/1 that is five times slower once more than 200 are in flight, until fewer than 5 are. */
export function metastable(serviceMs: number): ServerModel {
  return { ...mm1(serviceMs), collapse: { above: 200, below: 5, factor: 5 } };
}

/** M/M/1 that loses a fifth of its capacity for good once more than 50 were in flight. */
export function hysteretic(serviceMs: number, lostShare = 0.2): ServerModel {
  return { ...mm1(serviceMs), hysteresis: { above: 50, lostShare } };
}

/** Two workers, up to `most`, of which one is added `delayMs` after 80 % of them were busy. */
export function autoscaled(serviceMs: number, most: number, delayMs: number): ServerModel {
  return { ...mmc(2, serviceMs), autoscaler: { utilisation: 0.8, delayMs, most } };
}

/** M/M/1 that stands still for `forMs` at the end of every `everyMs`. */
export function pausing(serviceMs: number, everyMs: number, forMs: number): ServerModel {
  return { ...mm1(serviceMs), pauses: { everyMs, forMs } };
}
