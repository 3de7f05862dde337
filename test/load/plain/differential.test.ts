/**
 * The same bytes to our parser and, over a real socket, to undici's llhttp. Whatever ours accepts, that one reads as the
 * same response; where the two differ, ours is the stricter one, save for the cases named here.
 */

import { createServer } from 'node:net';
import fc from 'fast-check';
import { Client } from 'undici';
import { describe, expect, test } from 'vitest';
import { useClosing } from '../../support/closing.ts';
import { spoiltResponse, validResponse } from './generated-response.ts';
import { type Reading, readResponse } from './read-response.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

/** What undici refuses, in its words, and we accept. */
const LENIENT: readonly { readonly reason: string; readonly error: RegExp; readonly example: string }[] = [
  {
    reason:
      'a 304 may tell the length of what it does not send (RFC 9110 section 15.4.5), and undici waits for it',
    error: /^ResponseContentLengthMismatchError/,
    example: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n',
  },
  {
    reason: 'nobody reads chunk extensions: that they stay on their line is enough',
    error: /chunk extensions/,
    example: `${CHUNKED}5; a = b\r\nhello\r\n0\r\n\r\n`,
  },
  {
    reason: 'a trailer frames nothing, whatever its name',
    error: /Content-Length can't be present with Transfer-Encoding/,
    example: `${CHUNKED}5\r\nhello\r\n0\r\ncontent-length: 5\r\n\r\n`,
  },
  {
    reason: 'a client must bear interim responses that it did not ask for (RFC 9110 section 15.2)',
    error: /^SocketError: bad response/,
    example: `HTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 0\r\n\r\n`,
  },
];

/** What undici made of some bytes: null when it refused them. */
interface Other {
  readonly status: number;
  readonly body: string;
  readonly error: string;
}

const closing = useClosing();

/** A server that sends the nth response to whoever asks for `/n`, and closes. */
async function serve(responses: readonly string[]): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (request: Buffer) => {
      const index = Number(/\/(\d+)/.exec(request.toString('latin1'))?.[1]);
      socket.end(responses[index] ?? '', 'latin1');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing({
    close: () => {
      server.close();
    },
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

async function askUndici(origin: string, path: string): Promise<Other> {
  const client = new Client(origin, { maxHeaderSize: 65_536 });
  try {
    const { statusCode, body } = await client.request({ path, method: 'GET' });
    const bytes = await body.arrayBuffer();
    return { status: statusCode, body: Buffer.from(bytes).toString('latin1'), error: '' };
  } catch (error) {
    return {
      status: 0,
      body: '',
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  } finally {
    await client.destroy();
  }
}

const isRead = ({ kind }: Reading): boolean => kind === 'whole' || kind === 'closed';

/** A sentence when the two disagree in a way that is not allowed; null otherwise. */
function disagreement(bytes: string, ours: Reading, other: Other): string | null {
  if (!isRead(ours)) return null;
  if (other.error !== '' && LENIENT.some(({ error }) => error.test(other.error))) return null;
  if (other.error === '' && ours.status === other.status && ours.body === other.body) return null;
  return JSON.stringify({ bytes, ours, other });
}

async function compare(
  responses: readonly string[],
): Promise<{ wrong: string[]; agreed: number; stricter: number }> {
  const origin = await serve(responses);
  const found = { wrong: [] as string[], agreed: 0, stricter: 0 };
  for (const [index, bytes] of responses.entries()) {
    const ours = readResponse(bytes);
    const other = await askUndici(origin, `/${index}`);
    const wrong = disagreement(bytes, ours, other);
    if (wrong !== null) found.wrong.push(wrong);
    if (isRead(ours) && other.error === '') found.agreed += 1;
    if (!isRead(ours) && other.error === '') found.stricter += 1;
  }
  return found;
}

describe('beside llhttp', () => {
  test.each(LENIENT)('ours reads what that one refuses: $reason', async ({ error, example }) => {
    const origin = await serve([example]);
    expect((await askUndici(origin, '/0')).error).toMatch(error);
    expect(readResponse(example)).toMatchObject({ kind: 'whole', error: null });
  });

  test('valid responses are read the same', async () => {
    const { wrong, agreed } = await compare(fc.sample(validResponse, { numRuns: 300, seed: 1 }));
    expect(wrong).toEqual([]);
    expect(agreed).toBe(300);
  }, 30_000);

  test('spoilt responses are read the same, or refused by us', async () => {
    const { wrong, stricter } = await compare(fc.sample(spoiltResponse, { numRuns: 1500, seed: 2 }));
    expect(wrong).toEqual([]);
    expect(stricter).toBeGreaterThan(20);
  }, 60_000);
});
