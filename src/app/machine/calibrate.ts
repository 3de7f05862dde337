/** Measures this machine as a generator: the load engine's full warm-up, followed by no traffic at all. */

import type { Calibration, GeneratorLimits } from '../../load/protocol.ts';
import { startLoad } from '../../load/worker-pool.ts';
import {
  DEFAULTS,
  type HttpSettings,
  type OpenLoad,
  type Plan,
  type Secrets,
  type TlsSettings,
} from '../../plan/plan.ts';
import type { World } from '../world.ts';

const CONNECTIONS: OpenLoad['connections'] = { max: null, lifetimeMs: null, freshRatio: 0 };
const LIMITS: GeneratorLimits = { maxConnections: 256, maxPending: 1000 };

/** A schedule that ends at once: what is wanted comes before it. */
const NO_TRAFFIC: OpenLoad = {
  kind: 'open',
  arrivals: 'uniform',
  stages: [{ kind: 'constant', ratePerSecond: 0, durationMs: 1 }],
  warmupMs: 0,
  drainMs: 0,
  connections: CONNECTIONS,
  workers: 1,
  requests: null,
  maxDurationMs: null,
};

const HTTP: HttpSettings = {
  version: '1.1',
  keepAlive: true,
  redirects: 0,
  maxBodyBytes: DEFAULTS.maxBodyBytes,
  proxy: null,
  unixSocket: null,
  connectTo: [],
  resolve: [],
};

const TLS: TlsSettings = { insecure: false, ca: null, cert: null, key: null, serverName: null };

const PLAN: Plan = {
  version: 1,
  targets: [
    {
      name: 'null',
      method: DEFAULTS.method,
      url: 'http://127.0.0.1/',
      headers: [],
      body: null,
      weight: 1,
      timeoutMs: DEFAULTS.timeoutMs,
      expect: { statuses: null, headers: [], body: [], json: [], size: null },
    },
  ],
  data: null,
  load: NO_TRAFFIC,
  http: HTTP,
  tls: TLS,
  objectives: [],
  objectivesDefaulted: true,
  agreement: [],
  owner: null,
  seed: 1,
};

/** Whose requests the calibration sends: their sizes, protocol and checks decide what the generator can do. */
export interface CalibrationSubject {
  readonly plan: Plan;
  readonly secrets: Secrets;
}

/** Ceiling and floor of one worker, measured for one to two seconds; null when its thread died. */
export async function calibrate(
  world: Pick<World, 'isolation' | 'version' | 'newId'>,
  subject: CalibrationSubject = { plan: PLAN, secrets: {} },
): Promise<Calibration | null> {
  const { plan, secrets } = subject;
  const run = startLoad({
    plan: { ...plan, load: NO_TRAFFIC },
    secrets,
    layout: {
      targetCount: plan.targets.length,
      objectives: [],
      measuredFromMs: 0,
      windowMs: 1000,
      breakerMs: Infinity,
    },
    runId: world.newId(),
    userAgent: `headroom/${world.version}`,
    guard: { allowPublic: false },
    limits: LIMITS,
    workers: 1,
    warmUp: 'full',
    isolation: world.isolation,
  });
  return (await run.finished).calibration;
}
