/** Servers that never stop sending: each attempt ends soon, and nothing of what they send piles up. */

import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { FailureCause } from '../../src/core/attempt.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { liveBytes } from '../support/live-memory.ts';
import { describeSchemes } from '../support/schemes.ts';
import { ANY_SUCCESS, drive, openLoad, planFor } from '../support/traffic.ts';

/** Writes as fast as it is read, for as long as the socket lives. */
function flood(first: string, piece: string): (request: { socket: Socket }) => void {
  const block = piece.repeat(Math.ceil(65_536 / piece.length));
  return ({ socket }) => {
    socket.write(first);
    const more = (): void => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', more);
    more();
  };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

const FLOODS: readonly {
  readonly name: string;
  readonly first: string;
  readonly piece: string;
  readonly causes: readonly FailureCause[];
}[] = [
  {
    name: 'a body of a length beyond all bounds',
    first: `${HEAD}content-length: 9000000000000\r\n\r\n`,
    piece: 'x',
    causes: ['too-large'],
  },
  { name: 'a body until the end of the connection', first: `${HEAD}\r\n`, piece: 'x', causes: ['too-large'] },
  {
    name: 'chunks',
    first: `${HEAD}transfer-encoding: chunked\r\n\r\n`,
    piece: `400\r\n${'x'.repeat(1024)}\r\n`,
    causes: ['too-large'],
  },
  { name: 'header lines', first: HEAD, piece: 'x-more: and more\r\n', causes: ['protocol'] },
  { name: 'one header line', first: `${HEAD}x-long: `, piece: 'y', causes: ['protocol'] },
  { name: 'one status line', first: 'HTTP/1.1 200 ', piece: 'O', causes: ['protocol', 'headers-timeout'] },
  {
    name: 'interim responses',
    first: '',
    piece: 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n',
    causes: ['protocol', 'headers-timeout'],
  },
  {
    name: 'a chunk extension',
    first: `${HEAD}transfer-encoding: chunked\r\n\r\n5;`,
    piece: 'x',
    causes: ['protocol', 'body-timeout'],
  },
  {
    name: 'digits of a chunk size',
    first: `${HEAD}transfer-encoding: chunked\r\n\r\n`,
    piece: '0',
    causes: ['protocol', 'body-timeout'],
  },
  {
    name: 'trailers',
    first: `${HEAD}transfer-encoding: chunked\r\n\r\n0\r\n`,
    piece: 'x-more: and more\r\n',
    causes: ['protocol', 'body-timeout'],
  },
];

describeSchemes('a server that sends without end', (serve) => {
  const cases = FLOODS.flatMap((flooding) => [false, true].map((keeps) => ({ ...flooding, keeps })));

  test.each(cases)('$name is left in good time and costs no memory; body kept: $keeps', async (flooding) => {
    const { first, piece, causes, keeps } = flooding;
    const server = await serve({ onRequest: flood(first, piece) });
    const body = keeps ? [{ kind: 'contains', text: 'never' } as const] : [];
    const target = { timeoutMs: 400, expect: { ...ANY_SUCCESS, body } };
    const load = openLoad(50, 100, { drainMs: 2000 });
    const plan = planFor(server.url, {
      load,
      target,
      http: { maxBodyBytes: 1_000_000 },
      tls: { insecure: true },
    });
    const beforeBytes = liveBytes();
    const startMs = performance.now();
    const { recording } = await drive(plan);
    const afterBytes = liveBytes();
    const tookMs = performance.now() - startMs;
    checkAccounts(recording);
    expect(recording.counts.broken).toBe(5);
    for (const cause of recording.causes.keys()) expect(causes).toContain(cause);
    expect(tookMs).toBeLessThan(2500);
    expect(afterBytes - beforeBytes).toBeLessThan(30_000_000);
  });
});
