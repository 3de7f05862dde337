/** Certificates that a client must refuse, each for its own reason, and those that it must accept. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { TlsSettings } from '../../src/plan/plan.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { type Certificate, issue } from '../support/certificates.ts';
import { requires } from '../support/requires.ts';
import { response, type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { drive, openLoad, type PlanChanges, planFor } from '../support/traffic.ts';

const { describe, test } = requires('openssl');

const LOCAL = ['DNS:localhost', 'IP:127.0.0.1'];
const servers: ScriptedServer[] = [];
const children: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'tls-'));

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function serve(tls: TlsOptions): Promise<ScriptedServer> {
  const server = await startScripted({ tls, onRequest: ({ socket }) => socket.write(response()) });
  servers.push(server);
  return server;
}

/** A server that, unlike Node's own, tells a client with an alert what is wrong with its certificate. */
async function startOpenssl(leaf: Certificate, authority: Certificate): Promise<number> {
  const free = await startScripted({});
  const { port } = free;
  await free.close();
  const files = ['-key', join(leaf.folder, 'key.pem'), '-cert', join(leaf.folder, 'cert.pem')];
  const checks = ['-Verify', '1', '-verify_return_error', '-CAfile', join(authority.folder, 'cert.pem')];
  const child = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...files, ...checks, '-www']);
  children.push(child);
  child.stdout.setEncoding('utf8');
  for (let said = ''; !said.includes('ACCEPT'); ) said += String(await once(child.stdout, 'data'));
  return port;
}

/** Five requests, each on a connection of its own. */
function planOf(
  url: string,
  tls: Partial<TlsSettings>,
  changes: PlanChanges = {},
): ReturnType<typeof planFor> {
  return planFor(url, {
    load: openLoad(100, 50),
    tls,
    ...changes,
    http: { keepAlive: false, ...changes.http },
  });
}

async function expectTlsFailure(
  plan: ReturnType<typeof planFor>,
  reason: RegExp,
  secrets = {},
): Promise<void> {
  const { recording } = await drive(plan, { secrets });
  expect([...recording.causes]).toEqual([['tls', 5]]);
  expect(recording.counts.sent).toBe(5);
  for (const example of recording.examples.get('tls') ?? []) {
    expect(example.detail).toMatch(reason);
    expect(example.phase).toBe('tls');
  }
  checkAccounts(recording);
}

async function expectSuccess(plan: ReturnType<typeof planFor>, secrets = {}): Promise<void> {
  const { recording } = await drive(plan, { secrets });
  expect([...recording.causes]).toEqual([]);
  expect(recording.counts.completed).toBe(5);
  checkAccounts(recording);
}

