/** The TLS side of every connection of a run. */

import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext, rootCertificates } from 'node:tls';
import type { Plan, Secrets } from '../../plan/plan.ts';
import { expand } from '../../plan/secrets.ts';
import type { Route } from './route.ts';

/** Options for one route; the certificate store is built once and shared. */
export type TlsOptionsFor = (route: Route) => ConnectionOptions;

/**
 * Options with the plan's roots, client certificate and name. Sessions are never resumed, so that every new
 * connection pays a whole handshake, as a new visitor's does. @throws Error when a certificate or key cannot be read
 */
export function tlsOptions(plan: Plan, secrets: Secrets): TlsOptionsFor {
  const { tls, http } = plan;
  const secureContext = createSecureContext({
    ...(tls.ca === null ? {} : { ca: [...rootCertificates, tls.ca] }),
    ...(tls.cert === null ? {} : { cert: tls.cert }),
    ...(tls.key === null ? {} : { key: expand(tls.key, secrets) }),
  });
  return (route) => ({
    secureContext,
    rejectUnauthorized: !tls.insecure,
    servername: tls.serverName ?? (isIP(route.host) === 0 ? route.host : ''),
    host: tls.serverName ?? route.host,
    ALPNProtocols: http.version === '2' ? ['h2', 'http/1.1'] : ['http/1.1'],
  });
}
