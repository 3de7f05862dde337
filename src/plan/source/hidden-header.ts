/** Header values as they may be shown. */
import { isSecretHeader } from '../../core/text.ts';
import { mapLiterals } from '../request/expansion.ts';

const HIDDEN = '***';
const AUTH_SCHEME = /^\s*(?:bearer|basic|token|digest|negotiate|apikey)?\s*$/i;

/** The value of a header, `***` for what is written out in a secret-looking one; references and schemes stay. */
export function shownHeader(name: string, value: string): string {
  if (!isSecretHeader(name)) return value;
  return mapLiterals(value, (literal) => (AUTH_SCHEME.test(literal) && literal !== value ? literal : HIDDEN));
}

/** Headers as a map of what may be shown; null when there are none. */
export function shownHeaders(
  headers: readonly (readonly [name: string, value: string])[],
): Readonly<Record<string, string>> | null {
  if (headers.length === 0) return null;
  return Object.fromEntries(headers.map(([name, value]) => [name, shownHeader(name, value)]));
}
