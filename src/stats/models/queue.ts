/**
 * What queueing theory says of a server: Erlang's formulas, and response times of M/M/c and M/G/1. Kleinrock,
 * Queueing Systems I (1975), chapters 3 and 5; Harchol-Balter, Performance Modeling and Design of Computer
 * Systems (2013), chapters 14, 23 and 30. Arrivals are Poisson; times in ms, rates per second.
 */

/** A first-come, first-served station of equal servers with exponential service times. */
export interface Station {
  /** Integer >= 1. */
  readonly servers: number;
  /** Mean service time, > 0. */
  readonly serviceMs: number;
  /** Arrivals, >= 0. */
  readonly ratePerSecond: number;
}

/** One server, any law of service times. */
export interface SingleServer {
  readonly serviceMs: number;
  readonly ratePerSecond: number;
  /** Squared coefficient of variation of the service time: 0 constant, 1 exponential. Default 1. */
  readonly variation?: number;
}

/** Mean number of busy servers if there were enough of them: arrivals times service time. */
function offered({ serviceMs, ratePerSecond }: SingleServer): number {
  return (ratePerSecond * serviceMs) / 1000;
}

/**
 * Erlang's B: probability that an arrival finds all servers busy when none may wait, by its stable recursion.
 *
 * @param servers integer >= 0  @param load offered, in erlangs, >= 0
 */
export function erlangB(servers: number, load: number): number {
  let blocked = 1;
  for (let i = 1; i <= servers; i += 1) blocked = (load * blocked) / (i + load * blocked);
  return blocked;
}

/**
 * Erlang's C: probability that an arrival must wait; 1 when the load is at or beyond what the servers can do.
 *
 * @param servers integer >= 1  @param load offered, in erlangs, >= 0
 */
export function erlangC(servers: number, load: number): number {
  const utilisation = load / servers;
  if (utilisation >= 1) return 1;
  const blocked = erlangB(servers, load);
  return blocked / (1 - utilisation * (1 - blocked));
}

/** Mean response time of M/M/c, ms; Infinity at and beyond full utilisation. */
export function mmcMeanMs(station: Station): number {
  const { servers, serviceMs } = station;
  const load = offered(station);
  if (load >= servers) return Infinity;
  return serviceMs * (1 + erlangC(servers, load) / (servers - load));
}

/**
 * P(response time > ms) of M/M/c: e^-t + C (e^-theta t - e^-t) / (1 - theta), with t in service times and
 * theta = c (1 - utilisation); 1 at and beyond full utilisation.
 *
 * @param ms >= 0
 */
export function mmcTail(station: Station, ms: number): number {
  const { servers, serviceMs } = station;
  const load = offered(station);
  if (load >= servers) return 1;
  const t = ms / serviceMs;
  const theta = servers - load;
  const gap = (1 - theta) * t;
  // Where theta is near 1 the difference of the exponentials would cancel: its limit is t e^-t.
  const waited =
    Math.abs(gap) < 1
      ? Math.exp(-t) * t * (gap === 0 ? 1 : Math.expm1(gap) / gap)
      : (Math.exp(-theta * t) - Math.exp(-t)) / (1 - theta);
  return Math.exp(-t) + erlangC(servers, load) * waited;
}

/** More halvings than a double has bits. */
const MAX_HALVINGS = 200;

/** Where between low and high a condition that never reverts begins to hold, to the last bit. */
function firstPoint(low: number, high: number, holds: (value: number) => boolean): number {
  let from = low;
  let to = high;
  for (let count = 0; count < MAX_HALVINGS; count += 1) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) break;
    if (holds(middle)) to = middle;
    else from = middle;
  }
  return to;
}

/** Time within which the fraction q of responses of M/M/c come, ms; Infinity when unstable. @param q in [0, 1) */
export function mmcQuantileMs(station: Station, q: number): number {
  if (offered(station) >= station.servers) return Infinity;
  const isWithin = (ms: number): boolean => mmcTail(station, ms) <= 1 - q;
  let high = station.serviceMs;
  while (!isWithin(high)) high *= 2;
  return firstPoint(0, high, isWithin);
}

/** What a station is asked for: the fraction `q` of responses within `limitMs`; its servers and service time. */
export type Demand = Pick<Station, 'servers' | 'serviceMs'> & {
  readonly q: number;
  readonly limitMs: number;
};

/**
 * Highest arrival rate at which M/M/c keeps the fraction `q` of responses within `limitMs`, per second: its
 * capacity. 0 when not even an idle station does.
 *
 * @public
 */
export function mmcCapacityPerSecond({ servers, serviceMs, q, limitMs }: Demand): number {
  const isBroken = (ratePerSecond: number): boolean =>
    mmcTail({ servers, serviceMs, ratePerSecond }, limitMs) > 1 - q;
  return isBroken(0) ? 0 : firstPoint(0, (1000 * servers) / serviceMs, isBroken);
}

/**
 * Mean response time of M/G/1, first come, first served, ms, by Pollaczek and Khinchine's formula; Infinity when
 * unstable.
 *
 * @public
 */
export function mg1MeanMs(server: SingleServer): number {
  const utilisation = offered(server);
  if (utilisation >= 1) return Infinity;
  const { serviceMs, variation = 1 } = server;
  return serviceMs + (utilisation * serviceMs * (1 + variation)) / (2 * (1 - utilisation));
}

/**
 * Mean response time of M/G/1 where all requests share the server equally, ms, whatever the law of service times;
 * Infinity when unstable.
 *
 * @public
 */
export function sharedMeanMs(server: SingleServer): number {
  const utilisation = offered(server);
  return utilisation >= 1 ? Infinity : server.serviceMs / (1 - utilisation);
}

/**
 * Mean wait of M/M/c by Sakasegawa's approximation, ms: "An approximation formula L_q = alpha rho^beta / (1 - rho)",
 * Annals of the Institute of Statistical Mathematics 29 (1977). Infinity when unstable.
 *
 * @public
 */
export function sakasegawaWaitMs(station: Station): number {
  const { servers, serviceMs } = station;
  const utilisation = offered(station) / servers;
  if (utilisation >= 1) return Infinity;
  return (serviceMs * utilisation ** (Math.sqrt(2 * (servers + 1)) - 1)) / (servers * (1 - utilisation));
}
