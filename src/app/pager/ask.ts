/** Small questions to servers that take part in a drill: the control of the service, and who acknowledges. */

import { type Message, systemPost } from '../world/post.ts';

/** How long one of them may take to answer, ms. */
const ANSWER_LIMIT_MS = 10_000;
/** Of an answer, more is not read. */
const MAX_BYTES = 65_536;

/** Straight to them, as to what is measured: they are part of it, and no proxy is asked. */
const send = systemPost({});

/** One question. */
export interface Question {
  readonly method: Message['method'];
  readonly url: URL;
  /** Sent as JSON. */
  readonly body?: object;
  /** Its end is the end of the question. */
  readonly signal?: AbortSignal;
}

/** An answer: its status, and up to 64 KiB of its body. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks, with user and password of the URL as basic authorization; redirects are not followed. Rejects with an Error in words when no status came within 10 s. */
export async function ask({ method, url, body, signal }: Question): Promise<Answer> {
  return await send({
    method,
    url: url.href,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    timeoutMs: ANSWER_LIMIT_MS,
    maxBytes: MAX_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
}
