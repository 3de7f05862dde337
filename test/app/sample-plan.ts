/** Plans for tests of app/. */

import type { ClosedLoad, HttpSettings, OpenLoad, Plan, Target } from '../../src/plan/plan.ts';

export function openLoad(overrides: Partial<OpenLoad> = {}): OpenLoad {
  return {
    kind: 'open',
    arrivals: 'poisson',
    stages: [{ kind: 'constant', ratePerSecond: 30, durationMs: 20_000 }],
    warmupMs: 0,
    drainMs: null,
    connections: { max: null, lifetimeMs: 30_000, freshRatio: 0 },
    workers: null,
    requests: null,
    maxDurationMs: null,
    ...overrides,
  };
}

/** An open load at one rate for ten seconds. */
export function atRate(ratePerSecond: number, overrides: Partial<OpenLoad> = {}): OpenLoad {
  return openLoad({ stages: [{ kind: 'constant', ratePerSecond, durationMs: 10_000 }], ...overrides });
}

export function closedLoad(overrides: Partial<ClosedLoad> = {}): ClosedLoad {
  return {
    kind: 'closed',
    users: 10,
    think: { minMs: 0, maxMs: 0 },
    durationMs: 10_000,
    warmupMs: 0,
    drainMs: null,
    connections: { max: null, lifetimeMs: 30_000, freshRatio: 0 },
    workers: null,
    requests: null,
    maxDurationMs: null,
    ...overrides,
  };
}

export function target(url: string, overrides: Partial<Target> = {}): Target {
  return {
    name: 'home',
    method: 'GET',
    url,
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: 10_000,
    expect: { statuses: null, headers: [], body: [], json: [], size: null },
    ...overrides,
  };
}

export function http(overrides: Partial<HttpSettings> = {}): HttpSettings {
  return {
    version: '1.1',
    keepAlive: true,
    redirects: 0,
    maxBodyBytes: 10_485_760,
    proxy: null,
    unixSocket: null,
    connectTo: [],
    resolve: [],
    ...overrides,
  };
}

export function planWith(overrides: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    targets: [target('http://127.0.0.1:8080/')],
    data: null,
    load: openLoad(),
    http: http(),
    tls: { insecure: false, ca: null, cert: null, key: null, serverName: null },
    objectives: [],
    objectivesDefaulted: true,
    agreement: [],
    owner: null,
    seed: 1,
    ...overrides,
  };
}
