/**
 * Takes a target's URL template apart. Its base (scheme, credentials, host and port) is the same for every arrival,
 * so only secrets may stand in it; everything after may vary.
 */
import { UsageError } from '../../core/errors.ts';
import { decoded } from '../../core/text.ts';
import { percentEncode } from './escape.ts';
import type { TemplatePart } from './template-text.ts';
import type { Values } from './values.ts';

export interface TargetUrl {
  /** `scheme://host[:port]`; a default port is left out. */
  readonly origin: string;
  /** Value of an `authorization` header for the credentials in the URL; null without any. */
  readonly authorization: string | null;
  /** Path and query, beginning with `/`, without the fragment. */
  readonly rest: readonly TemplatePart[];
}

interface Split {
  readonly base: readonly TemplatePart[];
  readonly rest: readonly TemplatePart[];
}

/** Cuts where the base ends: at the first `/`, `?` or `#` behind the scheme, if the template itself writes one. */
function splitBase(parts: readonly TemplatePart[]): Split {
  for (const [index, part] of parts.entries()) {
    if (typeof part !== 'string') {
      continue;
    }
    const scheme = /^[\w+.-]*:\/\//.exec(part)?.[0].length ?? 0;
    const length = part.slice(scheme).search(/[/?#\\]/);
    if (length >= 0) {
      const at = scheme + length;
      const base = [...parts.slice(0, index), part.slice(0, at)];
      return { base, rest: [part.slice(at), ...parts.slice(index + 1)] };
    }
  }
  return { base: parts, rest: [] };
}

/** A secret before the "@" is a name or a password: unless encoded, a "/" or "@" in it would move the host. */
function isCredential(base: readonly TemplatePart[], index: number): boolean {
  const schemeBefore = base.slice(0, index).some((part) => typeof part === 'string' && part.includes('://'));
  return schemeBefore && base.slice(index + 1).some((part) => typeof part === 'string' && part.includes('@'));
}

function baseText(target: string, base: readonly TemplatePart[], values: Values): string {
  const texts = base.map((part, index) => {
    if (typeof part === 'string') {
      return part;
    }
    if (part.kind !== 'env' && part.kind !== 'file') {
      throw new UsageError(
        `target "${target}": only \${env:...} and \${file:...} may stand in the host of a URL`,
        {
          hint: 'name a target for each host instead',
        },
      );
    }
    const secret = values.secret(part, true).trim();
    return isCredential(base, index) ? percentEncode(secret) : secret;
  });
  return texts.join('');
}

/**
 * The message must not quote the URL: secrets are expanded in it. White space is refused, since the URL parser
 * drops line breaks without a word, and what is left may be another host.
 */
function parseBase(target: string, text: string): URL {
  const url = !/\s/.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UsageError(`target "${target}": its URL is not an absolute http or https URL`, {
      hint: 'write it as https://host/path; check the values of its references',
    });
  }
  return url;
}

function basicAuthorization({ username, password }: URL): string | null {
  if (username === '' && password === '') {
    return null;
  }
  const pair = `${decoded(username)}:${decoded(password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** What stands before the first "#" is sent. */
function withoutFragment(parts: readonly TemplatePart[]): TemplatePart[] {
  const at = parts.findIndex((part) => typeof part === 'string' && part.includes('#'));
  const last = parts[at];
  if (typeof last !== 'string') {
    return [...parts];
  }
  return [...parts.slice(0, at), last.slice(0, last.indexOf('#'))];
}

/** The base may bring a path of its own (`${env:BASE}/users`): it goes before the rest, with one "/" between. */
function joinPath(prefix: string, rest: readonly TemplatePart[]): TemplatePart[] {
  const [first = ''] = rest;
  const startsPath = typeof first === 'string' && first.startsWith('/');
  const head = startsPath && prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  const parts = withoutFragment([head, ...rest]);
  const opening = head === '' ? first : head;
  return typeof opening === 'string' && opening.startsWith('/') ? parts : ['/', ...parts];
}

/** @throws UsageError when the base is not an http or https URL, or holds what varies from arrival to arrival */
export function splitUrl(target: string, parts: readonly TemplatePart[], values: Values): TargetUrl {
  const { base, rest } = splitBase(parts);
  const text = baseText(target, base, values);
  const url = parseBase(target, text);
  const ownPath = /^[^:]*:\/*[^/?#\\]*(.*)$/s.exec(text)?.[1] ?? '';
  return {
    origin: url.origin,
    authorization: basicAuthorization(url),
    rest: joinPath(ownPath, rest),
  };
}
