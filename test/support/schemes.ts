/** The same tests over http and over https: two ways of speaking HTTP/1.1 that must not differ in what they say. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { type Certificate, issue } from './certificates.ts';
import { useScripted } from './closing.ts';
import { requires } from './requires.ts';
import type { Script, ScriptedServer } from './scripted-server.ts';

/** Starts a server of the scheme under test; its certificate is one that only an insecure client accepts. */
export type Serve = (script: Script) => Promise<ScriptedServer>;

/** Runs a suite once for each scheme. */
export function describeSchemes(name: string, suite: (serve: Serve) => void): void {
  describe(`over http: ${name}`, () => suite(useScripted()));
  requires('openssl').describe(`over https: ${name}`, () => {
    const start = useScripted();
    const folder = mkdtempSync(join(tmpdir(), 'schemes-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    let identity: Certificate | null = null;
    suite((script) => {
      identity ??= issue(folder, { name: 'leaf', altNames: ['DNS:localhost'] }, null);
      return start({ ...script, tls: { key: identity.key, cert: identity.cert } });
    });
  });
}
