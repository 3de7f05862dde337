/** How an attempt ends, whatever carried it. */

import { judgeResponse } from './judge-response.ts';
import type { IncomingResponse } from './response.ts';
import type { ConnectionHost, Exchange, Ride } from './transport.ts';

/** Books that the whole response came, and judges it. */
export function completeAttempt(exchange: Exchange, response: IncomingResponse, host: ConnectionHost): void {
  const { attempt } = exchange;
  attempt.endMs = host.nowMs();
  attempt.outcome = 'completed';
  attempt.bytesReceived += response.bodyBytes;
  attempt.cached = response.cached();
  attempt.challenged = response.challenged();
  judgeResponse(exchange, response, host.maxBodyBytes);
}

/** Books that none came. Cause, detail and phase are the caller's. @param ride null when it was on no connection */
export function breakAttempt({ attempt }: Exchange, ride: Ride | null, nowMs: number): void {
  attempt.endMs = nowMs;
  attempt.outcome = 'broken';
  if (ride === null) return;
  attempt.bytesReceived += ride.response.bodyBytes;
  attempt.remote ??= ride.connection.remote;
}
