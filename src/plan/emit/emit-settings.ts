/** Where a run brings its own measurements while it lasts, and how its requests can be found in traces. */

/** One sink. Addresses and header values may hold references. */
export type EmitSettings =
  | {
      readonly kind: 'dogstatsd';
      /** `udp://host:port` or `tcp://host:port`. */
      readonly url: string;
      /** Before each name; ends with no dot. */
      readonly prefix: string;
      /** `key:value` each. */
      readonly tags: readonly string[];
    }
  | {
      readonly kind: 'ssf';
      /** `udp://host:port` or `unix:///path`. */
      readonly url: string;
      readonly service: string;
      readonly tags: readonly string[];
    }
  /** `listen`: `host:port` of a page that is there while the run lasts; port 0: any. */
  | { readonly kind: 'prometheus'; readonly listen: string }
  | {
      readonly kind: 'pushgateway' | 'remote-write' | 'otlp';
      readonly url: string;
      /** Names in lower case. */
      readonly headers: readonly (readonly [name: string, value: string])[];
      /** Labels or resource attributes, `key:value` each. */
      readonly tags: readonly string[];
    };

/** Of `trace`: whether requests say which trace they belong to, and where it is looked at. */
export interface TraceSettings {
  /** Requests carry `traceparent` and `ot-tracer-*`. */
  readonly headers: boolean;
  /** The phases of a request become child spans. */
  readonly phases: boolean;
  /** `https://.../{trace_id}`; null: reports name the id alone. */
  readonly url: string | null;
}

/** Where a sink is reached, or the page is to be listened for. */
export function addressOf(settings: EmitSettings): string {
  return settings.kind === 'prometheus' ? settings.listen : settings.url;
}
