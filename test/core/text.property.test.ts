import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor, redactUrl, safeText } from '../../src/core/text.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\u001b', '[', ':', '#', '\n', '\u202e', 'a', ' ', '\ud800', '\u009b') }),
);

test('safe text holds no control, no bidi override, no line break and no CI command, and stays within its length', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 3, max: 60 }), (text, maxLength) => {
      const shown = safeText(text, { maxLength });
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(shown.trimStart().startsWith('::')).toBe(false);
      expect(shown).not.toMatch(/##\w*\[/);
      expect(shown.length).toBeLessThanOrEqual(maxLength);
    }),
    { numRuns: 500 },
  );
});

test('safe text is safe text already', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = safeText(text);
      expect(safeText(once)).toBe(once);
    }),
  );
});

test('no spelling of a secret survives a redactor', () => {
  const secrets = fc
    .string({ unit: 'grapheme', minLength: 6, maxLength: 40 })
    .filter((text) => text.trim().length > 5);
  fc.assert(
    fc.property(secrets, (secret) => {
      const redact = createRedactor([secret]);
      for (const spelling of [
        secret,
        Buffer.from(secret).toString('base64'),
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
      ]) {
        expect(redact(`<${spelling}>`)).toBe('<***>');
      }
    }),
  );
});

test('redacting a URL twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      expect(redactUrl(redactUrl(url))).toBe(redactUrl(url));
    }),
  );
});
