/** What is secret in request headers. */
import { isSecretHeader } from '../../core/text.ts';

/** Shorter pieces of a header, such as `Bearer`, are no secrets of their own. */
const SHORTEST_PIECE = 8;

/** What no output may show of a secret header's value: all of it, its longer pieces, and what stands encoded in it. */
export function headerSecrets(value: string): string[] {
  const pieces = value.split(/[\s;,=]+/).filter((piece) => piece.length >= SHORTEST_PIECE);
  const basic = /^basic\s+(\S+)$/i.exec(value)?.[1];
  const pair = basic === undefined ? '' : Buffer.from(basic, 'base64').toString('utf8');
  return [value, ...pieces, pair, pair.slice(pair.indexOf(':') + 1)];
}

/** As {@link headerSecrets}, of every header whose name says that it carries one. @param headers references expanded */
export function secretsOfHeaders(headers: readonly (readonly [name: string, value: string])[]): string[] {
  return headers.filter(([name]) => isSecretHeader(name)).flatMap(([, value]) => headerSecrets(value));
}
