/** One way to tell somebody, and what became of it. */

import type { PageEvent, Severity } from '../verdict/canary/event.ts';

/** What an HTTP request of ours is; redirects are never followed. */
export interface PostRequest {
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** All of it, a whole number. */
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
  /** There was more of it than was read, or it did not come whole. */
  readonly isCut: boolean;
}

/** Sends one request. Rejects with an Error when no status came in time; its message is in words, without the URL. */
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
  /** Tells of an event once, in at most `withinMs` (10 s unless told); null where the channel hears of no events. Never rejects. */
  readonly tell: ((event: PageEvent, withinMs?: number) => Promise<Attempted>) | null;
  /**
   * Says the last event of an incident again, as it is now; null where once is enough. A channel that has it forgets
   * what is not renewed: it is renewed on every run while the incident is open, and for {@link RENEW_OVER_MS} after its end.
   * Never rejects.
   */
  readonly renew: ((last: PageEvent, withinMs?: number) => Promise<Attempted>) | null;
  /** Tells how the run goes; null where nobody asks. Never rejects. */
  readonly beat: ((beat: Heartbeat, withinMs?: number) => Promise<Attempted>) | null;
}

/** How long after its end an incident is renewed as over: a receiver that was restarted must hear it, ms. */
export const RENEW_OVER_MS = 300_000;

/** Whether a channel hears of an event: it hears of events at all, and of such that matter so little. */
export function isTold({ tell, least }: Pick<Channel, 'tell' | 'least'>, { severity }: PageEvent): boolean {
  return tell !== null && (least === 'ticket' || severity === 'page');
}
