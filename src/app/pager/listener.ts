/**
 * A pager on this machine that speaks PagerDuty's Events API v2: it takes events, keeps which it was told, and counts as
 * an acknowledgement what it received.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';

/** Larger events are refused, as PagerDuty does above 512 KB. */
const MAX_BYTES = 524_288;

/** An event that was received. */
export interface Received {
  readonly action: string;
  readonly dedupKey: string;
  /** On the clock that was handed in, ms. */
  readonly atMs: number;
}

/** A listening pager. */
export interface PagerListener {
  /** Where it takes events. */
  readonly url: string;
  /** In the order in which they came. */
  readonly received: () => readonly Received[];
  readonly close: () => Promise<void>;
}

/** Starts one on a free port of loopback. @throws Error when it cannot listen */
export async function startListener(clock: Pick<Clock, 'nowMs'>): Promise<PagerListener> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    take(request, response, clock).then(
      (event) => event !== null && received.push(event),
      () => response.destroy(),
    );
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v2/enqueue`,
    received: () => received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  clock: Pick<Clock, 'nowMs'>,
): Promise<Received | null> {
  const atMs = clock.nowMs();
  if (request.method !== 'POST' || request.url !== '/v2/enqueue') {
    return answer(response, 404, { status: 'not found' });
  }
  const event = eventOf(await bodyOf(request));
  if (event === null) {
    return answer(response, 400, { status: 'invalid event', message: 'Event object is invalid' });
  }
  answer(response, 202, { status: 'success', message: 'Event processed', dedup_key: event.dedupKey });
  return { ...event, atMs };
}

function answer(response: ServerResponse, status: number, body: object): null {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
  return null;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const buffer = Buffer.from(part);
    bytes += buffer.length;
    if (bytes > MAX_BYTES) throw new Error('the event is too large');
    parts.push(buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function eventOf(body: string): Pick<Received, 'action' | 'dedupKey'> | null {
  const event = parsed(body);
  const { event_action: action, dedup_key: dedupKey, routing_key: routingKey } = event;
  const isWhole =
    typeof action === 'string' && typeof dedupKey === 'string' && typeof routingKey === 'string';
  return isWhole && /^(?:trigger|acknowledge|resolve)$/.test(action) ? { action, dedupKey } : null;
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}
