/** Small questions to servers that take part in a drill: the control of the service, and who acknowledges. */

import { request } from 'undici';
import { safeText } from '../../core/text.ts';
import { withoutUser } from '../world/post.ts';

/** How long one of them may take to answer, ms. */
const ANSWER_LIMIT_MS = 10_000;
/** Of an answer, more is not read. */
const MAX_BYTES = 65_536;

/** One question. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  /** Sent as JSON. */
  readonly body?: object;
}

/** An answer: its status, and up to 64 KiB of its body. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks, with user and password of the URL as basic authorization; redirects are not followed. Rejects with an Error of one safe line when no answer came within 10 s. */
export async function ask({ method, url, body }: Question): Promise<Answer> {
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  try {
    const { url: place, authorization } = withoutUser(url.href);
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await request(place, {
      method,
      signal,
      // A connection of its own: the server may be replaced between two questions.
      reset: true,
      headers: { ...type, ...authorization },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: await textOf(answer.body) };
  } catch (error) {
    const because = error instanceof Error ? error.message || error.name : String(error);
    throw new Error(signal.aborted ? 'no answer came within 10s' : safeText(because), { cause: error });
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= MAX_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, MAX_BYTES).toString('utf8');
}
