/** The bytes of a request: made once for a target that does not vary. RFC 9112 section 3. */

import { type RequestTrace, type TraceLines, writeSpanHex } from '../trace/request-trace.ts';
import type { Exchange } from '../transport/transport.ts';

/** Methods whose requests say `content-length: 0` when they have no body: RFC 9110 section 8.6. */
const EXPECT_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

const NO_LINES: TraceLines = { text: '', spots: [] };

/** A request, with the places where the span id of an arrival goes. */
interface Made {
  readonly bytes: Buffer;
  readonly spots: readonly number[];
}

/** Makes request bytes, and remembers those of requests that are the same object each time. */
export class RequestBytes {
  readonly #connection: string;
  readonly #made = new WeakMap<object, Made>();

  constructor(keepAlive: boolean) {
    this.#connection = keepAlive ? 'keep-alive' : 'close';
  }

  /** The whole request, head and body. */
  of(exchange: Exchange): Buffer {
    const { trace, template } = exchange.job;
    let made = this.#made.get(exchange.request);
    if (made === undefined) {
      made = this.#make(exchange);
      if (template.static) this.#made.set(exchange.request, made);
    }
    if (made.spots.length === 0 || trace === null) return made.bytes;
    return traced(made, trace, exchange.attempt.index);
  }

  #make({ route, method, request, job }: Exchange): Made {
    const path = route.proxy === null ? request.path : `${route.origin}${request.path}`;
    let head = `${method} ${path} HTTP/1.1\r\n`;
    if (!hasHeader(request.headers, 'host')) head += `host: ${new URL(route.origin).host}\r\n`;
    head += `connection: ${this.#connection}\r\n`;
    for (let index = 0; index + 1 < request.headers.length; index += 2) {
      head += `${request.headers[index]}: ${request.headers[index + 1]}\r\n`;
    }
    const { text, spots } = job.trace?.lines ?? NO_LINES;
    const from = head.length;
    head += text;
    if (route.proxy?.authorization != null) head += `proxy-authorization: ${route.proxy.authorization}\r\n`;
    const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
    if (body !== null) head += `content-length: ${body.byteLength}\r\n`;
    else if (EXPECT_BODY.has(method)) head += 'content-length: 0\r\n';
    const start = Buffer.from(`${head}\r\n`, 'latin1');
    return {
      bytes: body === null ? start : Buffer.concat([start, body]),
      spots: spots.map((at) => from + at),
    };
  }
}

/** A copy with an arrival's own span id: the last one's may still wait to be written. */
function traced({ bytes, spots }: Made, { ids }: RequestTrace, index: number): Buffer {
  const copy = Buffer.allocUnsafe(bytes.length);
  copy.set(bytes);
  const id = { upper: ids.upperWord(index), lower: ids.lowerWord(index) };
  for (const at of spots) writeSpanHex(copy, at, id);
  return copy;
}

function hasHeader(headers: readonly string[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 2)
    if (headers[index]?.toLowerCase() === name) return true;
  return false;
}
