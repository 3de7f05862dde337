import { describe, expect, test } from 'vitest';
import { createRedactor, isSecretHeader, isSecretName, redactUrl, safeText } from '../../src/core/text.ts';

describe('safe text', () => {
  test.each([
    ['a colour', '\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['a hyperlink (OSC 8)', '\u001b]8;;http://x\u0007', '\\x1b]8;;http://x\\x07'],
    ['a C1 control', 'a\u009b31m', 'a\\x9b31m'],
    ['line breaks', 'one\r\ntwo\u2028three', 'one\\r\\ntwo\\u2028three'],
    ['a tab, a backspace and DEL', 'a\tb\bc\u007f', 'a\\tb\\x08c\\x7f'],
    ['a bidi override', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['zero width', 'pay\u200bpal\ufeff', 'pay\\u200bpal\\ufeff'],
    ['a tag character', 'a\u{e0041}', 'a\\u{e0041}'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['a Hangul filler', 'a\u3164', 'a\\u3164'],
    ['a workflow command', '::set-env name=X::y', ': :set-env name=X::y'],
    ['an indented workflow command', '  ::error::x', '  : :error::x'],
    ['an old workflow command', 'x ##[group]y', 'x # #[group]y'],
    ['an Azure command', '##vso[task.setvariable]y', '# #vso[task.setvariable]y'],
    ['ordinary text in any script', 'Größe 12 µs 日本 😀 <b>', 'Größe 12 µs 日本 😀 <b>'],
    ['a later pair of colons', 'std::vector', 'std::vector'],
  ])('shows %s', (_what, text, shown) => {
    expect(safeText(text)).toBe(shown);
  });

  test('is cut at its length', () => {
    expect(safeText('abcdefghij', { maxLength: 8 })).toBe('abcde...');
    expect(safeText('abcdefgh', { maxLength: 8 })).toBe('abcdefgh');
    expect(safeText('abcd🙂🙂🙂', { maxLength: 8 })).toBe('abcd...');
    expect(safeText('x'.repeat(1e7))).toHaveLength(500);
    expect(safeText('\u001b\u001b\u001b', { maxLength: 8 })).toBe('\\x1b\\...');
  });
});

describe('a redactor', () => {
  const secret = 'p@ss "wörd"/+&é';
  const redact = createRedactor([secret]);

  test.each([
    ['raw', secret],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64url', Buffer.from(secret).toString('base64url')],
    ['URL-encoded', encodeURIComponent(secret)],
    ['URL-encoded in lower case', encodeURIComponent(secret).replaceAll(/%../g, (hex) => hex.toLowerCase())],
    ['form-encoded', new URLSearchParams({ v: secret }).toString().slice(2)],
    ['JSON-escaped', JSON.stringify(secret).slice(1, -1)],
    ['escaped for HTML', 'p@ss &quot;wörd&quot;/+&amp;é'],
    ['with a regular expression of its own', secret],
  ])('finds a secret %s', (_how, text) => {
    expect(redact(`a ${text} b`)).toBe('a *** b');
  });

  test.each(['a', 'ab', 'abc', 'abcd'])('finds a password in the basic credentials of user %s', (user) => {
    const encoded = Buffer.from(`${user}:correct-horse`).toString('base64');
    const shown = createRedactor(['correct-horse'])(encoded);
    expect(shown).toContain('***');
    expect(Buffer.from(shown, 'base64').toString('latin1')).not.toContain('horse');
  });

  test('finds the lines of a key', () => {
    const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
    const pem = `-----BEGIN PRIVATE KEY-----\n${line}\n${line}x\n-----END PRIVATE KEY-----\n`;
    expect(createRedactor([pem])(`reads ${line}`)).toBe('reads ***');
  });

  test('takes the longest secret first', () => {
    expect(createRedactor(['hunter', 'hunter22'])('hunter22 hunter')).toBe('*** ***');
  });

  test('finds the beginning of a secret where a text was cut', () => {
    const token = 'sk_live_51HxQ0aB';
    const hide = createRedactor([token]);
    expect(hide('body is "no such key: sk_live_51Hx…", expected "ok"')).toBe(
      'body is "no such key: ***…", expected "ok"',
    );
    expect(hide('sk_live_5…, sk_l… and sk_…: sk_live_')).toBe('***…, ***… and sk_…: sk_live_');
    expect(createRedactor(['abababab-abababab'])('an ababab…')).toBe('an ***…');
    expect(hide('…')).toBe('…');
  });

  test('leaves values shorter than 4 characters alone', () => {
    expect(createRedactor(['', 'abc', ' 1 '])('abc 1')).toBe('abc 1');
  });
});

describe('a redacted URL', () => {
  test.each([
    ['http://user:pw@host/x', 'http://***@host/x'],
    ['https://tok@host', 'https://***@host'],
    ['https://host/a?token=abc&page=2', 'https://host/a?token=***&page=2'],
    ['https://host/a?api_key=abc', 'https://host/a?api_key=***'],
    [
      'https://host/a?X-Amz-Signature=abc&x=1#access_token=z',
      'https://host/a?X-Amz-Signature=***&x=1#access_token=***',
    ],
    ['https://host/a?%74oken=abc', 'https://host/a?%74oken=***'],
    ['https://host/a?token=${env:T}', 'https://host/a?token=${env:T}'],
    ['http://${env:U}:${env:P}@host', 'http://${env:U}:${env:P}@host'],
    ['http://user:${env:P}@host', 'http://***@host'],
    ['https://host/a@b?author=x&keyword=y', 'https://host/a@b?author=x&keyword=y'],
    ['//user:pw@host', '//***@host'],
    ['user:pw@host:80/x', '***@host:80/x'],
    ['${env:U}:${env:P}@host', '${env:U}:${env:P}@host'],
    ['host:80/a@b', 'host:80/a@b'],
    ['not a url', 'not a url'],
    ['https://host/%zz?%zz=1&sig=2', 'https://host/%zz?%zz=1&sig=***'],
  ])('%s reads %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});

test.each([
  'Authorization',
  'cookie',
  'X-API-Key',
  'proxy-authorization',
  'x-auth',
  'X-Session-Id',
  'my-token',
])('%s is a secret header', (name) => {
  expect(isSecretHeader(name)).toBe(true);
});

test.each(['accept', 'content-type', 'user-agent', 'x-request-id', 'host'])(
  '%s is no secret header',
  (name) => {
    expect(isSecretHeader(name)).toBe(false);
  },
);

test.each([
  ['accessToken', true],
  ['client_secret', true],
  ['sig', true],
  ['X-Amz-Credential', true],
  ['newpassword', true],
  ['author', false],
  ['design', false],
  ['keyword', false],
  ['passenger', false],
])('the name %s is secret: %s', (name, secret) => {
  expect(isSecretName(name)).toBe(secret);
});
