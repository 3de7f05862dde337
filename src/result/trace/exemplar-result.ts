/** Requests that are kept as illustrations, as the document keeps them: safe to show. */

/** One of the slowest requests, or of the failed ones. */
export interface ExemplarResult {
  readonly target: string;
  /** When it ended, from the start of the measured part. */
  readonly atMs: number;
  readonly responseMs: number | null;
  readonly status: number | null;
  readonly cause: string | null;
  /** `address:port`. */
  readonly remote: string | null;
  /** blocked, dns, connect, tls, send, wait, receive; null where the phase did not apply. */
  readonly phases: Readonly<Record<string, number | null>>;
  /** 32 hex digits; null when the run sent no trace. */
  readonly traceId: string | null;
}

/** Where a trace is looked at, and whether requests named theirs. */
export interface TraceFacts {
  /** `https://.../{trace_id}`; null: none was given. */
  readonly url: string | null;
  readonly headers: boolean;
}

/** What became of our own measurements on their way out; no part of the verdict. */
export interface SinkFacts {
  /** dogstatsd, ssf, prometheus, pushgateway, remote-write, otlp. */
  readonly kind: string;
  /** Without user, password and query. */
  readonly address: string;
  /** Lines, samples, requests told as spans, states pushed whole, or pages that were scraped; handed over, which over UDP is no receipt. */
  readonly sent: number;
  /** Taken out of the queue because it was full, given up, or refused. A state that is lost is contained in the next. */
  readonly lost: number;
  readonly failures: number;
  /** Why the last failure was one, made safe; null when there was none. */
  readonly lastError: string | null;
}
