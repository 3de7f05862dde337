/** One way to tell somebody, and what became of it. */

import type { PageEvent, Severity } from '../verdict/canary/event.ts';

/** What an HTTP request of ours is; redirects are never followed. */
export interface PostRequest {
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
  /** Of the answer, more is not read. */
  readonly maxBytes: number;
}

/** The answer. */
export interface PostResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request. Rejects with an Error when no answer came in time. */
export type Post = (request: PostRequest) => Promise<PostResponse>;

/** How one attempt ended. Texts are safe to show, no secret in them. */
export type Attempted =
  | { readonly status: 'accepted'; readonly text: string }
  /** It may be taken later; `afterMs`: not before, when the channel said so. */
  | { readonly status: 'later'; readonly text: string; readonly afterMs: number | null }
  /** It will never be taken as it is. */
  | { readonly status: 'refused'; readonly text: string };

/** How a run of a canary goes, for those who watch that it runs at all. */
export interface Heartbeat {
  readonly phase: 'start' | 'success' | 'fail' | 'log';
  /** Pairs start and finish: a UUID. */
  readonly runId: string;
  readonly text: string;
}

/** One way to tell somebody. */
export interface Channel {
  readonly name: string;
  readonly kind: string;
  /** The least that it is told of. */
  readonly least: Severity;
  /** Tells of an event once; null where the channel is not told of such events. Never rejects. */
  readonly tell: ((event: PageEvent) => Promise<Attempted>) | null;
  /** Tells how the run goes; null where nobody asks. Never rejects. */
  readonly beat: ((beat: Heartbeat) => Promise<Attempted>) | null;
}
