/**
 * The certificates of the example system, made anew at each start: an authority, and for 127.0.0.1 and localhost one
 * certificate that is valid and one that has expired. X.509 version 3 (RFC 5280), EC P-256, ECDSA with SHA-256.
 */

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  integer,
  isTrue,
  objectIdentifier,
  octetString,
  retagged,
  sequence,
  setOf,
  tagged,
  time,
  utf8String,
} from './der.ts';

/** All as PEM. Both leaf certificates have the one key and are signed by the authority, whose key is gone. */
export interface Certificates {
  readonly authority: string;
  readonly key: string;
  readonly valid: string;
  readonly expired: string;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Wanted {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly issuerKeys: KeyPair;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isAuthority: boolean;
}

/**
 * Makes all of them.
 *
 * @param nowMs Unix time: the valid one is so from a day before for a year after, the expired one ended a day before
 */
export function makeCertificates(nowMs: number): Certificates {
  const authorityKeys = keyPair();
  const { publicKey, privateKey } = keyPair();
  const issuer = 'headroom demo authority';
  const common = { issuer, issuerKeys: authorityKeys, fromMs: nowMs - 31 * DAY_MS };
  const leaf = { ...common, subject: '127.0.0.1', publicKey, isAuthority: false };
  return {
    authority: certificate({
      ...common,
      subject: issuer,
      publicKey: authorityKeys.publicKey,
      toMs: nowMs + 3650 * DAY_MS,
      isAuthority: true,
    }),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    valid: certificate({ ...leaf, fromMs: nowMs - DAY_MS, toMs: nowMs + 365 * DAY_MS }),
    expired: certificate({ ...leaf, fromMs: nowMs - 30 * DAY_MS, toMs: nowMs - DAY_MS }),
  };
}

function keyPair(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function certificate(wanted: Wanted): string {
  const toBeSigned = sequence(
    tagged(0, integer(Uint8Array.of(2))),
    integer(serial()),
    ECDSA_WITH_SHA256,
    name(wanted.issuer),
    sequence(time(wanted.fromMs), time(wanted.toMs)),
    name(wanted.subject),
    wanted.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions(wanted))),
  );
  const signature = sign('sha256', toBeSigned, wanted.issuerKeys.privateKey);
  return pem(sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(signature)));
}

/** Positive, and of 16 bytes at most: two certificates of one issuer must not share it (RFC 5280, section 4.1.2.2). */
function serial(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** A name of one common name. */
function name(commonName: string): Buffer {
  return sequence(setOf(sequence(objectIdentifier('2.5.4.3'), utf8String(commonName))));
}

function extensions({ isAuthority, publicKey, issuerKeys }: Wanted): Buffer[] {
  const keys = [
    extension('2.5.29.14', octetString(keyIdentifier(publicKey))),
    extension('2.5.29.35', sequence(retagged(0, keyIdentifier(issuerKeys.publicKey)))),
  ];
  if (isAuthority) {
    // Bits 5 and 6: it signs certificates and lists of revoked ones.
    const usage = bitString(Uint8Array.of(0b0000_0110), 1);
    return [critical('2.5.29.19', sequence(isTrue())), critical('2.5.29.15', usage), ...keys];
  }
  return [
    critical('2.5.29.19', sequence()),
    // Bit 0: it signs handshakes.
    critical('2.5.29.15', bitString(Uint8Array.of(0b1000_0000), 7)),
    extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))),
    extension(
      '2.5.29.17',
      sequence(retagged(2, Buffer.from('localhost')), retagged(7, Uint8Array.of(127, 0, 0, 1))),
    ),
    ...keys,
  ];
}

function extension(identifier: string, content: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), octetString(content));
}

function critical(identifier: string, content: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), isTrue(), octetString(content));
}

/** 160 bits of the SHA-256 of the whole public key (RFC 7093, section 2, method 4). */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const encoded = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(encoded).digest().subarray(0, 20);
}

/** Lines of 64 characters between the two marks (RFC 7468). */
function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
