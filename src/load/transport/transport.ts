/**
 * The seam between the engine and whatever speaks HTTP. A transport owns its connections; it is handed an
 * exchange and calls back. Nothing outside load/ knows which transport is in use.
 */

import type { Socket } from 'node:net';
import type { Attempt } from '../../core/attempt.ts';
import type { RequestParts } from '../../plan/request/template.ts';
import type { Dial, DialSettings } from '../dial/dial.ts';
import type { Route } from '../dial/route.ts';
import type { Stage } from '../dial/stage.ts';
import type { TlsOptionsFor } from '../dial/tls-options.ts';
import type { Job } from '../job.ts';
import type { IncomingResponse } from './response.ts';

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

/** One connection to one route, perhaps not open yet. */
export interface Connection {
  readonly route: Route;
  /** Exchanges under way, counted by the transport, and most at a time. */
  active: number;
  readonly capacity: number;
  /** Must not be used for another exchange. */
  dead: boolean;
  /** True while it stands in its pool's list of connections with room. */
  listed: boolean;
  /** True once its capacity is known. */
  readonly settled: boolean;
  /** When the opening began, ms; null before. */
  readonly openingSinceMs: number | null;
  /** How far the opening has come. */
  readonly stage: Stage;
  readonly remote: string | null;
  /** True when it is too old to be used again, or dead. */
  expired(nowMs: number): boolean;
  /** Carries an exchange; its end is told to the host. */
  carry(exchange: Exchange): void;
  /** Closes it when nothing is under way on it. */
  retire(): void;
  /** Closes it at once. */
  destroy(): void;
}

/** An exchange on its way over a connection. */
export interface Ride {
  readonly connection: Connection;
  readonly response: IncomingResponse;
  readonly socket: Socket | null;
  /** Forgets the exchange: nothing is told of it any more, and its socket or stream is closed. */
  detach(): void;
}

/** A socket that is open already, and the dial that opened it. */
export interface ReadySocket {
  readonly dial: Dial;
  readonly socket: Socket;
}

/** What a connection tells the transport that it belongs to. */
export interface ConnectionHost {
  readonly nowMs: () => number;
  readonly maxBodyBytes: number;
  /** The whole response came; cause and detail are in the attempt when it misses its expectation. */
  completed(ride: Ride, exchange: Exchange): void;
  /** None came: cause and detail are in the attempt. */
  broke(ride: Ride, exchange: Exchange): void;
  /** The socket is open. */
  opened(connection: Connection): void;
  /** Its capacity is known. */
  settled(connection: Connection): void;
  /** The server speaks no HTTP/2: the exchange goes on with HTTP/1.1, on the socket that showed it. */
  fellBack(connection: Connection, exchange: Exchange, ready: ReadySocket): void;
  /** It closed while nothing was under way. */
  closed(connection: Connection): void;
}

/** What a connection is made with. */
export interface ConnectionSettings extends DialSettings {
  readonly keepAlive: boolean;
  /** Age at which it is not used again, ms; Infinity: never. */
  readonly lifetimeMs: number;
}

/** What a transport is made with. */
export interface TransportSettings {
  readonly listener: ExchangeListener;
  readonly nowMs: () => number;
  readonly routeFor: (origin: string) => Route;
  readonly tlsFor: TlsOptionsFor;
  readonly allowPublic: boolean;
  readonly maxConnections: number;
  readonly maxBodyBytes: number;
  readonly redirects: number;
  readonly http2: boolean;
  readonly keepAlive: boolean;
  /** Mean lifetime of a connection, ms; Infinity: for ever. */
  readonly lifetimeMs: number;
  readonly seed: number;
}
