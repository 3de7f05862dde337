/** A transport as a plan wants it. */

import type { Plan, Secrets } from '../plan/plan.ts';
import { expand } from '../plan/secrets.ts';
import { type Route, routeTo } from './dial/route.ts';
import { PooledTransport } from './transport/pooled-transport.ts';
import type { Transport, TransportSettings } from './transport/transport.ts';

/** What a plan does not say about a transport. */
export type TransportParts = Pick<
  TransportSettings,
  'listener' | 'nowMs' | 'routeFor' | 'tlsFor' | 'allowPublic' | 'maxConnections' | 'lifetimeMs'
>;

/** The transport for a plan's requests. */
export function transportFor(plan: Plan, parts: TransportParts): Transport {
  return new PooledTransport({
    ...parts,
    maxBodyBytes: plan.http.maxBodyBytes,
    redirects: plan.http.redirects,
    http2: plan.http.version === '2',
    keepAlive: plan.http.keepAlive,
    seed: plan.seed,
  });
}

/** Finds the route to an origin, the same object each time: connections are pooled by it. */
export function routeFinder(plan: Plan, secrets: Secrets): (origin: string) => Route {
  const routes = new Map<string, Route>();
  const proxy = plan.http.proxy === null ? null : expand(plan.http.proxy, secrets);
  return (origin) => {
    const route = routes.get(origin) ?? routeTo(origin, plan.http, proxy);
    routes.set(origin, route);
    return route;
  };
}
