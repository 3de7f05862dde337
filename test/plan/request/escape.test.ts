import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bodyEncoder,
  encodeUrlText,
  formEncode,
  hasHeaderFault,
  jsonEscape,
  percentEncode,
  verbatim,
} from '../../../src/plan/request/escape.ts';

describe('escaping', () => {
  test('in a URL leaves nothing that could end the segment or the value', () => {
    expect(percentEncode('a/b?c=d&e#f g+%é')).toBe('a%2Fb%3Fc%3Dd%26e%23f%20g%2B%25%C3%A9');
    expect(percentEncode('half \uD800')).toBe('half%20%EF%BF%BD');
  });

  test('in a form writes a space as +', () => {
    expect(formEncode('a b&c=d+e')).toBe('a+b%26c%3Dd%2Be');
  });

  test('of the URL text of a plan keeps what is encoded already and the delimiters', () => {
    expect(encodeUrlText("/a%20b/[x]?q=a b&r='é'|{1}~\\")).toBe(
      "/a%20b/[x]?q=a%20b&r='%C3%A9'%7C%7B1%7D~%5C",
    );
    expect(encodeUrlText('/\uD83D\uDE00')).toBe('/%F0%9F%98%80');
  });

  test('in JSON can be read back, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(`"${jsonEscape(text)}"`)).toBe(text);
      }),
    );
  });

  test('in a form can be read back, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(new URLSearchParams(`a=${formEncode(text)}`).get('a')).toBe(text);
      }),
    );
  });

  test.each([
    { contentType: 'application/json', encoder: jsonEscape },
    { contentType: 'application/json; charset=utf-8', encoder: jsonEscape },
    { contentType: 'application/vnd.api+json', encoder: jsonEscape },
    { contentType: 'APPLICATION/PROBLEM+JSON', encoder: jsonEscape },
    { contentType: 'application/x-ndjson', encoder: jsonEscape },
    { contentType: 'application/x-www-form-urlencoded;charset=UTF-8', encoder: formEncode },
    { contentType: 'text/plain', encoder: verbatim },
    { contentType: 'application/jsonp-not', encoder: verbatim },
    { contentType: '', encoder: verbatim },
  ])('of a body goes by its content type: $contentType', ({ contentType, encoder }) => {
    expect(bodyEncoder(contentType)).toBe(encoder);
  });

  test.each([
    ['', false],
    ['plain, with "quotes" and é', false],
    ['a\tb', false],
    ['a\rb', true],
    ['a\nb', true],
    ['a\0b', true],
    ['a\x1bb', true],
    ['日本', true],
  ])('tells what a header cannot carry: %j', (value, fault) => {
    expect(hasHeaderFault(value)).toBe(fault);
  });
});
