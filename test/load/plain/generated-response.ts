/** Generates responses, valid ones and spoilt ones, for property tests of whatever reads them. */

import fc from 'fast-check';

const TCHAR = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz";

/** Fields that frame a message are the framing's own business. */
const FRAMING: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
]);

/** Any one character of a text. */
const anyOf = (text: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(text));

const name = fc
  .oneof(
    fc.constantFrom('Server', 'Date', 'Content-Type', 'ETag', 'Age', 'X-Cache-Status', 'X-Request-Identity'),
    fc.string({ unit: anyOf(TCHAR), minLength: 1, maxLength: 18 }),
  )
  .filter((text) => !FRAMING.has(text.toLowerCase()));

const value = fc.string({ unit: anyOf('abcXYZ019 \t,;:="\x80\xa0\xff'), maxLength: 24 });

const field = fc.tuple(name, value).map(([key, text]) => `${key}: ${text}\r\n`);

const fields = fc.array(field, { maxLength: 5 }).map((lines) => lines.join(''));

const reason = fc.constantFrom(' OK', ' ', '', ' Not Found', ' a\tb', ' \xe9t\xe9');

const body = fc.string({ unit: anyOf('helo \r\n0;:\0\xff'), maxLength: 40 });

const connection = fc.constantFrom(
  '',
  'Connection: keep-alive\r\n',
  'connection: close\r\n',
  'Connection: x, CLOSE\r\n',
  'Keep-Alive: timeout=7\r\n',
);

const chunk = fc
  .tuple(
    fc.string({ unit: anyOf('abc\r\n0;'), minLength: 1, maxLength: 20 }),
    fc.constantFrom('', '0', '000'),
    fc.constantFrom('', ';a', ';a=b', ';a="b c"'),
    fc.boolean(),
  )
  .map(([data, zeros, extension, capitals]) => {
    const digits = data.length.toString(16);
    return `${zeros}${capitals ? digits.toUpperCase() : digits}${extension}\r\n${data}\r\n`;
  });

const chunks = fc
  .tuple(fc.array(chunk, { maxLength: 4 }), fc.constantFrom('0', '00'), fc.array(field, { maxLength: 2 }))
  .map(([all, last, trailers]) => `${all.join('')}${last}\r\n${trailers.join('')}\r\n`);

/** Framing fields and the body that they frame. */
const framed = fc.oneof(
  body.map((text) => [`Content-Length: ${text.length}\r\n`, text] as const),
  chunks.map((text) => ['Transfer-Encoding: chunked\r\n', text] as const),
  body.map((text) => ['', text] as const),
);

const interim = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fields.map((lines) => `HTTP/1.1 103 Early Hints\r\n${lines}\r\n`) },
);

/** Status lines, fields and bodies as a correct server could send them; the close may have to end them. */
export const validResponse: fc.Arbitrary<string> = fc
  .tuple(
    interim,
    fc.constantFrom('1.1', '1.1', '1.1', '1.0'),
    fc.constantFrom(200, 201, 301, 404, 429, 500, 503, 599, 204, 304),
    reason,
    fc.tuple(fields, connection, fields),
    framed,
  )
  .map(([first, version, status, phrase, [before, option, after], [framing, text]]) => {
    const bodiless = status === 204 || status === 304;
    const head = `HTTP/${version} ${status}${phrase}\r\n${before}${option}${bodiless ? '' : framing}${after}\r\n`;
    return `${first}${head}${bodiless ? '' : text}`;
  });

const BYTES = [
  '\r',
  '\n',
  '\0',
  ' ',
  '\t',
  '\v',
  '\x7f',
  '\x80',
  '\xa0',
  ':',
  ',',
  ';',
  '0',
  '1',
  '5',
  'a',
  'f',
  'g',
  'x',
  '-',
  '+',
  '\r\n',
  '\r\n\r\n',
  '\r\n ',
];

const LINES = [
  'content-length: 5\r\n',
  'Content-Length: 5, 5\r\n',
  'transfer-encoding: chunked\r\n',
  'transfer-encoding: gzip, chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  'connection: close\r\n',
  ' folded\r\n',
  'x : y\r\n',
  ': y\r\n',
  'x\r\n',
];

/** One way to spoil a text. */
type Spoil = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const at = (text: string, where: number): number => Math.floor(where * text.length);

const spoil: fc.Arbitrary<Spoil> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...BYTES)).map(
    ([where, byte]): Spoil =>
      (text) =>
        splice(text, { from: at(text, where), drop: 0, put: byte }),
  ),
  fc.tuple(place, fc.constantFrom(...BYTES)).map(
    ([where, byte]): Spoil =>
      (text) =>
        splice(text, { from: at(text, where), drop: 1, put: byte }),
  ),
  fc.tuple(place, fc.nat({ max: 3 })).map(
    ([where, drop]): Spoil =>
      (text) =>
        splice(text, { from: at(text, where), drop: drop + 1, put: '' }),
  ),
  fc.tuple(place, fc.constantFrom(...LINES)).map(
    ([where, line]): Spoil =>
      (text) => {
        const end = text.indexOf('\r\n', at(text, where));
        return end === -1 ? text : splice(text, { from: end + 2, drop: 0, put: line });
      },
  ),
  place.map(
    (where): Spoil =>
      (text) =>
        text.slice(0, at(text, where)),
  ),
);

function splice(
  text: string,
  change: { readonly from: number; readonly drop: number; readonly put: string },
): string {
  return `${text.slice(0, change.from)}${change.put}${text.slice(change.from + change.drop)}`;
}

/** A valid response with one to three things wrong, or none by luck. */
export const spoiltResponse: fc.Arbitrary<string> = fc
  .tuple(validResponse, fc.array(spoil, { minLength: 1, maxLength: 3 }))
  .map(([text, changes]) => changes.reduce((spoilt, change) => change(spoilt), text));
