/** Where a run may read what a server tells of itself. */

/** The kinds of sources; each is read in its own way. */
export const OBSERVE_KINDS = ['prometheus', 'expvar', 'pprof', 'orca', 'host', 'prometheus-api'] as const;

/**
 * `prometheus`: a page of metrics; `expvar`: Go's /debug/vars; `pprof`: Go's /debug/pprof/; `orca`: the header
 * `endpoint-load-metrics` of the responses themselves; `host`: files of this very machine; `prometheus-api`: a
 * Prometheus server that scrapes the servers already.
 */
export type ObserveKind = (typeof OBSERVE_KINDS)[number];

/** One source. Sources with the same `server` are about one server. URL and header values may hold references. */
export interface ObserveSource {
  readonly kind: ObserveKind;
  /** Whose it is; null: the host and port of the URL. */
  readonly server: string | null;
  /** Null for `orca` and `host`, which have no address of their own. */
  readonly url: string | null;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Of `prometheus-api`: label matchers that choose the servers, such as `job="api"`; null for every other kind. */
  readonly match: string | null;
}
