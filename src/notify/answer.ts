/** From what a channel answered to what became of the attempt. The one place where foreign answers become words. */

import type { Attempted, Post, PostRequest, PostResponse } from './channel.ts';
import { fit } from './text.ts';

/** What a channel needs of the world. */
export interface Means {
  readonly post: Post;
  /** Takes every secret of every channel out of a text. */
  readonly redact: (text: string) => string;
  /** Unix time, ms. */
  readonly wallMs: () => number;
}

/** The longest that one attempt may take, ms. */
export const ATTEMPT_MS = 10_000;

const MAX_ANSWER_BYTES = 65_536;
const SHOWN_CHARACTERS = 200;

/** Longer than this nobody waits who has somebody to wake: what asks for more is not believed, ms. */
const LONGEST_WAIT_MS = 3_600_000;

/** 407 is the proxy's, 408 and 425 ask for another try (RFC 9110 section 15.5, RFC 8470), 429 for a later one. */
const PASSING: ReadonlySet<number> = new Set([407, 408, 425, 429]);

/** What is sent, and within what time. */
export interface Body {
  readonly url: string;
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly withinMs?: number | undefined;
}

/** A request that carries `body`, JSON unless told. At most {@link ATTEMPT_MS} long. */
export function requestOf({
  url,
  body,
  type = 'application/json',
  headers = {},
  withinMs,
}: Body): PostRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': type, 'user-agent': 'headroom', ...headers },
    body,
    timeoutMs: Math.max(1, Math.ceil(Math.min(ATTEMPT_MS, withinMs ?? ATTEMPT_MS))),
    maxBytes: MAX_ANSWER_BYTES,
  };
}

/**
 * Sends one request and judges the answer. Never rejects.
 *
 * @param build makes it; what throws here will never be taken  @param judge of an answer; {@link judged} unless told
 */
export async function sendOnce(
  means: Means,
  build: () => PostRequest,
  judge: typeof judged = judged,
): Promise<Attempted> {
  let request: PostRequest;
  try {
    request = build();
  } catch (error) {
    return { status: 'refused', text: `it cannot be put into a message: ${wordsOf(error, means)}` };
  }
  try {
    return judge(await means.post(request), means);
  } catch (error) {
    return { status: 'later', text: wordsOf(error, means), afterMs: null };
  }
}

/** An error's message, harmless and without secrets. */
export function wordsOf(error: unknown, { redact }: Pick<Means, 'redact'>): string {
  return shown(redact(error instanceof Error ? error.message : String(error)));
}

/** Foreign text of any length, redacted already, as a short harmless line. */
export function shown(text: string): string {
  return fit(text.trim(), SHOWN_CHARACTERS);
}

/**
 * What an answer means: 2xx accepted; 3xx later, for a redirect leads somebody else to our secrets, and comes from what
 * stands before a service for a while too, such as a page about maintenance; 407, 408, 425, 429 and 5xx later, with what
 * `Retry-After` says; everything else refused.
 */
export function judged(response: PostResponse, means: Means): Attempted {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    return { status: 'later', text: `redirects are not followed: it answered ${status}`, afterMs: null };
  }
  const text = `answered ${status}${bodyWords(response, means)}`;
  if (status >= 200 && status < 300) return { status: 'accepted', text };
  if (status >= 500 || PASSING.has(status)) {
    return { status: 'later', text, afterMs: retryAfterMs(headers['retry-after'], means.wallMs()) };
  }
  return { status: 'refused', text };
}

function bodyWords({ body, isCut }: PostResponse, { redact }: Means): string {
  // What is cut may end within a secret, which then looks like none.
  if (isCut) return ', with a text that was not read to its end';
  const words = shown(redact(body));
  return words === '' ? '' : `: ${words}`;
}

/**
 * `Retry-After` as a time to wait, ms: whole seconds or an HTTP date (RFC 9110 section 10.2.3). Null for what is
 * neither, lies in the past or farther off than an hour: nobody is paged then.
 */
export function retryAfterMs(value: string | undefined, wallMs: number): number | null {
  const text = value?.trim() ?? '';
  return waitOf(/^\d{1,15}$/.test(text) ? Number(text) * 1000 : dateOf(text) - wallMs);
}

function dateOf(text: string): number {
  if (!/^[A-Z][a-z]+,? .*\d{2}:\d{2}:\d{2}/.test(text)) return Number.NaN;
  // The form of asctime names no zone, and is of Greenwich (RFC 9110 section 5.6.7).
  return Date.parse(/\d{2}:\d{2}:\d{2} \d{4}$/.test(text) ? `${text} GMT` : text);
}

/** A time to wait that is worth waiting for, else null. @param ms of any kind, NaN too */
export function waitOf(ms: number): number | null {
  return ms >= 0 && ms <= LONGEST_WAIT_MS ? Math.ceil(ms) : null;
}
