/** Requests that tell somebody, as against those that measure: few, bounded, and through the environment's proxy. */

import { type Dispatcher, EnvHttpProxyAgent, Pool, request as send } from 'undici';
import type { Post, PostRequest, PostResponse } from '../../notify/channel.ts';
import { plainHeaders, readUpTo } from './answer.ts';
import { wordsFor } from './failure-words.ts';
import { UNUSABLE_PROXY, usableProxy } from './proxy.ts';
import { sharedLookup } from './shared-lookup.ts';

/** A request of any method that may carry bytes, and may be given up. */
export interface Message extends Omit<PostRequest, 'body' | 'method'> {
  readonly method: PostRequest['method'] | 'DELETE';
  readonly body: string | Uint8Array | null;
  readonly signal?: AbortSignal;
}

/** The variables of a proxy, by their usual names; small letters first. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How the world posts. Certificates are verified, whatever the environment says. Redirects are not followed. The time of
 * a request ends it wherever it is; more than `maxBytes` is not read, and of a body that breaks off or is too slow what came
 * of it. Each request has a connection of its own, closed when it is over, so that nothing keeps the process alive. `HTTPS_PROXY`, `HTTP_PROXY`
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
  // A connection that is begun with a signal that has come is opened all the same, and nobody closes it.
  signal.throwIfAborted();
  const { method, maxBytes, body } = request;
  const { url, authorization } = withoutUser(request.url);
  const over = new AbortController();
  const agent = agentOf(env, {
    timeoutMs: request.timeoutMs,
    signal: AbortSignal.any([signal, over.signal]),
  });
  try {
    const headers = { ...request.headers, ...authorization };
    const answer = await send(url, { dispatcher: agent, signal, method, headers, body });
    let isWhole = true;
    const read = await readUpTo(
      untilItFails(answer.body, () => {
        isWhole = false;
      }),
      maxBytes,
    );
    return {
      status: answer.statusCode,
      headers: plainHeaders(answer.headers),
      body: textOf(read.body),
      isCut: read.isCut || !isWhole,
    };
  } finally {
    // The end of its sockets is nothing to wait for.
    agent.destroy().catch(() => undefined);
    over.abort();
  }
}

/** What comes of a body. The status was heard: what was taken must not be sent again because its receipt was lost. */
async function* untilItFails(
  body: AsyncIterable<Uint8Array>,
  failed: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch {
    failed();
  }
}

/** An empty text is no proxy: without it undici would look into the environment of the process by itself. */
function agentOf(
  env: Environment,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): EnvHttpProxyAgent {
  // Undici leaves a connection that is still being made alone, whoever gives up: that to a silent proxy would be waited for.
  const connect = { rejectUnauthorized: true, timeout: timeoutMs, signal };
  return new EnvHttpProxyAgent({
    httpProxy: usableProxy(env['http_proxy'] ?? env['HTTP_PROXY'] ?? ''),
    httpsProxy: usableProxy(env['https_proxy'] ?? env['HTTPS_PROXY'] ?? ''),
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    connect: { ...connect, lookup: sharedLookup },
    requestTls: connect,
    proxyTls: connect,
    clientFactory: (proxy, options) => new OneWay(proxy, options),
    // The deadline of the whole is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 0,
  });
}

/**
 * The connections to a proxy for one request, which needs one way. Undici by itself opens another one after a way that was
 * closed without a word, or answered with what is none, at once and for ever: thousands a second, and no deadline is heard.
 */
class OneWay extends Pool {
  readonly #isUsable: boolean;
  #isAsked = false;

  constructor(proxy: URL, options: object) {
    super(proxy, options);
    this.#isUsable = proxy.href !== UNUSABLE_PROXY;
  }

  /** Opens the way. Rejects when that fails, and whenever it is asked again. */
  override async connect(options: Parameters<Pool['connect']>[0]): Promise<Dispatcher.ConnectData> {
    if (!this.#isUsable) throw Object.assign(new Error('the proxy is none'), { code: 'ERR_PROXY' });
    if (this.#isAsked) throw Object.assign(new Error('asked again'), { code: 'UND_ERR_ABORTED' });
    this.#isAsked = true;
    return await super.connect(options);
  }
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
