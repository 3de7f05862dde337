import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { makeCertificates } from '../../../src/demo/tls/certificates.ts';
import { requires } from '../../support/requires.ts';

const DAY_MS = 86_400_000;
const { describe, test } = requires('openssl');

function openssl(...args: readonly string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

/** What openssl's own verification says of each, with the strict checks of RFC 5280 on. */
function verify(nowMs: number, which: 'valid' | 'expired', name = '127.0.0.1'): ReturnType<typeof openssl> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const certificates = makeCertificates(nowMs);
  writeFileSync(join(folder, 'authority.pem'), certificates.authority);
  writeFileSync(join(folder, 'leaf.pem'), certificates[which]);
  const host = /^\d/.test(name) ? ['-verify_ip', name] : ['-verify_hostname', name];
  const strict = ['-x509_strict', '-purpose', 'sslserver', ...host];
  return openssl('verify', ...strict, '-CAfile', join(folder, 'authority.pem'), join(folder, 'leaf.pem'));
}

describe('makeCertificates', () => {
  test('openssl accepts the valid one for this machine, by address and by name', () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      expect(verify(Date.now(), 'valid', name)).toMatchObject({ status: 0 });
    }
  });

  test('openssl refuses it for another name', () => {
    expect(verify(Date.now(), 'valid', '127.0.0.2').text).toContain('IP address mismatch');
  });

  test('openssl refuses the expired one, for no other reason', () => {
    const { status, text } = verify(Date.now(), 'expired');
    expect(status).not.toBe(0);
    expect(text).toContain('certificate has expired');
    expect(text.match(/error \d+/g)).toEqual(['error 10']);
  });

  test('says from when until when each is valid', () => {
    const nowMs = Date.UTC(2049, 5, 15, 12);
    const { valid, expired, authority } = makeCertificates(nowMs);
    const span = (pem: string): number[] => {
      const { validFrom, validTo } = new X509Certificate(pem);
      return [validFrom, validTo].map((moment) => (Date.parse(moment) - nowMs) / DAY_MS);
    };
    expect(span(valid)).toEqual([-1, 365]);
    expect(span(expired)).toEqual([-30, -1]);
    expect(span(authority)).toEqual([-31, 3650]);
  });

  test('no two have a serial number or, between starts, a key in common', () => {
    const [one, two] = [makeCertificates(0), makeCertificates(0)];
    const serials = [one.valid, one.expired, one.authority, two.valid].map(
      (pem) => new X509Certificate(pem).serialNumber,
    );
    expect(new Set(serials).size).toBe(4);
    expect(one.key).not.toBe(two.key);
  });
});
