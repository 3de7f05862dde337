import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Balancer, type BalancerOptions } from '../../src/demo/balancer.ts';
import { close, listen } from '../../src/demo/child-protocol.ts';

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  onTestFinished(() => close(server));
  return listen(server, 0);
}

/** A port on which nothing listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await close(server);
  return port;
}

async function balance(
  replicaPorts: readonly number[],
  options: Partial<BalancerOptions> = {},
): Promise<{ balancer: Balancer; url: string }> {
  const balancer = new Balancer({ replicaPorts, seed: 1, retries: 0, connectTimeoutMs: 1000, ...options });
  onTestFinished(async () => {
    await close(balancer.server);
    balancer.close();
  });
  return { balancer, url: `http://127.0.0.1:${await listen(balancer.server, 0)}` };
}

describe('Balancer', () => {
  test('passes method, path, headers and body on, and status, headers and body back', async () => {
    const port = await serve((request, response) => {
      const { method, url, headers } = request;
      void text(request).then((body) => {
        response.writeHead(418, { 'x-kind': 'teapot', 'content-type': 'application/json' });
        response.end(JSON.stringify({ method, url, mark: headers['x-mark'], body }));
      });
    });
    const { url } = await balance([port]);
    const answer = await fetch(`${url}/a?b=c`, { method: 'PUT', headers: { 'x-mark': 'm' }, body: 'hällo' });
    expect(answer.status).toBe(418);
    expect(answer.headers.get('x-kind')).toBe('teapot');
    expect(await answer.json()).toEqual({ method: 'PUT', url: '/a?b=c', mark: 'm', body: 'hällo' });
  });

  test('passes a body of unknown length on in one piece', async () => {
    const port = await serve((request, response) => {
      void text(request).then((body) => response.end(`${request.headers['content-length']} ${body.length}`));
    });
    const { url } = await balance([port]);
    const body = new Blob(['x'.repeat(3000)]).stream();
    const answer = await fetch(url, { method: 'POST', body, duplex: 'half' });
    expect(await answer.text()).toBe('3000 3000');
  });

  test('spreads requests at random over the replicas, alike for the same seed, and counts them', async () => {
    const ports = [];
    for (const name of ['a', 'b', 'c']) ports.push(await serve((_request, response) => response.end(name)));
    const walks = [];
    for (const seed of [5, 5, 6]) {
      const { balancer, url } = await balance(ports, { seed });
      let walk = '';
      for (let count = 0; count < 90; count += 1) walk += await (await fetch(url)).text();
      expect(balancer.arrivals.total).toBe(90);
      const picked = ['a', 'b', 'c'].map((name) => walk.split(name).length - 1);
      expect(balancer.arrivals.byReplica).toEqual(picked);
      // Standard deviation 4.5 about 30.
      for (const count of picked) expect(Math.abs(count - 30)).toBeLessThan(20);
      walks.push(walk);
    }
    expect(walks[0]).toBe(walks[1]);
    expect(walks[0]).not.toBe(walks[2]);
    expect(walks[0]).not.toBe('abc'.repeat(30));
  });

  test('answers 502 at once for a dead replica', async () => {
    const { balancer, url } = await balance([await deadPort()], { connectTimeoutMs: 30_000 });
    const startedMs = performance.now();
    const answer = await fetch(url);
    expect(answer.status).toBe(502);
    expect(await answer.json()).toEqual({
      error: expect.stringMatching(/^replica 1 did not answer: .*ECONNREFUSED/),
    });
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(balancer.arrivals.unanswered).toBe(1);
  });

  test('with retries asked for, a live replica takes over from a dead one', async () => {
    const live = await serve((_request, response) => response.end('alive'));
    const { balancer, url } = await balance([await deadPort(), live], { retries: 10 });
    for (let count = 0; count < 20; count += 1) expect((await fetch(url)).status).toBe(200);
    expect(balancer.arrivals.byReplica[0]).toBeGreaterThan(0);
  });

  test('answers 502 when a replica hangs up, and does not send the request again', async () => {
    let received = 0;
    const port = await serve((request) => {
      received += 1;
      request.socket.destroy();
    });
    const { url } = await balance([port], { retries: 3 });
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(502);
    expect(received).toBe(1);
  });

  test('ends the request to the replica when the client leaves', async () => {
    let left = false;
    const port = await serve((_request, response) => response.once('close', () => (left = true)));
    const { url } = await balance([port]);
    await expect(fetch(url, { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
    await expect.poll(() => left, { timeout: 3000 }).toBe(true);
  });

  test('keeps its connections to the replicas open', async () => {
    const peers = new Set<number | undefined>();
    const port = await serve((request, response) => {
      peers.add(request.socket.remotePort);
      response.end();
    });
    const { url } = await balance([port]);
    for (let count = 0; count < 10; count += 1) await (await fetch(url)).arrayBuffer();
    expect(peers.size).toBe(1);
  });

  test('listens on loopback only', async () => {
    const { balancer } = await balance([1]);
    expect(balancer.server.address()).toMatchObject({ address: '127.0.0.1' });
    const address = balancer.server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const outside = connect({ host: '127.0.0.2', port });
    await expect(
      new Promise((resolve) => outside.once('error', (error) => resolve(error.message))),
    ).resolves.toContain('ECONNREFUSED');
  });
});
