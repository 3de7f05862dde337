/** Certificates of every kind, made by openssl: what a real authority would issue, and what it never should. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A private key and its certificate, as PEM; `folder` holds them as `key.pem` and `cert.pem`. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly folder: string;
}

/** What a certificate says. */
export interface Wanted {
  /** Common name; also the name of its folder, which must be new. */
  readonly name: string;
  /** Such as `DNS:localhost` and `IP:127.0.0.1`; none: no alternative names. */
  readonly altNames?: readonly string[];
  /** True for one that may sign others. */
  readonly authority?: boolean;
  /** Validity as days from now; a week on both sides unless said. */
  readonly fromDays?: number;
  readonly toDays?: number;
}

const DAY_MS = 86_400_000;

/** Issues a certificate in a folder of its own inside `parent`; signed by itself when `issuer` is null. */
export function issue(parent: string, wanted: Wanted, issuer: Certificate | null): Certificate {
  const folder = join(parent, wanted.name);
  const at = (file: string): string => join(folder, file);
  mkdirSync(join(folder, 'issued'), { recursive: true });
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('openssl.cnf'), configOf(folder, wanted));
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', at('key.pem'));
  const subject = ['-subj', `/CN=${wanted.name}`];
  openssl(
    'req',
    '-new',
    '-config',
    at('openssl.cnf'),
    '-key',
    at('key.pem'),
    ...subject,
    '-out',
    at('request.pem'),
  );
  const signer =
    issuer === null
      ? ['-selfsign', '-keyfile', at('key.pem')]
      : ['-keyfile', join(issuer.folder, 'key.pem'), '-cert', join(issuer.folder, 'cert.pem')];
  const validity = ['-startdate', stamp(wanted.fromDays ?? -7), '-enddate', stamp(wanted.toDays ?? 7)];
  const files = ['-in', at('request.pem'), '-out', at('cert.pem')];
  openssl('ca', '-batch', '-notext', '-config', at('openssl.cnf'), ...signer, ...validity, ...files);
  return { key: readFileSync(at('key.pem'), 'utf8'), cert: readFileSync(at('cert.pem'), 'utf8'), folder };
}

function configOf(folder: string, wanted: Wanted): string {
  const altNames = wanted.altNames ?? [];
  return [
    '[ca]',
    'default_ca = authority',
    '[authority]',
    `database = ${join(folder, 'index.txt')}`,
    `new_certs_dir = ${join(folder, 'issued')}`,
    'rand_serial = yes',
    'default_md = sha256',
    'policy = any',
    'x509_extensions = extensions',
    '[any]',
    'commonName = supplied',
    '[req]',
    'distinguished_name = asked',
    '[asked]',
    '[extensions]',
    `basicConstraints = critical, CA:${wanted.authority === true ? 'TRUE' : 'FALSE'}`,
    ...(altNames.length === 0 ? [] : [`subjectAltName = ${altNames.join(', ')}`]),
    '',
  ].join('\n');
}

/** As openssl wants it: YYYYMMDDHHMMSSZ. */
function stamp(days: number): string {
  const text = new Date(Date.now() + days * DAY_MS).toISOString();
  return `${text.slice(0, 19).replaceAll(/[-T:]/g, '')}Z`;
}

function openssl(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${error?.message ?? stderr}`);
}
