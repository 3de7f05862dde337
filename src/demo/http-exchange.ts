/** The few HTTP habits that all servers of the example system have: bounded bodies, JSON answers, errors as JSON. */

import type { IncomingMessage, ServerResponse } from 'node:http';

const LARGEST_BODY_BYTES = 65_536;

/** A request that cannot be served; `status` and message are the answer to it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The path and query asked for. @throws Refusal 400 when the request line holds no valid path */
export function readTarget(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  const base = 'http://127.0.0.1';
  if (!target.startsWith('/') || !URL.canParse(target, base))
    throw new Refusal(400, 'the request path is not valid');
  return new URL(target, base);
}

/** The whole body. @throws Refusal 413 beyond 64 KiB; the stream's error when the client leaves */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(buffer);
  }
  if (bytes > LARGEST_BODY_BYTES) throw new Refusal(413, `the body exceeds ${LARGEST_BODY_BYTES} bytes`);
  return Buffer.concat(chunks);
}

/** The body as JSON. @throws Refusal 400 when it is none */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
}

/** Answers with a value as JSON. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  sendText(response, 'application/json', JSON.stringify(body));
}

/** Answers with text. */
export function sendText(response: ServerResponse, type: string, body: string): void {
  response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

/** Answers with what went wrong: a refusal's own status, or 500. */
export function sendError(response: ServerResponse, error: unknown): void {
  const status = error instanceof Refusal ? error.status : 500;
  sendJson(response, status, { error: error instanceof Error ? error.message : String(error) });
}
