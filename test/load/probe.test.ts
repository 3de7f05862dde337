import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type ProbeObservation, probe } from '../../src/load/probe.ts';
import { useScripted } from '../support/closing.ts';
import { describeSchemes } from '../support/schemes.ts';
import { response, type ScriptedRequest, startScripted } from '../support/scripted-server.ts';
import { ANY_SUCCESS, type PlanChanges, planFor } from '../support/traffic.ts';

const serve = useScripted();

interface Asked extends PlanChanges {
  readonly count?: number;
  readonly signal?: AbortSignal;
}

function probeOf(url: string, { count = 1, signal, ...changes }: Asked = {}): Promise<ProbeObservation[]> {
  return probe({
    plan: planFor(url, { ...changes, tls: { insecure: true, ...changes.tls } }),
    secrets: {},
    count,
    guard: { allowPublic: false },
    runId: 'probe-1',
    userAgent: 'tester',
    ...(signal === undefined ? {} : { signal }),
  });
}

async function only(url: string, asked: Asked = {}): Promise<ProbeObservation> {
  const [observation, ...others] = await probeOf(url, asked);
  expect(others).toEqual([]);
  if (observation === undefined) throw new Error('nothing was observed');
  return observation;
}

const answer = ({ socket }: ScriptedRequest): void => {
  socket.write(response('hello', { headers: ['Server: toy', 'X-Twice: 1', 'x-twice: 2'] }));
};

describeSchemes('a probe', (start) => {
  test('tells the response with its headers as they came, and the clocks in order', async () => {
    const server = await start({ onRequest: answer });
    const { attempt, headers, httpVersion, target, tls } = await only(server.url);
    expect(attempt).toMatchObject({
      outcome: 'completed',
      status: 200,
      cause: null,
      bytesReceived: 5,
      reused: false,
    });
    expect(httpVersion).toBe('1.1');
    expect(target).toBe(0);
    expect(headers).toEqual([
      ['Server', 'toy'],
      ['X-Twice', '1'],
      ['x-twice', '2'],
      ['content-length', '5'],
    ]);
    const { readyMs, dialMs, sendMs, sentMs, firstByteMs, endMs } = attempt;
    const clocks = [0, readyMs, dialMs, sendMs, sentMs, firstByteMs, endMs];
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
    expect(attempt.connectMs).toBeGreaterThan(0);
    expect(attempt.remote).toMatch(new RegExp(`^(?:127\\.0\\.0\\.1|\\[::1\\]):${server.port}$`));
    expect(Number.isNaN(attempt.tlsMs)).toBe(tls === null);
    expect(server.heads[0]).toMatch(/^x-headroom-run: probe-1$/m);
  });

  test('goes round the targets, one request after another on one connection', async () => {
    const server = await start({ onRequest: answer });
    const targets = [{ method: 'GET' }, { method: 'HEAD' }];
    const seen = await probeOf(server.url, { count: 5, targets });
    expect(seen.map(({ target }) => target)).toEqual([0, 1, 0, 1, 0]);
    expect(server.heads.map((head) => head.split(' ')[0])).toEqual(['GET', 'HEAD', 'GET', 'HEAD', 'GET']);
    expect(seen[0]?.attempt.reused).toBe(false);
    expect(seen.map(({ attempt }) => attempt.index)).toEqual([0, 1, 2, 3, 4]);
  });

  test('observes a failure and goes on', async () => {
    const server = await start({
      onRequest: ({ socket, index, reset }) => {
        if (index === 1) reset();
        else
          socket.write(
            response('hi', { status: index === 2 ? '503 Busy' : '200 OK', headers: ['connection: close'] }),
          );
      },
    });
    const seen = await probeOf(server.url, { count: 4, target: { method: 'POST', body: 'x' } });
    expect(seen.map(({ attempt }) => attempt.cause)).toEqual([null, 'reset', 'http-5xx', null]);
    expect(seen.map(({ headers }) => headers.length)).toEqual([2, 0, 2, 2]);
    expect(seen.map(({ httpVersion }) => httpVersion)).toEqual(['1.1', null, '1.1', '1.1']);
  });

  test('gives up at the deadline, with what is known by then', async () => {
    const server = await start({ onRequest: () => undefined });
    const { attempt, headers, tls } = await only(server.url, { target: { timeoutMs: 200 } });
    expect(attempt).toMatchObject({ outcome: 'broken', cause: 'headers-timeout', phase: 'wait', status: 0 });
    expect(attempt.endMs - attempt.readyMs).toBeGreaterThan(190);
    expect(headers).toEqual([]);
    expect(tls?.subject ?? null).toBe(server.url.startsWith('https') ? 'CN=leaf' : null);
  });

  test('without keep-alive opens a connection each time', async () => {
    const server = await start({ onRequest: answer });
    const seen = await probeOf(server.url, { count: 3, http: { keepAlive: false } });
    expect(seen.map(({ attempt }) => attempt.reused)).toEqual([false, false, false]);
    expect(seen.map(({ attempt }) => attempt.cause)).toEqual([null, null, null]);
    expect(server.connections).toBe(3);
  });

  test('looks into the body when the plan does', async () => {
    const server = await start({ onRequest: answer });
    const expectation = { ...ANY_SUCCESS, body: [{ kind: 'contains' as const, text: 'goodbye' }] };
    const { attempt } = await only(server.url, { target: { expect: expectation } });
    expect(attempt).toMatchObject({ outcome: 'completed', cause: 'mismatch' });
  });

  test('that is aborted ends at once with what it has', async () => {
    const controller = new AbortController();
    const server = await start({
      onRequest: (request) => {
        if (request.index < 2) answer(request);
        else controller.abort();
      },
    });
    const startMs = performance.now();
    expect(await probeOf(server.url, { count: 10, signal: controller.signal })).toHaveLength(2);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });

  test('that was aborted before sends nothing', async () => {
    const server = await start({ onRequest: answer });
    expect(await probeOf(server.url, { signal: AbortSignal.abort() })).toEqual([]);
    expect(server.heads).toEqual([]);
  });

  test('leaves no connection behind', async () => {
    let open = 0;
    const server = await start({
      onConnection: (socket) => {
        open += 1;
        socket.on('close', () => {
          open -= 1;
        });
      },
      onRequest: answer,
    });
    await probeOf(server.url, { count: 2 });
    await sleep(30);
    expect(open).toBe(0);
  });
});

