/** URLs of a plan: a target's path under the base, made absolute and checked. */
import { redactUrl, safeText } from '../../core/text.ts';
import type { Secrets } from '../plan.ts';
import { expand } from '../secrets.ts';

/** An absolute URL, and the value of an authorization header for a user and password that stood in it. */
export interface Address {
  readonly url: string;
  readonly authorization: string | null;
}

/** Why a text is no URL to send to. */
export interface AddressFault {
  readonly message: string;
  readonly hint: string;
}

const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;
const STARTS_WITH_REFERENCE = /^\$\{(?:env|file):/;

/** True when a URL stands for itself and not for a path under the base. */
export function isAbsolute(url: string, base: string | null): boolean {
  return SCHEME.test(url) || (base === null && STARTS_WITH_REFERENCE.test(url));
}

function shown(url: string): string {
  return safeText(redactUrl(url), { maxLength: 120 });
}

function join(base: string, path: string): string {
  if (path.startsWith('/')) return base.replace(/\/+$/, '') + path;
  return path.startsWith('?') ? base + path : `${base.replace(/\/+$/, '')}/${path}`;
}

/** Scheme, credentials, host and port; and what follows. A `/` inside of a reference is no end. */
function split(url: string): readonly [origin: string, rest: string] {
  const scheme = SCHEME.exec(url)?.[0] ?? '';
  const behind = url.slice(scheme.length);
  const end = /^(?:\$\{[^}]*\}|[^/?#\\])*/.exec(behind)?.[0].length ?? 0;
  return [scheme + behind.slice(0, end), behind.slice(end)];
}

/** What can be told without the values of references. */
function textFault(url: string): AddressFault | null {
  if (/\p{Cc}/u.test(url)) return { message: 'the URL holds a control character', hint: 'remove it' };
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'http' || scheme === 'https') return null;
  return { message: `"${scheme}:" is not spoken`, hint: 'write the URL with http:// or https://' };
}

function relativeFault(url: string): AddressFault {
  if (url.startsWith('//'))
    return { message: 'the URL has no scheme', hint: `write http:${shown(url)} or https:${shown(url)}` };
  if (url.startsWith('/'))
    return { message: `"${shown(url)}" has no host`, hint: 'set base: https://host, or write the whole URL' };
  return {
    message: `"${shown(url)}" has no scheme`,
    hint: `write http://${shown(url)} or https://${shown(url)}`,
  };
}

function basic(userinfo: string): string {
  const colon = userinfo.includes(':') ? userinfo : `${userinfo}:`;
  return `Basic ${Buffer.from(safelyDecoded(colon), 'utf8').toString('base64')}`;
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A literal origin in its normal form: punycode, lower case, no default port, user and password apart. */
function normalized(origin: string): Address | null {
  if (!URL.canParse(origin)) return null;
  const { protocol, host, hostname } = new URL(origin);
  const userinfo = /\/\/(.*)@/.exec(origin)?.[1] ?? '';
  if (hostname === '') return null;
  return { url: `${protocol}//${host}`, authorization: userinfo === '' ? null : basic(userinfo) };
}

/** An origin with references is checked with their values and stays as it is. */
function withReferences(origin: string, secrets: Secrets): AddressFault | null {
  const value = expand(origin, secrets).trim();
  if (/\$\{/.test(value)) {
    return {
      message: 'this reference cannot stand in the host of a URL',
      hint: 'only ${env:NAME} and ${file:PATH} can: name a target for each host instead',
    };
  }
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '') return null;
  return {
    message: 'with the values of its references the URL is not an absolute http or https URL',
    hint: 'the value of the reference should look like https://host',
  };
}

/**
 * The absolute URL of a target. A fragment is dropped; path and query stay as written.
 *
 * @param base already checked by {@link baseFault}; null when the plan has none
 */
export function addressOf(url: string, base: string | null, secrets: Secrets): Address | AddressFault {
  const fault = textFault(url);
  if (fault !== null) return fault;
  if (url.startsWith('//') || (base === null && !isAbsolute(url, base))) return relativeFault(url);
  const absolute = isAbsolute(url, base) ? url : join(base ?? '', url);
  const [origin, rest] = split(absolute);
  const path = withoutFragment(rest);
  if (origin.includes('${')) {
    const wrong = withReferences(origin, secrets);
    return wrong ?? { url: origin + path, authorization: null };
  }
  const address = normalized(origin);
  if (address === null)
    return { message: `"${shown(url)}" is not a URL`, hint: 'write it as https://host/path' };
  return { ...address, url: `${address.url}${path.startsWith('/') ? '' : '/'}${path}` };
}

/** A `#` inside of a reference is no fragment. */
function withoutFragment(rest: string): string {
  return /^(?:\$\{[^}]*\}|[^#])*/.exec(rest)?.[0] ?? '';
}

/** What is wrong with a base; null when targets can stand below it. */
export function baseFault(base: string, secrets: Secrets): AddressFault | null {
  if (!isAbsolute(base, null)) return textFault(base) ?? relativeFault(base);
  const address = addressOf(base, null, secrets);
  if ('message' in address) return address;
  const [, rest] = split(base);
  if (!/[?#]/.test(rest)) return null;
  return { message: 'base has a query or fragment', hint: 'put it into the URLs of the targets' };
}
