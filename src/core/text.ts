/**
 * Text that may be shown: what a server controls is made harmless, and secrets are taken out. Every human
 * sink uses these; escaping for a format (HTML, XML, Markdown) comes on top, in the report of that format.
 */

/**
 * Characters that a terminal or a reader may take for something else: controls (C0, DEL, C1), format
 * characters (bidi overrides, zero-width, soft hyphen, tags), line and paragraph separators, lone surrogates,
 * and all that is drawn as nothing (CWE-150, and the "Trojan Source" paper, Boucher and Anderson 2021).
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

const ELLIPSIS = '...';
const MAX_LENGTH = 500;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  const hex = code.toString(16);
  return NAMED.get(character) ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}

/**
 * One harmless line: unsafe characters become visible escapes such as `\x1b` and `\u202e`, line breaks `\n`;
 * what CI services read as a command (`::set-env` at the start of a line, `##[group]` and `##vso[` anywhere) gets a
 * space inside; the rest is left as it is. Longer than `maxLength` (500 unless told) it is cut, with `...`.
 */
export function safeText(text: string, options: { readonly maxLength?: number } = {}): string {
  const maxLength = options.maxLength ?? MAX_LENGTH;
  // Cut before escaping, so that a body of many megabytes costs nothing.
  const line = text
    .slice(0, maxLength + 1)
    .replaceAll(UNSAFE, escapeCharacter)
    .replaceAll(/##(?=\w*\[)/g, '# #')
    .replace(/^(\s*):(?=:)/, '$1: ');
  if (line.length <= maxLength) return line;
  // Half a surrogate pair is no text.
  const kept = line.slice(0, Math.max(0, maxLength - ELLIPSIS.length)).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}${ELLIPSIS}`;
}

/** Shorter values are not looked for: replacing every `1` or `abc` would ruin the text and hide nothing. */
export const SHORTEST_SECRET = 4;

/** The least number of base64 characters that are taken for a piece of a secret inside a longer base64 text. */
const SHORTEST_BASE64 = 8;

/** Base64 of `value` at each of the three alignments it may have inside a longer text, without the edges. */
function base64Pieces(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    const piece = encoded.slice(first, last);
    return piece.length < SHORTEST_BASE64 ? [] : [piece, piece.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function urlEncoded(raw: string): string[] {
  // Half a surrogate pair has no UTF-8 form, and encodeURIComponent throws on it.
  const value = raw.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  const encoded = encodeURIComponent(value);
  const form = new URLSearchParams({ v: value }).toString().slice('v='.length);
  const lower = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  return [encoded, lower(encoded), form, lower(form), encodeURI(value)];
}

function markupEscaped(value: string): string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = text.replaceAll('"', '&quot;');
  return [text, quoted, quoted.replaceAll("'", '&#39;'), quoted.replaceAll("'", '&apos;')];
}

/** Every form in which one secret may turn up. The lines of a longer text, such as a PEM key, count each. */
function spellings(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'));
  const whole = [
    value,
    value.trim(),
    Buffer.from(value, 'utf8').toString('base64'),
    Buffer.from(value, 'utf8').toString('base64url'),
    ...base64Pieces(value),
    ...urlEncoded(value),
    ...markupEscaped(value),
    JSON.stringify(value).slice(1, -1),
    safeText(value, { maxLength: value.length * 10 }),
  ];
  return lines.length > 1 ? [...whole, ...lines] : whole;
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/**
 * A function that replaces each of `secretValues` by `***`: as it is, in base64 (also inside a longer
 * base64 text), URL-encoded, JSON-escaped, escaped for HTML and XML, and as {@link safeText} shows it; and the beginning
 * of one, so many characters or more, before the `…` of a text that was cut. Values shorter than
 * {@link SHORTEST_SECRET} characters are left alone.
 */
export function createRedactor(secretValues: Iterable<string>): (text: string) => string {
  const all = new Set<string>();
  for (const value of secretValues) {
    if (value.trim().length < SHORTEST_SECRET) continue;
    for (const spelling of spellings(value)) all.add(spelling);
  }
  // Longest first, or a secret that begins another would leave the other's tail behind.
  const ordered = [...all]
    .filter((text) => text.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  if (ordered.length === 0) return (text) => text;
  const pattern = new RegExp(ordered.map(literal).join('|'), 'g');
  return (text) => withoutBeginnings(text.replaceAll(pattern, '***'), ordered);
}

/** What was cut within a secret looks like none. @param spellings the longest first */
function withoutBeginnings(text: string, spellings: readonly string[]): string {
  const [last = '', ...before] = text.split('…').reverse();
  const pieces = before.reverse().map((piece) => {
    const length = Math.max(...spellings.map((spelling) => beginningAtEnd(piece, spelling)));
    return length === 0 ? piece : `${piece.slice(0, -length)}***`;
  });
  return [...pieces, last].join('…');
}

/** How many of the first characters of a spelling a text ends with; 0 for fewer than count. */
function beginningAtEnd(text: string, spelling: string): number {
  const end = text.slice(-SHORTEST_SECRET);
  if (end.length < SHORTEST_SECRET) return 0;
  let at = spelling.lastIndexOf(end);
  while (at > 0 && !text.endsWith(spelling.slice(0, at + SHORTEST_SECRET)))
    at = spelling.lastIndexOf(end, at - 1);
  return at < 0 ? 0 : at + SHORTEST_SECRET;
}

const SECRET_WORDS = new Set(
  (
    'token key secret password passwd passphrase pwd pass auth authorization oauth sig signature hmac ' +
    'credential credentials session sessionid sid jwt bearer cookie csrf xsrf otp pin apikey'
  ).split(' '),
);
const SECRET_ENDING = /(?:token|secret|password|passwd|apikey|accesskey|signature)$/;

/** True when a name, of a query parameter or a JSON or form field, says that its value is a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.some((word) => SECRET_WORDS.has(word) || SECRET_ENDING.test(word));
}

/** True when a request header of this name carries a secret; rather one too many than one too few. */
export function isSecretHeader(name: string): boolean {
  return (
    /auth|token|secret|key|passw|pwd|cookie|credential|signature|session|jwt/i.test(name) ||
    isSecretName(name)
  );
}

/** True when a text is made of `${...}` references alone, so that it shows nothing. */
function isReference(text: string): boolean {
  return /^(?:\$\{[^}]*\}:?)+$/.test(text);
}

/** A text without its percent-encoding; what is none as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * `url` with `***` in place of user and password (also where the scheme was forgotten), and of the values of
 * query (and fragment) parameters whose names look secret. Works on any text, a URL or not; `${...}` references stay.
 */
export function redactUrl(url: string): string {
  return url
    .replace(/^([^/?#@:\s$]*:[^/?#\s]*)@/, (whole, userinfo: string) =>
      isReference(userinfo) ? whole : '***@',
    )
    .replace(/^([a-z][a-z\d+.-]*:)?\/\/([^/?#]*)@/i, (whole, scheme: string | undefined, userinfo: string) =>
      isReference(userinfo) ? whole : `${scheme ?? ''}//***@`,
    )
    .replaceAll(/([?&#;])([^=&#;?]+)=([^&#;]+)/g, (...groups: string[]) => {
      const [whole = '', mark = '', name = '', value = ''] = groups;
      return isSecretName(decoded(name)) && !isReference(value) ? `${mark}${name}=***` : whole;
    });
}
