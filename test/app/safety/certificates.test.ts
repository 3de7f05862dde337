import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkCertificates } from '../../../src/app/safety/certificates.ts';
import type { TlsSettings } from '../../../src/plan/plan.ts';
import { requires } from '../../support/requires.ts';
import { planFor } from '../../support/traffic.ts';

const KEY = 'file:key.pem';

function check(tls: Partial<TlsSettings>, key = ''): void {
  checkCertificates({ plan: planFor('https://127.0.0.1/', { tls }), secrets: { [KEY]: key } });
}

/** A certificate and its key. */
function pair(): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-pair-'));
  const [cert, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=test', '-days', '2'];
  execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  try {
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('certificates of a plan', () => {
  test('may be absent', () => {
    expect(() => check({})).not.toThrow();
  });

  test.each(['garbage', '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n'])(
    'that are no certificates are refused: %j',
    (ca) => {
      expect(() => check({ ca })).toThrow('the trusted roots (tls.ca, --cacert): no certificate in PEM form');
    },
  );
});

requires('openssl').describe('a client certificate', () => {
  test('is accepted with its own key, and refused with another or none that can be read', () => {
    const [own, other] = [pair(), pair()];
    const tls = { cert: own.cert, key: `\${${KEY}}` };
    expect(() => check(tls, own.key)).not.toThrow();
    expect(() => check(tls, other.key)).toThrow('cannot be used together');
    expect(() => check(tls, 'not a key')).toThrow('cannot be used together');
  });
});
