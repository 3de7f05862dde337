/** Addresses that are told or asked, other than the targets. What stands in them may be a secret as a whole. */
import { redactUrl } from '../../core/text.ts';
import type { Secrets } from '../plan.ts';
import { expand } from '../request/expansion.ts';

/** Why a text is no address. Neither of the two holds any part of it. */
export interface EndpointFault {
  readonly message: string;
  readonly hint: string;
}

const HINT = 'write it as https://host/path, or as ${env:NAME} whose value is one';

/**
 * What is wrong with an http or https URL that may hold references; null when it can be asked.
 *
 * @param secrets null: only what can be told without the values of its references
 */
export function endpointFault(url: string, secrets: Secrets | null): EndpointFault | null {
  const hasReferences = /\$\{[^}]*\}/.test(url);
  if (hasReferences && secrets === null) return null;
  const value = hasReferences ? expand(url, secrets ?? {}).trim() : url;
  const where = hasReferences ? 'with the values of its references this' : 'this';
  if (/[\p{Cc}\s]/u.test(value)) {
    return { message: `${where} holds a space or a control character`, hint: HINT };
  }
  const parsed = URL.canParse(value) ? new URL(value) : null;
  const isHttp = parsed !== null && /^https?:$/.test(parsed.protocol) && /^https?:\/\//i.test(value);
  if (isHttp && parsed.hostname !== '') return null;
  return { message: `${where} is not an absolute http or https URL`, hint: HINT };
}

/**
 * `url` with everything after its host hidden, and user and password; `***` for a text without a host. References stay,
 * where nothing else stands behind the host.
 */
export function hiddenEndpoint(url: string): string {
  if (isReference(url)) return url;
  const [, origin, path = ''] = /^(https?:\/\/(?:\$\{[^}]*\}|[^/?#\s$])+)(.*)$/is.exec(redactUrl(url)) ?? [];
  if (origin === undefined) return '***';
  return path === '' || path === '/' || isReference(path.slice(1)) ? origin + path : `${origin}/***`;
}

function isReference(text: string): boolean {
  return /^(?:\$\{[^}]*\})+$/.test(text);
}
