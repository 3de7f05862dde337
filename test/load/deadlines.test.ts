/** Every attempt ends at its deadline, whatever the server does to keep it waiting. */

import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { FailureCause, Phase } from '../../src/core/attempt.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { startBlackHole } from '../support/black-hole.ts';
import { useClosing } from '../support/closing.ts';
import { describeSchemes } from '../support/schemes.ts';
import { drive, openLoad, planFor } from '../support/traffic.ts';

const closing = useClosing();

const TIMEOUT_MS = 300;

/** How late a deadline may strike on a busy machine; three tries rather than a wider margin. */
const MARGIN_MS = 40;
const INSECURE = { insecure: true };
const PATIENTLY = { retry: 2 };

/** Five requests 10 ms apart, all of which must end at their deadlines. */
async function expectDeadline(url: string, cause: FailureCause, phase: Phase): Promise<void> {
  const load = openLoad(100, 50, { drainMs: 2000 });
  const { recording } = await drive(planFor(url, { load, target: { timeoutMs: TIMEOUT_MS }, tls: INSECURE }));
  checkAccounts(recording);
  expect([...recording.causes]).toEqual([[cause, 5]]);
  expect(recording.counts.sent).toBe(5);
  const examples = recording.examples.get(cause) ?? [];
  expect(examples.map((example) => example.phase)).toEqual(Array(5).fill(phase));
  // Uniform arrivals at 100/s are 10 ms apart, the first within the first 10 ms.
  examples.forEach(({ atMs }, index) => {
    expect(atMs - 10 * index).toBeGreaterThan(TIMEOUT_MS - 2);
    expect(atMs - 10 * index).toBeLessThan(TIMEOUT_MS + 10 + MARGIN_MS);
  });
}

/** Writes pieces of an answer for as long as the socket lives. */
function drip(first: string, piece: string): (request: { socket: Socket }) => void {
  return ({ socket }) => {
    if (first !== '') socket.write(first);
    const timer = setInterval(() => socket.write(piece), 10);
    socket.on('close', () => clearInterval(timer));
  };
}

describeSchemes('the deadline ends an attempt', (serve) => {
  test('that is never answered', PATIENTLY, async () => {
    const server = await serve({ onRequest: () => undefined });
    await expectDeadline(server.url, 'headers-timeout', 'wait');
  });

  test('whose head drips in byte by byte', PATIENTLY, async () => {
    const server = await serve({ onRequest: drip('HTTP/1.1 200 OK\r\nx-slow: ', 'y') });
    await expectDeadline(server.url, 'headers-timeout', 'wait');
  });

  test('whose body drips in byte by byte, for ever', PATIENTLY, async () => {
    const server = await serve({ onRequest: drip('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', 'y') });
    await expectDeadline(server.url, 'body-timeout', 'receive');
  });

  test('whose body ends only with the connection', PATIENTLY, async () => {
    const server = await serve({ onRequest: drip('HTTP/1.1 200 OK\r\n\r\n', 'y') });
    await expectDeadline(server.url, 'body-timeout', 'receive');
  });

  test('whose chunks drip in, for ever', PATIENTLY, async () => {
    const server = await serve({
      onRequest: drip('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\ny\r\n'),
    });
    await expectDeadline(server.url, 'body-timeout', 'receive');
  });

  test('whose body stops in the middle', PATIENTLY, async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
    });
    await expectDeadline(server.url, 'body-timeout', 'receive');
  });

  test('whose chunk has an extension that drips in', PATIENTLY, async () => {
    const server = await serve({
      onRequest: drip('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;', 'x'),
    });
    await expectDeadline(server.url, 'body-timeout', 'receive');
  });

  test('that gets interim responses now and then', PATIENTLY, async () => {
    const server = await serve({ onRequest: drip('', 'HTTP/1.1 102 Processing\r\n\r\n') });
    await expectDeadline(server.url, 'headers-timeout', 'wait');
  });

  test('over all its redirects together', PATIENTLY, async () => {
    const server = await serve({
      onRequest: ({ socket }) => {
        const text = 'HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n';
        setTimeout(() => socket.write(text), 50);
      },
    });
    const load = openLoad(100, 50, { drainMs: 2000 });
    const target = { timeoutMs: TIMEOUT_MS };
    const { recording } = await drive(
      planFor(server.url, { tls: INSECURE, load, target, http: { redirects: 1000 } }),
    );
    checkAccounts(recording);
    expect([...recording.causes]).toEqual([['headers-timeout', 5]]);
    expect(recording.targets[0]?.response.maxMs ?? recording.targets[0]?.responseFailed.maxMs).toBeLessThan(
      TIMEOUT_MS + MARGIN_MS,
    );
  });

  test('and its connection: the late answer is not taken for the next one', PATIENTLY, async () => {
    const server = await serve({
      onRequest: ({ socket, index }) => {
        const text = `HTTP/1.1 ${index === 0 ? 500 : 200} X\r\ncontent-length: 0\r\n\r\n`;
        setTimeout(() => socket.write(text), index === 0 ? 250 : 0);
      },
    });
    const load = openLoad(10, 500);
    const { recording } = await drive(
      planFor(server.url, { tls: INSECURE, load, target: { timeoutMs: 200 } }),
    );
    expect([...recording.causes]).toEqual([['headers-timeout', 1]]);
    expect([...(recording.targets[0]?.statuses ?? [])]).toEqual([[200, 4]]);
  });

  test('counts a timeout at its full age', PATIENTLY, async () => {
    const server = await serve({ onRequest: () => undefined });
    const load = openLoad(100, 100, { drainMs: 2000 });
    const { recording } = await drive(
      planFor(server.url, { tls: INSECURE, load, target: { timeoutMs: TIMEOUT_MS } }),
    );
    const failed = recording.targets[0]?.responseFailed;
    expect(failed?.count).toBe(10);
    expect(failed?.minMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 2);
    expect(failed?.maxMs).toBeLessThan(TIMEOUT_MS + MARGIN_MS);
  });
});

test('the deadline ends an attempt that cannot connect', PATIENTLY, async () => {
  const hole = closing(await startBlackHole());
  await expectDeadline(`http://127.0.0.1:${hole.port}/`, 'connect-timeout', 'connect');
});
