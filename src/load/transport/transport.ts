/**
 * The seam between the engine and whatever speaks HTTP. A transport owns its connections; it is handed an
 * exchange and calls back. Nothing outside load/ knows which transport is in use.
 */

import type { Attempt } from '../../core/attempt.ts';
import type { RequestParts } from '../../plan/request/template.ts';
import type { Job } from '../job.ts';
import type { Route } from '../dial/route.ts';
import type { Ride } from './connection.ts';

/** Where an exchange stands; names the phase that a deadline strikes. `proxy`: on the way to, or through, a proxy. */
export type Stage =
  | 'idle'
  | 'waiting'
  | 'dns'
  | 'connect'
  | 'proxy'
  | 'tls'
  | 'send'
  | 'wait'
  | 'receive'
  | 'ended';

/**
 * One attempt under way: the attempt with what the transport needs to carry it out. The engine makes it, the
 * transport fills in the clocks and the outcome. Pooled: nobody keeps one after `ended`.
 */
export interface Exchange {
  readonly attempt: Attempt;
  /** The target it belongs to. Route, method and request differ from the target's own after a redirect. */
  job: Job;
  route: Route;
  method: string;
  request: RequestParts;
  stage: Stage;
  /** Must not use a kept-alive connection. */
  fresh: boolean;
  /** Shared time, ms, at which the attempt is given up; Infinity before it was handed to a connection. */
  deadlineMs: number;
  /** Links of the deadline wheel, owned by it. */
  wheelNext: Exchange | null;
  wheelPrevious: Exchange | null;
  wheelSlot: number;
  /** Virtual user of the closed loop. */
  user: number;
  /** Stall time of the loop when the attempt was taken up, ms. */
  stallBaseMs: number;
  /** Its way over a connection, while it is on one. */
  ride: Ride | null;
}

/** What the engine hears. Called on the engine's own event loop, never from inside `submit`. */
export interface ExchangeListener {
  /** Handed to a connection, or to one that is being opened: from here on it counts as sent. */
  began(exchange: Exchange): void;
  /** Ended: outcome, cause and clocks are in the attempt. The exchange may be used again after this returns. */
  ended(exchange: Exchange, ride: Ride | null): void;
}

/** A way to carry exchanges. */
export interface Transport {
  /** Takes an exchange: begins it at once when a connection is free or may be opened, else queues it. */
  submit(exchange: Exchange): void;
  /** Takes back a queued exchange that has not begun, oldest first; null when none waits. It will not be called back. */
  withdrawOldest(): Exchange | null;
  /** The oldest queued exchange that has not begun, or null. */
  oldest(): Exchange | null;
  /** Gives an exchange up because its deadline passed: `ended` follows at once. */
  expire(exchange: Exchange, nowMs: number): void;
  /** Number of exchanges that have not begun because they wait for a connection. */
  readonly pending: number;
  readonly openConnections: number;
  /** Connections opened since the start. */
  readonly openedCount: number;
  /** Closes every connection; exchanges under way are forgotten, not called back. */
  close(): Promise<void>;
}
