/** A tunnel through a forward proxy: RFC 9110 section 9.3.6 (CONNECT). */

import type { Socket } from 'node:net';
import { TransportError } from '../transport/classify.ts';
import type { Route } from './route.ts';

/** Longest response head that a proxy may send. */
const MAX_HEAD_BYTES = 16_384;

/**
 * Asks the proxy at the other end of `socket` for a tunnel to the route's host. Afterwards the socket carries
 * the tunnel's bytes. Rejects with cause `proxy` when the proxy refuses, answers nonsense or closes.
 */
export function openTunnel(socket: Socket, route: Route): Promise<void> {
  const authority = `${route.host.includes(':') ? `[${route.host}]` : route.host}:${route.port}`;
  const authorization =
    route.proxy?.authorization == null ? '' : `proxy-authorization: ${route.proxy.authorization}\r\n`;
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const finish = (message: string | null): void => {
      socket.off('data', read).off('error', broke).off('close', closed).pause();
      if (message === null) resolve();
      else reject(new TransportError('proxy', message));
    };
    const read = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) {
        if (head.length > MAX_HEAD_BYTES) finish('the proxy sent an endless response head');
        return;
      }
      finish(refusal(head.subarray(0, end).toString('latin1')));
      // After nobody listens any more: what is put back is read again at once by whoever does.
      if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
    };
    const broke = (error: Error): void => finish(`the proxy broke off: ${error.message}`);
    const closed = (): void => finish('the proxy closed the connection');
    socket.on('data', read).once('error', broke).once('close', closed);
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`);
  });
}

/** Null when the head grants the tunnel, else why not. */
function refusal(head: string): string | null {
  const [statusLine = ''] = head.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1];
  if (status === undefined) return `the proxy answered no HTTP: ${statusLine.slice(0, 80)}`;
  return status.startsWith('2') ? null : `the proxy answered ${status} to CONNECT`;
}
