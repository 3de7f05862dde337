/** Servers of a fleet on loopback: one of each kind that a look may meet. */

import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server on a port of its own, closed after the test; its URL ends with a slash. */
export async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  return opened(server, () => server.closeAllConnections());
}

/** It takes connections and never says anything. */
export async function silent(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  return opened(server, () => sockets.forEach((socket) => socket.destroy()));
}

async function opened(server: Server, cut: () => void): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A port at which nobody listens any more. */
export async function dead(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}

/** It answers 200 and a page to everything, its metrics too. */
export function lying(): Promise<string> {
  return listening((_, response) => {
    response.setHeader('content-type', 'text/html').end('<html><body>All is well</body></html>');
  });
}

/** Pages by path; everything else is 404. */
export function paged(pages: Readonly<Record<string, () => string>>): Promise<string> {
  return listening((request, response) => {
    const page = pages[request.url ?? ''];
    response.statusCode = page === undefined ? 404 : 200;
    response.end(page?.() ?? 'not found');
  });
}

/** A service whose counters say that it used so many of two cores, and took so many requests a second. */
export function metered(cores: number, perSecond = 0): Promise<string> {
  const startMs = performance.now();
  const seconds = (): number => 100 + (performance.now() - startMs) / 1000;
  return paged({
    '/': () => 'hello',
    '/metrics': () =>
      [
        '# TYPE process_cpu_seconds_total counter',
        `process_cpu_seconds_total ${cores * seconds()}`,
        'go_sched_gomaxprocs_threads 2',
        '# TYPE http_requests_total counter',
        `http_requests_total{code="200"} ${Math.floor(perSecond * seconds())}`,
        'http_requests_total{code="503"} 0',
        '',
      ].join('\n'),
  });
}
