/**
 * Runs our own hot path against the null server before the run: a run's first arrivals otherwise meet cold
 * code (tens of ms of lag), and how fast we are is not known.
 */

import type { ConnectionOptions } from 'node:tls';
import { sharedOriginMs } from '../../core/clock.ts';
import type { ClosedLoad, Load, OpenLoad, Plan } from '../../plan/plan.ts';
import { Recording } from '../../record/recording.ts';
import type { Calibration, WorkerOrder } from '../protocol.ts';
import { runSegment } from '../segment.ts';
import { NULL_CIPHERS, NULL_IDENTITY, NULL_KEY } from './null-server.ts';

/** How the null server is spoken to over TLS: with a pre-shared key. */
const NULL_TLS: ConnectionOptions = {
  ciphers: NULL_CIPHERS,
  maxVersion: 'TLSv1.2',
  rejectUnauthorized: false,
  checkServerIdentity: () => undefined,
  pskCallback: () => ({ psk: NULL_KEY, identity: NULL_IDENTITY }),
  ALPNProtocols: ['h2', 'http/1.1'],
};

/** Users of the closed loop that finds the ceiling, and length of one round, ms. */
const USERS = 32;
const ROUND_MS = 200;

/** A rate is steady when two rounds differ by less. */
const STEADY = 0.05;
const MAX_ROUNDS = 10;

/** Arrival rate and length of the round that warms the open loop's own code. */
const OPEN_PER_SECOND = 1000;
const OPEN_MS = 60;

/** Warms up as ordered. @returns what was reached; null when the order says `none` */
export async function warmUp(order: WorkerOrder): Promise<Calibration | null> {
  const { kind, port } = order.warmUp;
  if (kind === 'none' || port === null) return null;
  const plan = nullPlan(order.plan, port);
  let rate = 0;
  const rounds = kind === 'full' ? MAX_ROUNDS : 1;
  for (let round = 0; round < rounds; round += 1) {
    const reached = (await measure(order, { ...plan, load: closed(plan.load, USERS, ROUND_MS) })).rate;
    const steady = Math.abs(reached - rate) < STEADY * reached;
    rate = Math.max(rate, reached);
    if (steady && round >= 2) break;
  }
  await measure(order, { ...plan, load: open(plan.load) });
  const { floorUs } = await measure(order, { ...plan, load: closed(plan.load, 1, OPEN_MS) });
  return { kind: kind === 'full' ? 'full' : 'warm-up', ceilingPerSecond: rate, floorUs };
}

async function measure(order: WorkerOrder, plan: Plan): Promise<{ rate: number; floorUs: number }> {
  const layout = { ...order.layout, measuredFromMs: 0, windowMs: 1000 };
  const recording = new Recording(layout);
  const startMs = performance.now();
  await runSegment({
    order: { ...order, plan, layout, segment: { index: 0, count: 1 }, guard: { allowPublic: false } },
    atMs: sharedOriginMs() + startMs,
    atWallMs: Date.now(),
    tell: (message) => {
      if (message.kind === 'part') recording.absorb(message.part);
    },
    tlsFor: () => NULL_TLS,
  });
  const seconds = (performance.now() - startMs) / 1000;
  const service = recording.targets.map((target) => target.service).find((tally) => tally.count > 0);
  const middle = Math.ceil((service?.count ?? 0) / 2);
  return { rate: recording.counts.completed / seconds, floorUs: (service?.atRank(middle) ?? 0) * 1000 };
}

/** The plan with every target moved to the null server; what is checked and sent stays. */
function nullPlan(plan: Plan, port: number): Plan {
  const origin = (url: string): string => `${url.startsWith('https') ? 'https' : 'http'}://127.0.0.1:${port}`;
  return {
    ...plan,
    targets: plan.targets.map((target) => ({
      ...target,
      url: target.url.replace(/^https?:\/\/[^/?#]*/, origin),
      timeoutMs: 1000,
    })),
    http: { ...plan.http, proxy: null, unixSocket: null, connectTo: [], resolve: [], redirects: 0 },
    tls: { insecure: true, ca: null, cert: null, key: null, serverName: null },
  };
}

function closed(load: Load, users: number, durationMs: number): ClosedLoad {
  return { ...shared(load), kind: 'closed', users, think: { minMs: 0, maxMs: 0 }, durationMs };
}

function open(load: Load): OpenLoad {
  const stages = [{ kind: 'constant', ratePerSecond: OPEN_PER_SECOND, durationMs: OPEN_MS }] as const;
  return { ...shared(load), kind: 'open', arrivals: 'uniform', stages };
}

function shared(load: Load): Omit<OpenLoad, 'kind' | 'arrivals' | 'stages'> {
  return {
    warmupMs: 0,
    drainMs: 200,
    connections: { max: null, lifetimeMs: null, freshRatio: load.connections.freshRatio },
    workers: null,
    requests: null,
    maxDurationMs: null,
  };
}
