/** Request headers of a plan: which names and values may be sent, and what is laid over what. */
import { z } from 'zod';

import { hasHeaderFault } from '../request/escape.ts';
import { parseHeaderLine } from './curl-forms.ts';
import { attempt, type Report, report, type Schema, said } from './scalar.ts';

/** Lower-case name; null takes away what an outer map gives. */
export type HeaderInput = readonly [name: string, value: string | null];

const TOKEN = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

/** Names that the engine must set itself, or the count of bytes and of requests would be wrong. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  ['content-length', 'it is computed from the body'],
  ['transfer-encoding', 'the body is framed by headroom'],
  ['connection', 'set http.keepalive instead'],
  ['keep-alive', 'set http.keepalive instead'],
  ['proxy-connection', 'set http.keepalive instead'],
  ['upgrade', 'only HTTP is spoken'],
  ['http2-settings', 'set http.version instead'],
  ['expect', '100-continue is not supported'],
]);

function nameProblem(name: string): { readonly message: string; readonly hint: string } | null {
  if (!TOKEN.test(name)) {
    const message = /[\r\n\0]/.test(name)
      ? 'the header name holds a line break or NUL'
      : 'this is no header name';
    return { message, hint: 'a name is made of letters, digits and dashes' };
  }
  const reason = RESERVED.get(name.toLowerCase());
  return reason === undefined
    ? null
    : { message: `the header "${name.toLowerCase()}" cannot be set`, hint: reason };
}

/** What cannot be sent, by kind; the message never quotes the value. */
function valueProblem(
  value: string,
): { readonly message: string; readonly hint: string; readonly offset: number } | null {
  if (!hasHeaderFault(value)) return null;
  const offset = value.search(/[^\t\x20-\x7e\x80-\xff]/);
  const code = value.codePointAt(offset) ?? 0;
  const shown = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const what =
    code < 0x20 || code === 0x7f ? `a control character (${shown})` : `a character beyond Latin-1 (${shown})`;
  return { message: `the header value holds ${what}`, hint: 'remove it, or encode the value', offset };
}

function checked([name, value]: HeaderInput, context: Report, path: (string | number)[]): HeaderInput {
  const wrongName = nameProblem(name);
  if (wrongName !== null) report(context, { ...wrongName, path, onKey: true });
  const wrongValue = value === null ? null : valueProblem(value);
  if (wrongValue !== null) report(context, { ...wrongValue, path });
  return [name.toLowerCase(), value];
}

function refuseTwins(headers: readonly HeaderInput[], names: readonly string[], context: Report): void {
  for (const [index, [name]] of headers.entries()) {
    if (headers.findIndex(([other]) => other === name) === index) continue;
    const message = `the header "${name}" is there twice`;
    report(context, {
      message,
      hint: 'capitals make no difference in a header name: keep one',
      path: [names[index] ?? name],
      onKey: true,
    });
  }
}

/** A map of names to values; numbers and booleans stand for their text, null takes an outer header away. */
export function headersSchema(about: string): Schema<readonly HeaderInput[]> {
  const value = z.union([z.string(), z.int(), z.boolean(), z.null()], {
    error: said('expected a text', 'put the value in quotes'),
  });
  return z
    .record(z.string(), value)
    .meta({ description: about })
    .transform((map, context) => {
      const headers = Object.entries(map).map(([name, given]) => {
        const text = given === null ? null : String(given).trim();
        return checked([name, text], context, [name]);
      });
      refuseTwins(headers, Object.keys(map), context);
      return headers;
    });
}

/** Lines of `-H`. */
export function headerLinesSchema(): Schema<readonly HeaderInput[]> {
  const line = z.string().transform((text, context): HeaderInput => {
    const pair = attempt(context, () => parseHeaderLine(text));
    if (pair === z.NEVER) return z.NEVER;
    return checked(pair, context, []);
  });
  return z.array(line);
}

/** The headers of all maps together; later maps win, a null takes away. */
export function mergeHeaders(...maps: readonly (readonly HeaderInput[])[]): [name: string, value: string][] {
  const merged = new Map<string, string>();
  for (const [name, value] of maps.flat()) {
    if (value === null) merged.delete(name);
    else merged.set(name, value);
  }
  return [...merged];
}
