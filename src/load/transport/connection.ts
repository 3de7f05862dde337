/** What the pooled transport asks of a connection, whatever speaks on it. */

import type { Socket } from 'node:net';
import type { DialSettings } from '../dial/dial.ts';
import type { Route } from '../dial/route.ts';
import type { IncomingResponse } from './response.ts';
import type { Exchange, Stage } from './transport.ts';

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
  /** True once the socket is open and its protocol known. */
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
  /** It closed while nothing was under way. */
  closed(connection: Connection): void;
}

/** What a connection is made with. */
export interface ConnectionSettings extends DialSettings {
  readonly http2: boolean;
  readonly keepAlive: boolean;
  /** Age at which it is not used again, ms; Infinity: never. */
  readonly lifetimeMs: number;
}
