/** TLS material of a run: certificates are read with the plan, the private key travels beside it. */
import type { Secrets, TlsSettings } from '../plan.ts';
import type { Issue } from '../position.ts';
import { attemptRead, type PlanReads } from '../source/reads.ts';
import type { TlsInput } from './connection.ts';

/** What the material is read from. */
export interface TlsSources {
  readonly file: TlsInput;
  readonly flags: TlsInput;
  readonly secrets: Secrets;
  readonly reads: PlanReads;
  readonly relativeTo: string | null;
  readonly complain: (source: 'file' | 'flags', issue: Issue) => void;
}

type Material = 'ca' | 'cert' | 'key';

/** A path as given and who gave it. */
interface Given {
  readonly source: 'file' | 'flags';
  readonly path: string;
}

const PEM_OF: Readonly<Record<Material, RegExp>> = {
  ca: /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/,
  cert: /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/,
  key: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
};

const NOUNS: Readonly<Record<Material, string>> = {
  ca: 'certificate',
  cert: 'certificate',
  key: 'private key',
};

function givenOf({ file, flags }: TlsSources, key: Material): Given | null {
  const flag = flags[key];
  const written = flag ?? file[key];
  return written === undefined ? null : { source: flag === undefined ? 'file' : 'flags', path: written };
}

/** PEM text, null when it cannot be had. Text that is PEM already stands for itself. */
function readPem(key: Material, given: Given, sources: TlsSources): string | null {
  const { reads, complain } = sources;
  const relativeTo = given.source === 'flags' ? null : sources.relativeTo;
  const isPem = given.path.includes('-----BEGIN');
  const read = attemptRead(() => (isPem ? given.path : reads.readText(given.path, relativeTo)));
  const path = ['tls', key];
  if (!read.ok) {
    complain(given.source, {
      path,
      message: `the ${NOUNS[key]} cannot be read: ${read.reason}`,
      hint: read.hint,
    });
    return null;
  }
  if (PEM_OF[key].test(read.value)) return read.value;
  const message = `there is no ${NOUNS[key]} in PEM form in this file`;
  complain(given.source, {
    path,
    message,
    hint: `it must hold a block "-----BEGIN ${NOUNS[key].toUpperCase()}-----"`,
  });
  return null;
}

function certificate(key: 'ca' | 'cert', sources: TlsSources): string | null {
  const given = givenOf(sources, key);
  return given === null ? null : readPem(key, given, sources);
}

/** The reference that stands for the key in the plan, and the secrets with its value. */
function keyOf(sources: TlsSources): { readonly reference: string | null; readonly secrets: Secrets } {
  const given = givenOf(sources, 'key');
  if (given === null) return { reference: null, secrets: sources.secrets };
  if (given.path.startsWith('${')) return { reference: given.path, secrets: sources.secrets };
  const value = readPem('key', given, sources);
  const plain = `file:${given.path}`;
  // The same path may mean another file in the plan, relative to whose folder it is.
  const key =
    Object.hasOwn(sources.secrets, plain) && given.source === 'flags' ? `file:./${given.path}` : plain;
  return {
    reference: `\${${key}}`,
    secrets: value === null ? sources.secrets : { ...sources.secrets, [key]: value },
  };
}

/** TLS settings, and the secrets with the private key among them. */
export function buildTls(sources: TlsSources): { readonly settings: TlsSettings; readonly secrets: Secrets } {
  const { file, flags, complain } = sources;
  const cert = certificate('cert', sources);
  const { reference, secrets } = keyOf(sources);
  const [certGiven, keyGiven] = [givenOf(sources, 'cert'), givenOf(sources, 'key')];
  if ((certGiven === null) !== (keyGiven === null)) {
    const [there, missing] = certGiven === null ? (['key', 'cert'] as const) : (['cert', 'key'] as const);
    const source = (certGiven ?? keyGiven)?.source ?? 'file';
    complain(source, {
      path: ['tls', there],
      message: `"${there}" needs "${missing}" beside it`,
      hint: 'a client certificate has both',
    });
  }
  const settings = {
    insecure: flags.insecure ?? file.insecure ?? false,
    ca: certificate('ca', sources),
    cert,
    key: reference,
    serverName: file.serverName ?? null,
  };
  return { settings, secrets };
}
