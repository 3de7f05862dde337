import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLines } from '../../src/report/terminal/closing.ts';
import {
  cut,
  firstThatFits,
  flow,
  hanging,
  textOf,
  textWidth,
  wrap,
} from '../../src/report/terminal/layout.ts';
import { createInk } from '../../src/report/terminal-ink.ts';
import { tableLines } from '../../src/report/terminal-table.ts';

const ink = createInk({ color: false, width: 80, unicode: true });

describe('text width', () => {
  test.each([
    ['abc', 3],
    ['\u001b[31mabc\u001b[39m', 3],
    ['数字', 4],
    ['e\u0301', 1],
    ['🙂', 2],
    ['✓', 1],
  ])('of %j is %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('wrapping', () => {
  test('breaks between words, and inside a word that is too long', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('a 0123456789 b', 4)).toEqual(['a', '0123', '4567', '89 b']);
    expect(wrap('', 10)).toEqual(['']);
  });

  test('never exceeds the width and loses nothing but blanks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 30 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  test('beside a lead that leaves no room goes on below it', () => {
    const narrow = createInk({ color: false, width: 40, unicode: true });
    expect(hanging(narrow, '✗ service  ', 'is offline: connection refused')).toEqual([
      '✗ service  is offline: connection',
      '           refused',
    ]);
    expect(hanging(narrow, 'THE PAGER MADE A SOUND  ', 'kill of shop')).toEqual([
      'THE PAGER MADE A SOUND',
      '    kill of shop',
    ]);
    expect(hanging(narrow, ' '.repeat(30), 'kill of shop')).toEqual(['    kill of shop']);
  });

  test('cannot bring a CI command to the start of a line', () => {
    expect(textOf(wrap('x ::error::boo', 6))).not.toMatch(/^\s*::/m);
  });
});

test('cutting leaves an ellipsis and never splits a wide character', () => {
  expect(cut(ink, 'abcdef', 6)).toBe('abcdef');
  expect(cut(ink, 'abcdefg', 6)).toBe('abcde…');
  expect(cut(ink, '数数数数', 6)).toBe('数数…');
});

test('flow puts as many parts on a line as fit', () => {
  expect(flow(['aa', 'bb', 'cc'], 7)).toEqual(['aa   bb', 'cc']);
});

test('the first block that fits is taken, or else the last', () => {
  const blocks = [() => ['12345'], () => ['123'], () => ['1234']];
  expect(firstThatFits(blocks, 4)).toEqual(['123']);
  expect(firstThatFits(blocks, 2)).toEqual(['1234']);
});

test('a table aligns its columns by what is in them and has no lines', () => {
  const rows = [
    ['a', '1'],
    ['bbb', '1000\n[1]'],
  ];
  expect(tableLines(rows, { aligns: 'lr' })).toEqual(['a       1', 'bbb  1000', '      [1]']);
  expect(tableLines([], { aligns: 'lr' })).toEqual([]);
});

describe('the command that repeats a run', () => {
  const command = `headroom run 'http://x/?a=1 b' -H "a: \\"b c\\"" --objective 'p99 < 250ms' -d 20s`;

  test('is broken between words only, so that a shell takes it as one command', () => {
    expect(commandLines(command, 40)).toEqual([
      `headroom run 'http://x/?a=1 b' \\`,
      `  -H "a: \\"b c\\"" \\`,
      `  --objective 'p99 < 250ms' -d 20s`,
    ]);
  });

  test('stays on one line where there is room', () => {
    expect(commandLines(command, 120)).toEqual([command]);
  });

  test('keeps every character of an unbalanced quote', () => {
    expect(commandLines(`a 'b c`, 80).join(' ')).toBe(`a 'b c`);
  });
});
