import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fit,
  fitBytes,
  lengthOf,
  markdownEscape,
  markdownLine,
  oneLine,
  slackEscape,
} from '../../src/notify/text.ts';
import { nastyText } from '../support/hostile-text.ts';
import { OBEYED } from './sample-event.ts';

const anyText = fc.oneof(nastyText, fc.string({ unit: 'grapheme', maxLength: 300 }));
const anyMax = fc.integer({ min: 1, max: 200 });

describe('a line that is fitted', () => {
  test('has no more code points than allowed, and nothing that a reader obeys', () => {
    fc.assert(
      fc.property(anyText, anyMax, (text, max) => {
        const fitted = fit(text, max, slackEscape);
        expect(lengthOf(fitted)).toBeLessThanOrEqual(max);
        expect(fitted).not.toMatch(OBEYED);
        expect(fitted).not.toContain('\n');
      }),
    );
  });

  test('is whole when it has room, and else the longest beginning with an ellipsis', () => {
    fc.assert(
      fc.property(anyText, anyMax, (text, max) => {
        const whole = oneLine(text);
        const fitted = fit(text, max);
        const expected = lengthOf(whole) <= max ? whole : `${[...whole].slice(0, max - 1).join('')}…`;
        expect(fitted).toBe(expected);
      }),
    );
  });

  test('never ends within an escape', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('&', '<', '>', 'a'), maxLength: 60 }),
        anyMax,
        (text, max) => {
          expect(fit(text, max, slackEscape)).toMatch(/^(?:a|&(?:amp|lt|gt);)*…?$/);
        },
      ),
    );
  });

  test('cuts emoji between code points: 5,000 of them', () => {
    const fitted = fit('🙂'.repeat(5000), 1024);
    expect(fitted).toBe(`${'🙂'.repeat(1023)}…`);
  });

  test('is made of what is far too long in no time, without half a character', () => {
    const fitted = oneLine('🙂'.repeat(5_000_000));
    expect(lengthOf(fitted)).toBe(25_000);
    expect(fitted).not.toMatch(/\p{Cs}/u);
  });
});

describe('bytes that are fitted', () => {
  test('are no more than allowed, and whole characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 3, max: 300 }),
        (text, max) => {
          const fitted = fitBytes(text, max);
          expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(max);
          expect(text.startsWith(fitted.replace(/…$/, '')) || fitted === text).toBe(true);
        },
      ),
    );
  });
});

describe('Markdown', () => {
  test('has each sign that means something behind a backslash', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const unescaped = fit(text, 1000, markdownEscape).replaceAll(/\\[\\`*_~|<>[\]#]/g, '');
        expect(unescaped).not.toMatch(/[\\`*_~|<>[\]#]/);
      }),
    );
  });

  test.each([
    ['- item', '\\- item'],
    ['+ item', '\\+ item'],
    ['1. item', '1\\. item'],
    ['[a](javascript:x)', '\\[a\\](javascript:x)'],
    ['a - b', 'a - b'],
  ])('begins no list: %s', (text, line) => {
    expect(markdownLine(text, 100)).toBe(line);
  });

  test('of one line keeps within its limit', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 60 }), (text, max) => {
        expect(lengthOf(markdownLine(text, max))).toBeLessThanOrEqual(max);
      }),
    );
  });
});
