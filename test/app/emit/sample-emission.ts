/** What tests of sinks share: receivers of HTTP, intervals, and a book. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SinkBook } from '../../../src/app/courier/book.ts';
import { Recording } from '../../../src/record/recording.ts';
import { Accumulation } from '../../../src/telemetry/accumulate.ts';
import type { Interval } from '../../../src/telemetry/interval.ts';
import { SAMPLE_LAYOUT, sampleAttempt } from '../../support/sample-result.ts';

export function bookOf(said: string[] = []): SinkBook {
  const redact = (text: string): string => text.replaceAll('hunter2', '***');
  return new SinkBook({ kind: 'otlp', address: 'http://sink', redact, say: (line) => said.push(line) });
}

/** One request as a receiver got it. */
export interface Got {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A receiver that keeps what it got. */
export interface HttpReceiver {
  readonly url: string;
  readonly got: Got[];
  readonly stop: () => Promise<void>;
}

/** Listens on loopback. @param answer what it does with the nth request, from 0; absent: 200 */
export async function httpReceiver(
  answer: (response: ServerResponse, nth: number) => void = (response) => response.end('{}'),
): Promise<HttpReceiver> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      got.push({ method, path, headers, body: Buffer.concat(chunks) });
      answer(response, got.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    got,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Intervals of one request a second: what came in each, and what came until then. */
export function seconds(count: number): { readonly recent: Interval[]; readonly cumulative: Interval[] } {
  const facts = [{ name: 'followers', method: 'GET', scheme: 'http', host: '127.0.0.1', port: 8080 }];
  const take = (from: number, to: number): Interval => {
    const accumulation = new Accumulation(facts, from * 1000);
    const recording = new Recording(SAMPLE_LAYOUT);
    for (let second = from; second < to; second += 1) recording.add(sampleAttempt());
    accumulation.add(recording.take());
    return accumulation.cumulative(to * 1000);
  };
  const each = Array.from({ length: count }, (_, second) => second);
  return {
    recent: each.map((second) => take(second, second + 1)),
    cumulative: each.map((second) => take(0, second + 1)),
  };
}

/** Waits until something holds, at most 5 s. */
export async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('it does not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
