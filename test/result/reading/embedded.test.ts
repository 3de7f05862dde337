import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { encodeResult } from '../../../src/result/encode.ts';
import { decodeStored } from '../../../src/result/reading/embedded.ts';
import { sampleResult } from '../../support/sample-result.ts';

const RESULT = sampleResult();
const JSON_TEXT = JSON.stringify(RESULT).replaceAll('<', '\\u003c');
const TAG = '<script type="application/json" id="headroom-result">';

describe('a page with a result in it', () => {
  test.each([
    ['as it was written', `<!doctype html><body>${TAG}${JSON_TEXT}</script></body>`],
    [
      'saved by a browser, attributes in another order',
      `<html><script id=headroom-result type=application/json>${JSON_TEXT}</script></html>`,
    ],
    [
      'behind another script',
      `<script>var a = 1</script><script src="x"></script>${TAG}${JSON_TEXT}</script>`,
    ],
    ['with a byte order mark', `\ufeff<!doctype html>${TAG}${JSON_TEXT}</script>`],
  ])('gives it back: %s', (_, page) => {
    expect(encodeResult(decodeStored(page, 'r.html'))).toBe(encodeResult(RESULT));
  });

  test.each([
    ['another page', '<!doctype html><p>Hello', 'r.html: no headroom result is in this page'],
    [
      'a page whose result was taken out',
      `<p>headroom-result<script id="headroom-results">{}</script>`,
      'no headroom result is in this page',
    ],
    ['half a page', `<p>${TAG}${JSON_TEXT.slice(0, 1000)}`, 'r.html: the page is cut short'],
    ['half a result', `<p>${TAG}${JSON_TEXT.slice(0, 1000)}</script>`, 'r.html: the JSON is cut short'],
    ['an empty one', `<p>${TAG}</script>`, 'r.html: empty'],
    ['another document', `<p>${TAG}{"schema": "k6/1"}</script>`, 'r.html: not a headroom result'],
  ])('is refused with the reason: %s', (_, page, message) => {
    expect(() => decodeStored(page, 'r.html')).toThrow(UsageError);
    expect(() => decodeStored(page, 'r.html')).toThrow(message);
  });

  test.each([
    ['JSON', JSON_TEXT],
    ['JSON with a byte order mark', `\ufeff${JSON_TEXT}`],
  ])('is told from %s by its beginning', (_, text) => {
    expect(encodeResult(decodeStored(text, 'r.json'))).toBe(encodeResult(RESULT));
  });
});