describe('a server certificate', () => {
  let root: Certificate;
  let middle: Certificate;

  beforeAll(() => {
    root = issue(folder, { name: 'root', authority: true }, null);
    middle = issue(folder, { name: 'middle', authority: true }, root);
  });

  const made = (name: string, changes: object = {}): Certificate =>
    issue(folder, { name, altNames: LOCAL, ...changes }, root);

  test('that a trusted root signed is accepted', async () => {
    const server = await serve(made('good'));
    await expectSuccess(planOf(server.url, { ca: root.cert }));
  });

  test('that names the address is accepted for an IP URL', async () => {
    const server = await serve(made('good-address'));
    await expectSuccess(planOf(`https://127.0.0.1:${server.port}/`, { ca: root.cert }));
  });

  test('that has expired is refused', async () => {
    const server = await serve(made('expired', { fromDays: -10, toDays: -2 }));
    await expectTlsFailure(planOf(server.url, { ca: root.cert }), /CERT_HAS_EXPIRED.*expired/);
  });

  test('that is not yet valid is refused', async () => {
    const server = await serve(made('future', { fromDays: 2, toDays: 10 }));
    await expectTlsFailure(planOf(server.url, { ca: root.cert }), /CERT_NOT_YET_VALID.*not yet valid/);
  });

  test('of another host is refused and the names that it has are told', async () => {
    const server = await serve(made('elsewhere', { altNames: ['DNS:elsewhere.test'] }));
    await expectTlsFailure(planOf(server.url, { ca: root.cert }), /localhost.*elsewhere\.test/);
  });

  test('without the address is refused for an IP URL', async () => {
    const server = await serve(made('nameless-address', { altNames: ['DNS:localhost'] }));
    await expectTlsFailure(planOf(`https://127.0.0.1:${server.port}/`, { ca: root.cert }), /127\.0\.0\.1/);
  });

  test('signed by itself is refused', async () => {
    const server = await serve(issue(folder, { name: 'own', altNames: LOCAL }, null));
    await expectTlsFailure(planOf(server.url, { ca: root.cert }), /DEPTH_ZERO_SELF_SIGNED_CERT.*self-signed/);
  });

  test('of an untrusted root is refused', async () => {
    const stranger = issue(folder, { name: 'stranger', authority: true }, null);
    const leaf = issue(folder, { name: 'strange', altNames: LOCAL }, stranger);
    const server = await serve({ key: leaf.key, cert: leaf.cert + stranger.cert });
    await expectTlsFailure(planOf(server.url, { ca: root.cert }), /SELF_SIGNED_CERT_IN_CHAIN/);
  });

  test('is refused without --cacert when only that would make it trusted', async () => {
    const server = await serve(made('private'));
    await expectTlsFailure(planOf(server.url, {}), /UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
  });

  test('with an incomplete chain is refused, with the whole one accepted', async () => {
    const leaf = issue(folder, { name: 'under-middle', altNames: LOCAL }, middle);
    const incomplete = await serve(leaf);
    await expectTlsFailure(planOf(incomplete.url, { ca: root.cert }), /UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
    const whole = await serve({ key: leaf.key, cert: leaf.cert + middle.cert });
    await expectSuccess(planOf(whole.url, { ca: root.cert }));
  });

  test('whatever it is, is accepted when insecure', async () => {
    const server = await serve(issue(folder, { name: 'worst', altNames: ['DNS:x.test'], toDays: -1 }, null));
    await expectSuccess(planOf(server.url, { insecure: true }));
  });

  test('is held against the server name when one is given', async () => {
    const server = await serve(made('renamed', { altNames: ['DNS:shop.test'] }));
    await expectSuccess(planOf(server.url, { ca: root.cert, serverName: 'shop.test' }));
  });
});

describe('a handshake', () => {
  let root: Certificate;
  let leaf: Certificate;

  beforeAll(() => {
    root = issue(folder, { name: 'root-2', authority: true }, null);
    leaf = issue(folder, { name: 'leaf-2', altNames: LOCAL }, root);
  });

  test('with a server of TLS 1.0 and 1.1 alone fails', async () => {
    const old: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' };
    const server = await serve({ ...leaf, ...old });
    await expectTlsFailure(planOf(server.url, { ca: root.cert }), /protocol version|unsupported protocol/i);
  });

  test('with a server that speaks no TLS fails', async () => {
    const plain = await startScripted({
      onConnection: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    });
    servers.push(plain);
    await expectTlsFailure(planOf(`https://127.0.0.1:${plain.port}/`, {}), /wrong version number/i);
  });

  test('that the server closes fails', async () => {
    const silent = await startScripted({ onConnection: (socket) => socket.once('data', () => socket.end()) });
    servers.push(silent);
    await expectTlsFailure(planOf(`https://127.0.0.1:${silent.port}/`, {}), /disconnected before|ECONNRESET/);
  });

  test('that never finishes fails at the deadline', async () => {
    const silent = await startScripted({ onConnection: () => undefined });
    servers.push(silent);
    const plan = planOf(`https://127.0.0.1:${silent.port}/`, {}, { target: { timeoutMs: 200 } });
    await expectTlsFailure(plan, /within 200 ms/);
  });
});

describe('a client certificate', () => {
  let root: Certificate;
  let leaf: Certificate;
  let client: Certificate;

  beforeAll(() => {
    root = issue(folder, { name: 'root-3', authority: true }, null);
    leaf = issue(folder, { name: 'leaf-3', altNames: LOCAL }, root);
    client = issue(folder, { name: 'client' }, root);
  });

  const demanding = (maxVersion: 'TLSv1.2' | 'TLSv1.3'): TlsOptions => ({
    ...leaf,
    ca: root.cert,
    requestCert: true,
    rejectUnauthorized: true,
    maxVersion,
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`that ${version} asks for and is not given makes the request fail`, async () => {
      const server = await serve(demanding(version));
      await expectTlsFailure(
        planOf(server.url, { ca: root.cert }),
        /certificate required|handshake failure/i,
      );
    });

    test(`that ${version} asks for is given, its key taken from the secrets`, async () => {
      const server = await serve(demanding(version));
      const tls = { ca: root.cert, cert: client.cert, key: '${file:client.pem}' };
      await expectSuccess(planOf(server.url, tls), { 'file:client.pem': client.key });
    });
  }

  test('of an unknown authority makes the request fail', async () => {
    const port = await startOpenssl(leaf, root);
    const own = issue(folder, { name: 'unknown-client' }, null);
    const tls = { ca: root.cert, cert: own.cert, key: '${file:own.pem}' };
    const plan = planOf(`https://localhost:${port}/`, tls);
    await expectTlsFailure(plan, /unknown ca|bad certificate|certificate unknown/i, {
      'file:own.pem': own.key,
    });
  });
});
