import { test } from 'vitest';
import { mkdtempSync } from 'node:fs';
import { issue } from '../support/certificates.ts';
import { startScripted, response } from '../support/scripted-server.ts';
import { drive, openLoad, planFor } from '../support/traffic.ts';
test('x', async () => {
  const f = mkdtempSync('/tmp/certs-');
  const ca = issue(f, { name: 'root', authority: true }, null);
  const own = issue(f, { name: "unknown-client" }, null);
  const c = issue(f, { name: 'leaf', altNames: ['DNS:localhost'] }, ca);
  const server = await startScripted({ tls: { ...c, ca: ca.cert, requestCert: true, rejectUnauthorized: true }, onRequest: ({ socket }) => socket.write(response()) });
  const { recording } = await drive(planFor(server.url, { load: openLoad(100, 20), tls: { ca: ca.cert, cert: own.cert, key: "${file:x}" }, http: { keepAlive: false } }), { secrets: { "file:x": own.key } });
  console.log(recording.causes, JSON.stringify(recording.examples.get("empty-reply")));
  await server.close();
});
