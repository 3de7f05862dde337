/** The bytes of a request: made once for a target that does not vary. RFC 9112 section 3. */

import type { Exchange } from '../transport/transport.ts';

/** Methods whose requests say `content-length: 0` when they have no body: RFC 9110 section 8.6. */
const EXPECT_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Makes request bytes, and remembers those of requests that are the same object each time. */
export class RequestBytes {
  readonly #connection: string;
  readonly #made = new WeakMap<object, Buffer>();

  constructor(keepAlive: boolean) {
    this.#connection = keepAlive ? 'keep-alive' : 'close';
  }

  /** The whole request, head and body. */
  of(exchange: Exchange): Buffer {
    const known = this.#made.get(exchange.request);
    if (known !== undefined) return known;
    const bytes = this.#make(exchange);
    if (exchange.job.template.static) this.#made.set(exchange.request, bytes);
    return bytes;
  }

  #make({ route, method, request }: Exchange): Buffer {
    const path = route.proxy === null ? request.path : `${route.origin}${request.path}`;
    let head = `${method} ${path} HTTP/1.1\r\n`;
    if (!hasHeader(request.headers, 'host')) head += `host: ${new URL(route.origin).host}\r\n`;
    head += `connection: ${this.#connection}\r\n`;
    for (let index = 0; index + 1 < request.headers.length; index += 2) {
      head += `${request.headers[index]}: ${request.headers[index + 1]}\r\n`;
    }
    if (route.proxy?.authorization != null) head += `proxy-authorization: ${route.proxy.authorization}\r\n`;
    const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
    if (body !== null) head += `content-length: ${body.byteLength}\r\n`;
    else if (EXPECT_BODY.has(method)) head += 'content-length: 0\r\n';
    const start = Buffer.from(`${head}\r\n`, 'latin1');
    return body === null ? start : Buffer.concat([start, body]);
  }
}

function hasHeader(headers: readonly string[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 2)
    if (headers[index]?.toLowerCase() === name) return true;
  return false;
}
