/**
 * A listener that takes events as PagerDuty does (Events API v2): it refuses what the API refuses, and remembers by
 * `dedup_key` when an incident was opened and closed.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../cli/binary.ts';

/** What came for one `dedup_key`. Times of the monotonic clock, ms. */
export interface Heard {
  /** Those that opened an incident: the pager makes a sound. */
  readonly triggers: readonly HeardEvent[];
  /** Those that found it open. */
  readonly repeats: readonly HeardEvent[];
  readonly resolves: readonly HeardEvent[];
}

export interface HeardEvent {
  readonly atMs: number;
  readonly summary: string;
}

export interface PagerDuty {
  readonly url: string;
  readonly keys: () => readonly string[];
  readonly heard: (key: string) => Heard;
  /** Why events were refused. */
  readonly refused: readonly string[];
  /** Waits until the number of triggers and resolves, of all keys, is this. */
  readonly wait: (triggers: number, resolves: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Integration keys have 32 characters. */
export const ROUTING_KEY = '0123456789abcdef0123456789abcdef';

const SEVERITIES = ['critical', 'error', 'warning', 'info'];

/** What is wrong with an event, by the API's reference; null: nothing. */
function faultOf(body: string): string | null {
  const event = JSON.parse(body) as Record<string, unknown>;
  const payload = (event['payload'] ?? {}) as Record<string, unknown>;
  const action = event['event_action'];
  if (event['routing_key'] !== ROUTING_KEY) return 'routing_key';
  if (action !== 'trigger' && action !== 'acknowledge' && action !== 'resolve') return 'event_action';
  const key = event['dedup_key'];
  if (typeof key !== 'string' || key === '' || key.length > 255) return 'dedup_key';
  if (action !== 'trigger') return null;
  const { summary, source, severity } = payload;
  if (typeof summary !== 'string' || summary === '' || [...summary].length > 1024) return 'payload.summary';
  if (typeof source !== 'string' || source === '') return 'payload.source';
  if (!SEVERITIES.includes(String(severity))) return 'payload.severity';
  return null;
}

/** Starts the listener on loopback. */
export async function pagerDuty(): Promise<PagerDuty> {
  const byKey = new Map<string, { triggers: HeardEvent[]; repeats: HeardEvent[]; resolves: HeardEvent[] }>();
  const refused: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const fault = request.url === '/v2/enqueue' && request.method === 'POST' ? faultOf(body) : 'path';
      if (fault !== null) {
        refused.push(`${fault}: ${body}`);
        response.writeHead(400).end(JSON.stringify({ status: 'invalid event', errors: [fault] }));
        return;
      }
      const event = JSON.parse(body) as {
        dedup_key: string;
        event_action: string;
        payload?: { summary?: string };
      };
      const heard = byKey.get(event.dedup_key) ?? { triggers: [], repeats: [], resolves: [] };
      byKey.set(event.dedup_key, heard);
      const isOpen = heard.triggers.length > heard.resolves.length;
      const opening = isOpen ? heard.repeats : heard.triggers;
      const list = event.event_action === 'resolve' ? heard.resolves : opening;
      list.push({ atMs: performance.now(), summary: event.payload?.summary ?? '' });
      const answer = { status: 'success', message: 'Event processed', dedup_key: event.dedup_key };
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const total = (list: 'triggers' | 'resolves'): number =>
    [...byKey.values()].reduce((sum, heard) => sum + heard[list].length, 0);
  return {
    url: `http://127.0.0.1:${port}/v2/enqueue`,
    keys: () => [...byKey.keys()],
    heard: (key) => byKey.get(key) ?? { triggers: [], repeats: [], resolves: [] },
    refused,
    wait: (triggers, resolves) =>
      until(() => total('triggers') === triggers && total('resolves') === resolves),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
