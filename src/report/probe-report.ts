/** What `headroom probe` found: every request with its phases, and the TLS facts of the connection. */

import type { Phase } from '../core/attempt.ts';
import type { Reason, Status } from '../result/document.ts';

/** Document `headroom.probe/1`; its JSON form is itself (see json.ts). */
export interface ProbeReport {
  readonly schema: 'headroom.probe/1';
  /** Of the first request. */
  readonly method: string;
  /** Of the first request, redacted. */
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly requests: readonly ProbeRequest[];
  /** Null for plain HTTP, and when no connection came about. */
  readonly tls: TlsFacts | null;
  readonly verdict: { readonly status: Status; readonly reasons: readonly Reason[] };
  readonly exitCode: number;
}

export interface ProbeRequest {
  /** Name of the target, redacted; requests go round the targets of the plan. */
  readonly target: string;
  /** Milliseconds; null for a phase that did not apply. */
  readonly phases: Readonly<Record<Phase, number | null>>;
  /** From the start to the end, whatever the outcome. */
  readonly totalMs: number;
  readonly status: number | null;
  /** Why it failed, from the closed set of causes; null when it succeeded. */
  readonly cause: string | null;
  readonly detail: string | null;
  /** `address:port` of the peer. */
  readonly remote: string | null;
  /** `1.1`, `2`. */
  readonly httpVersion: string | null;
  readonly reused: boolean;
  /** Bytes received. */
  readonly bytes: number;
  /** Response headers, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly subject: string | null;
  readonly issuer: string | null;
  /** Subject alternative names. */
  readonly altNames: readonly string[];
  /** ISO 8601, UTC. */
  readonly validTo: string | null;
  /** Whole days until then, negative after it. */
  readonly daysLeft: number | null;
  /** Why the certificate is not trusted; null when it is. */
  readonly verificationError: string | null;
}
