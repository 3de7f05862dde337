/** A page of the run's metrics for whoever scrapes it, there while the run lasts. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { CONTENT_TYPES, type PageFormat } from '../../telemetry/prometheus/page.ts';
import type { SinkBook } from '../courier/book.ts';
import type { Sink } from './sink.ts';

/** Scrapers are few. More connections are refused, slow ones are cut off: the page is no way into the run. */
const MAX_CONNECTIONS = 16;
const REQUEST_MS = 2000;
const IDLE_MS = 5000;
const MAX_HEADER_BYTES = 8192;

/** What a page shows, by the format that was asked for. */
export type PageText = (format: PageFormat) => string;

/** A page that is served. */
export interface ServedPage extends Sink {
  /** `http://host:port/metrics`. */
  readonly url: string;
}

/**
 * Serves the page at `/metrics`.
 *
 * @param pageOf asked at each scrape  @param bookFor told where it listens  @throws UsageError when nothing can listen there
 */
export async function servePage(
  place: { readonly host: string; readonly port: number },
  pageOf: PageText,
  bookFor: (address: string) => SinkBook,
): Promise<ServedPage> {
  let book: SinkBook | null = null;
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_MS, connectionsCheckingInterval: 1000 },
    (request, response) => {
      try {
        if (book !== null) answer(request, response, { pageOf, book });
      } catch (error) {
        book?.fail(error);
        response.destroy();
      }
    },
  );
  server.headersTimeout = REQUEST_MS;
  server.keepAliveTimeout = IDLE_MS;
  server.timeout = IDLE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  const address = await listening(server, place);
  book = bookFor(address);
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return {
    book,
    url: `http://${address}/metrics`,
    flush: () => {
      close();
      return Promise.resolve();
    },
    close,
  };
}

interface Page {
  readonly pageOf: PageText;
  readonly book: SinkBook;
}

function answer(request: IncomingMessage, response: ServerResponse, { pageOf, book }: Page): void {
  // What stands in a body is of no interest.
  request.resume();
  const [path] = (request.url ?? '').split('?');
  if (path !== '/metrics') return refuse(response, 404, 'the metrics of this run are at /metrics\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'this page can only be read\n');
  }
  const isOpen = /application\/openmetrics-text/i.test(request.headers.accept ?? '');
  const format = isOpen ? 'openmetrics' : 'text';
  const bytes = Buffer.from(pageOf(format), 'utf8');
  response.writeHead(200, {
    'content-type': CONTENT_TYPES[format],
    'content-length': bytes.length,
    'cache-control': 'no-store',
  });
  // The page has left when all of it was handed to the system: a scraper that goes away before has not got it.
  response.once('finish', () => book.sent(1));
  response.once('close', () => {
    if (!response.writableFinished) book.lost(1);
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}

/** Words for why nothing can listen there. */
const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'the port may not be used',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the name of the host is not known',
};

async function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  const shown = host.includes(':') ? `[${host}]` : host;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(
      `emit: nothing can listen on ${safeText(`${shown}:${port}`)}: ${WORDS[code] ?? (code || 'it failed')}`,
      { hint: 'name another host:port for prometheus; port 0 takes any that is free', cause: error },
    );
  }
  // Nobody else may end a run by way of its page.
  server.on('error', () => undefined);
  const address = server.address();
  const found = typeof address === 'object' && address !== null ? address.port : port;
  return `${shown}:${found}`;
}
