/** A server whose pages say what a test wants them to say, and change while it is looked at. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What answers a path. */
export type Page = (request: IncomingMessage, response: ServerResponse) => void;

export interface PageServer {
  /** Without a slash at its end. */
  readonly origin: string;
  readonly place: string;
  /** Paths with their queries, and headers, of all requests so far, in order. */
  readonly asked: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  readonly pages: Map<string, Page>;
  close(): void;
}

/** Starts it on a free port of loopback; a path without a page answers 404, one of `*` answers all others. */
export async function startPages(pages: Readonly<Record<string, Page | string>>): Promise<PageServer> {
  const asked: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const byPath = new Map(
    Object.entries(pages).map(([path, page]) => [path, typeof page === 'string' ? text(page) : page]),
  );
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, headers: request.headers });
    const page = byPath.get(path.replace(/\?.*$/, '')) ?? byPath.get('*');
    if (page !== undefined) return page(request, response);
    response.statusCode = 404;
    return response.end('404 page not found\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    place: `127.0.0.1:${port}`,
    asked,
    pages: byPath,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A page with this text. */
export function text(body: string | (() => string), type = 'text/plain'): Page {
  return (_, response) => {
    response.setHeader('content-type', type);
    response.end(typeof body === 'string' ? body : body());
  };
}

/**
 * Metrics of a process that uses so many of its two cores from now on, and has ten of a hundred descriptors open.
 *
 * @param ageS how long it has been there
 */
export function busyProcess(cores: number, ageS = 100): Page {
  const startMs = performance.now();
  const startedS = Date.now() / 1000 - ageS;
  return text(() => {
    const seconds = ((performance.now() - startMs) / 1000) * cores;
    return [
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${seconds + 100}`,
      '# TYPE go_sched_gomaxprocs_threads gauge',
      'go_sched_gomaxprocs_threads 2',
      '# TYPE process_open_fds gauge',
      'process_open_fds 10',
      'process_max_fds 100',
      `process_start_time_seconds ${startedS}`,
      '',
    ].join('\n');
  });
}
