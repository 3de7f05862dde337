/** Where a response ends, and how its connection does: what is whole, and what only looks so. */

import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { checkAccounts } from '../../src/record/accounts.ts';
import type { Recording } from '../../src/record/recording.ts';
import { describeSchemes } from '../support/schemes.ts';
import { response, type ScriptedServer } from '../support/scripted-server.ts';
import { ANY_SUCCESS, drive, openLoad, type PlanChanges, planFor } from '../support/traffic.ts';

/** Resets the connection below TLS as well. */
function reset(socket: Socket): void {
  const below: unknown = Reflect.get(socket, '_parent');
  (below instanceof Socket ? below : socket).resetAndDestroy();
}

async function run({ url }: ScriptedServer, changes: PlanChanges = {}): Promise<Recording> {
  const plan = planFor(url, { load: openLoad(100, 100), tls: { insecure: true }, ...changes });
  const { recording } = await drive(plan);
  checkAccounts(recording);
  return recording;
}

const WANTS_HELLO: PlanChanges = {
  target: { expect: { ...ANY_SUCCESS, body: [{ kind: 'equals', value: 'hello' }] } },
};

describeSchemes('a body that the close of the connection ends', (serve) => {
  const HEAD = 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n';

  test('is whole after an orderly close', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.end(`${HEAD}hello`) });
    const recording = await run(server, WANTS_HELLO);
    expect([...recording.causes]).toEqual([]);
    expect(recording.counts.connectionsOpened).toBe(10);
  });

  test('is broken by a reset, however much had come', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.write(`${HEAD}hello`, () => setTimeout(() => reset(socket), 10)),
    });
    const recording = await run(server);
    expect([...recording.causes]).toEqual([['reset', 10]]);
  });
});

describeSchemes('an answer', (serve) => {
  test('in many pieces is put together', async () => {
    const text = `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${response('hello', { headers: ['x-a: b'] })}`;
    const server = await serve({
      onRequest: ({ socket }) => {
        const write = (from: number): void => {
          if (from < text.length) socket.write(text.charAt(from), () => setImmediate(() => write(from + 1)));
        };
        write(0);
      },
    });
    const recording = await run(server, WANTS_HELLO);
    expect([...recording.causes]).toEqual([]);
    expect(recording.counts.completed).toBe(10);
  });

  test('to HEAD has no body, whatever its length says', async () => {
    const server = await serve({
      onRequest: ({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n'),
    });
    const recording = await run(server, { target: { method: 'HEAD' }, load: openLoad(100, 200) });
    expect([...recording.causes]).toEqual([]);
    expect(recording.counts.completed).toBe(20);
  });

  test('in chunks with extensions and trailers is read to its end', async () => {
    const chunks = '3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nx-trailer: yes\r\n\r\n';
    const server = await serve({
      onRequest: ({ socket }) =>
        socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`),
    });
    const recording = await run(server, WANTS_HELLO);
    expect([...recording.causes]).toEqual([]);
    expect(recording.counts.completed).toBe(10);
  });

  test('of two megabytes is counted to the byte', async () => {
    const body = 'x'.repeat(2_000_000);
    const server = await serve({ onRequest: ({ socket }) => socket.write(response(body)) });
    const recording = await run(server, { load: openLoad(20, 200) });
    expect([...recording.causes]).toEqual([]);
    expect(recording.counts.bytesReceived).toBe(4 * 2_000_000);
  });

  test('to a body of two megabytes comes after all of it', async () => {
    const server = await serve({ onRequest: ({ socket }) => socket.write(response()) });
    const target = { method: 'POST', body: new Uint8Array(2_000_000) };
    const recording = await run(server, { load: openLoad(20, 200), target });
    expect([...recording.causes]).toEqual([]);
    expect(recording.counts.bytesSent).toBe(4 * 2_000_000);
    expect(server.heads[0]).toMatch(/^content-length: 2000000$/im);
  });
});
