/** The `http` and `tls` sections of a plan: how connections are made. */
import { z } from 'zod';

import { UnitError } from '../../core/units.ts';
import { type ConnectTo, DEFAULTS, type HttpSettings, type Resolve } from '../plan.ts';
import { parseConnectTo, parseResolve } from './curl-forms.ts';
import { flag, type Schema, said, size, text, textOf, whole } from './scalar.ts';

export interface HttpInput {
  readonly version?: '1.1' | '2' | undefined;
  readonly keepalive?: boolean | undefined;
  readonly redirects?: number | undefined;
  readonly maxBody?: number | undefined;
  readonly proxy?: string | undefined;
  readonly unixSocket?: string | undefined;
  readonly connectTo?: readonly ConnectTo[] | undefined;
  readonly resolve?: readonly Resolve[] | undefined;
}

/** Paths of PEM files, or certificates as PEM text; the key may be a `${file:}` or `${env:}` reference. */
export interface TlsInput {
  readonly insecure?: boolean | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
}

const MAX_REDIRECTS = 50;
const VERSION_HINT = 'write 1.1 or 2';

function versionSchema(): Schema<'1.1' | '2'> {
  return z
    .union([z.literal([1.1, 2, '1.1', '2'])], {
      error: said('this version of HTTP is not known', VERSION_HINT),
    })
    .meta({ description: 'Version of HTTP: 1.1 or 2.' })
    .transform((version) => (Number(version) === 2 ? '2' : '1.1'));
}

/** The message never quotes the proxy: a password may stand in it. */
function readProxy(proxy: string): string {
  const hint = 'write it as http://host:port or http://${env:USER}:${env:PASSWORD}@host:port';
  const plain = proxy.replaceAll(/\$\{[^}]*\}/g, 'x');
  const url = URL.canParse(plain) ? new URL(plain) : null;
  const isWhole = /^\$\{[^}]*\}$/.test(proxy);
  if (isWhole || (url?.protocol === 'http:' && url.hostname !== '')) return proxy;
  const scheme =
    url !== null && plain.includes('://') ? ` ${url.protocol.slice(0, -1)} is not supported:` : '';
  throw new UnitError(`the proxy is not an http URL${scheme === '' ? '' : `;${scheme.slice(0, -1)}`}`, {
    hint,
  });
}

/** Shape of `http`; unknown keys are refused. */
export function httpSchema(): Schema<HttpInput> {
  const connectTo = textOf('HOST1:PORT1:HOST2:PORT2, as curl has it.', parseConnectTo);
  const resolve = textOf('HOST:PORT:ADDRESS[,ADDRESS], as curl has it.', parseResolve);
  return z
    .strictObject({
      version: versionSchema().optional(),
      keepalive: flag('Whether connections are used again.').optional(),
      redirects: whole('Redirects to follow; 0 for none.', { min: 0, max: MAX_REDIRECTS }).optional(),
      maxBody: size('Largest body to read, such as 10MB.').optional(),
      proxy: textOf('Forward proxy, http://host:port.', readProxy).optional(),
      unixSocket: text('Path of a unix socket to connect to.').optional(),
      connectTo: z
        .array(connectTo)
        .meta({ description: 'Connect to other hosts or ports than asked.' })
        .optional(),
      resolve: z.array(resolve).meta({ description: 'Fixed addresses of hosts.' }).optional(),
    })
    .meta({ description: 'How HTTP is spoken.' });
}

/** Shape of `tls`; unknown keys are refused. */
export function tlsSchema(): Schema<TlsInput> {
  return z
    .strictObject({
      insecure: flag('Accept any certificate: nothing then proves whom was talked to.').optional(),
      ca: text('PEM file of additional trusted roots.').optional(),
      cert: text('PEM file of the client certificate.').optional(),
      key: textOf('PEM file of the client key.', readKeyPath).optional(),
      serverName: text('Name to ask for and to verify instead of the host.').optional(),
    })
    .meta({ description: 'How TLS is spoken.' });
}

function readKeyPath(path: string): string {
  if (path.includes('-----BEGIN')) {
    throw new UnitError('a private key stands in the plan itself', {
      hint: 'put it into a file and name the file',
    });
  }
  if (path.trim() === '') throw new UnitError('the text is empty', { hint: 'name the file of the key' });
  return path;
}

/** The settings that sections and flags give together; flags win. */
export function buildHttp(file: HttpInput, flags: HttpInput): HttpSettings {
  return {
    version: flags.version ?? file.version ?? '1.1',
    keepAlive: flags.keepalive ?? file.keepalive ?? true,
    redirects: flags.redirects ?? file.redirects ?? 0,
    maxBodyBytes: file.maxBody ?? DEFAULTS.maxBodyBytes,
    proxy: flags.proxy ?? file.proxy ?? null,
    unixSocket: flags.unixSocket ?? file.unixSocket ?? null,
    connectTo: flags.connectTo ?? file.connectTo ?? [],
    resolve: flags.resolve ?? file.resolve ?? [],
  };
}
