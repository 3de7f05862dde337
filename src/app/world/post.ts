/** Requests that tell somebody, as against those that measure: few, bounded, and through the environment's proxy. */

import { EnvHttpProxyAgent, request as send } from 'undici';
import type { Post, PostRequest, PostResponse } from '../../notify/channel.ts';
import { plainHeaders, readUpTo } from './answer.ts';
import { wordsFor } from './failure-words.ts';
import { proxyUrl } from './proxy.ts';
import { sharedLookup } from './shared-lookup.ts';

/** A request that may carry bytes, and may be given up. */
export interface Message extends Omit<PostRequest, 'body'> {
  readonly body: string | Uint8Array | null;
  readonly signal?: AbortSignal;
}

/** The variables of a proxy, by their usual names; small letters first. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How the world posts. Certificates are verified, whatever the environment says. Redirects are not followed. The time of
 * a request ends it wherever it is, also within a slow body; more than `maxBytes` is not read. Each request has a
 * connection of its own, closed when it is over, so that nothing keeps the process alive. `HTTPS_PROXY`, `HTTP_PROXY`
 * and `NO_PROXY` of the environment are obeyed, for notifications only: measurements go straight to their target.
 * User and password in a URL are sent as basic authorization.
 */
export function systemPost(env: Environment): (message: Message) => ReturnType<Post> {
  return async (request) => {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const { signal } = request;
    try {
      return await exchange(
        request,
        env,
        signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      );
    } catch (error) {
      const seconds = request.timeoutMs / 1000;
      const words = deadline.aborted ? `no whole answer came within ${seconds}s` : wordsFor(error);
      throw new Error(words, { cause: error });
    }
  };
}

async function exchange(request: Message, env: Environment, signal: AbortSignal): Promise<PostResponse> {
  const { method, maxBytes, body } = request;
  const { url, authorization } = withoutUser(request.url);
  const agent = agentOf(env, request.timeoutMs);
  try {
    const headers = { ...request.headers, ...authorization };
    const answer = await send(url, { dispatcher: agent, signal, method, headers, body });
    const read = await readUpTo(answer.body, maxBytes);
    return {
      status: answer.statusCode,
      headers: plainHeaders(answer.headers),
      body: textOf(read.body),
      isCut: read.isCut,
    };
  } finally {
    // The end of its sockets is nothing to wait for.
    agent.destroy().catch(() => undefined);
  }
}

/** An empty text is no proxy: without it undici would look into the environment of the process by itself. */
function agentOf(env: Environment, timeoutMs: number): EnvHttpProxyAgent {
  const tls = { rejectUnauthorized: true };
  return new EnvHttpProxyAgent({
    httpProxy: proxyUrl(env['http_proxy'] ?? env['HTTP_PROXY'] ?? ''),
    httpsProxy: proxyUrl(env['https_proxy'] ?? env['HTTPS_PROXY'] ?? ''),
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    connect: { ...tls, timeout: timeoutMs, lookup: sharedLookup },
    requestTls: tls,
    proxyTls: tls,
    // The deadline of the whole is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 0,
  });
}

/** A URL without its user and password, and the header that says them instead; undici sends neither by itself. */
export function withoutUser(text: string): {
  readonly url: URL;
  readonly authorization: Readonly<Record<string, string>>;
} {
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { url, authorization: {} };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function textOf(bytes: Buffer): string {
  return new TextDecoder().decode(bytes);
}