describeSchemes('what the handshake showed', (start) => {
  test('is told, unless there was none', async () => {
    const server = await start({ onRequest: answer });
    const { tls } = await only(server.url);
    const { validFrom, validTo, ...facts } = tls ?? { validFrom: null, validTo: null };
    const shown = {
      authorized: false,
      authorizationError: expect.stringMatching(/SELF_SIGNED|self.signed/),
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_/),
      subject: 'CN=leaf',
      issuer: 'CN=leaf',
      altNames: ['DNS:localhost'],
      fingerprint256: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    };
    const secure = server.url.startsWith('https');
    expect(facts).toEqual(secure ? shown : {});
    expect(Date.parse(validFrom ?? '') < Date.now()).toBe(secure);
    expect(Date.parse(validTo ?? '') > Date.now()).toBe(secure);
  });

  test('is judged: a certificate that is not trusted is a failure, in the phase tls', async () => {
    const server = await start({ onRequest: answer });
    const { attempt } = await only(server.url, { tls: { insecure: false } });
    const refused = { outcome: 'broken', cause: 'tls', phase: 'tls', status: 0 };
    const taken = { outcome: 'completed', cause: null, phase: null, status: 200 };
    expect(attempt).toMatchObject(server.url.startsWith('https') ? refused : taken);
  });
});

describe('a probe of what is not there', () => {
  test('says that the connection was refused', async () => {
    const server = await startScripted({});
    await server.close();
    const { attempt, tls, httpVersion } = await only(server.url);
    expect(attempt).toMatchObject({ outcome: 'broken', cause: 'connect-refused', phase: 'connect' });
    expect([tls, httpVersion]).toEqual([null, null]);
  });
});

describe('a probe that follows redirects', () => {
  test('tells the last response, and how many hops it took', async () => {
    const server = await serve({
      onRequest: (request) => {
        if (request.index < 2) {
          const headers = [`location: /hop-${request.index + 1}`];
          request.socket.write(response('', { status: '302 Found', headers }));
        } else answer(request);
      },
    });
    const { attempt, headers } = await only(server.url, { http: { redirects: 5 } });
    expect(attempt).toMatchObject({ status: 200, redirects: 2, cause: null });
    expect(headers[0]).toEqual(['Server', 'toy']);
    expect(server.heads.map((head) => head.split(' ')[1])).toEqual(['/', '/hop-1', '/hop-2']);
  });
});

test('one signal may go with any number of questions', async () => {
  const { signal } = new AbortController();
  for (let question = 0; question < 3; question += 1) await probeOf('http://127.0.0.1:9/', { signal });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
