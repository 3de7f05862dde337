/** Where the requests of one origin really go: the plan's proxy, unix socket, --connect-to and --resolve applied. */

import type { HttpSettings } from '../../plan/plan.ts';

/** A way to one origin. One per origin and run; compared by identity. */
export interface Route {
  /** `scheme://host[:port]` of the URL. */
  readonly origin: string;
  readonly secure: boolean;
  /** Host and port of the URL, for Host, SNI and the certificate. */
  readonly host: string;
  readonly port: number;
  /** Host and port to connect to, and addresses that need no look-up; ignored with `socketPath`. */
  readonly dialHost: string;
  readonly dialPort: number;
  readonly fixedAddresses: readonly string[] | null;
  readonly socketPath: string | null;
  /** A forward proxy: plain requests name the whole URL, secure ones go through a tunnel. */
  readonly proxy: ProxyRoute | null;
}

/** A forward proxy with its credentials, which never appear in any output. */
export interface ProxyRoute {
  readonly host: string;
  readonly port: number;
  /** Value of `proxy-authorization`, or null. */
  readonly authorization: string | null;
}

/** The route to an origin. @param origin absolute http(s) origin  @param proxyUrl with secrets expanded, or null */
export function routeTo(origin: string, http: HttpSettings, proxyUrl: string | null): Route {
  const url = new URL(origin);
  const secure = url.protocol === 'https:';
  const host = bare(url.hostname);
  const port = portOf(url);
  const proxy = proxyUrl === null ? null : proxyRoute(proxyUrl);
  const moved = http.connectTo.find(
    (rule) => (rule.host === '' || rule.host === host) && (rule.port === null || rule.port === port),
  );
  const dialHost = proxy?.host ?? (moved === undefined || moved.toHost === '' ? host : moved.toHost);
  const dialPort = proxy?.port ?? moved?.toPort ?? port;
  const fixed = http.resolve.find((rule) => rule.host === dialHost && rule.port === dialPort);
  return {
    origin: url.origin,
    secure,
    host,
    port,
    dialHost,
    dialPort,
    fixedAddresses: fixed?.addresses ?? null,
    socketPath: http.unixSocket,
    proxy,
  };
}

function proxyRoute(text: string): ProxyRoute {
  const url = new URL(text);
  const user = decodeURIComponent(url.username);
  const credentials = `${user}:${decodeURIComponent(url.password)}`;
  return {
    host: bare(url.hostname),
    port: portOf(url),
    authorization: user === '' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}
