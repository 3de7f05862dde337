import { describe, expect, test } from 'vitest';
import { bracketBar } from '../../../src/cli/search/bracket-bar.ts';

const NOTHING = { heldPerSecond: null, brokePerSecond: null, nowPerSecond: null };
const SPAN = { low: 10, high: 1000 };

function drawn(marks: Partial<typeof NOTHING | Record<keyof typeof NOTHING, number>>, cells = 20): string {
  return bracketBar({ ...NOTHING, ...marks }, SPAN, { cells, unicode: false })
    .map(({ text }) => text)
    .join('');
}

describe('the bar of a bracket', () => {
  test.each([
    [{}, '....................'],
    [{ heldPerSecond: 100 }, '##########..........'],
    [{ brokePerSecond: 100 }, '..........xxxxxxxxxx'],
    [{ heldPerSecond: 100, brokePerSecond: 1000 }, '##########.........x'],
    [{ heldPerSecond: 1000 }, '####################'],
    [{ heldPerSecond: 990, brokePerSecond: 1000 }, '##################.x'],
    [{ heldPerSecond: 100, brokePerSecond: 316.3 }, '##########......xxxx'],
    [{ heldPerSecond: 100, brokePerSecond: 316.3, nowPerSecond: 200 }, '##########...^..xxxx'],
    [{ nowPerSecond: 10 }, '^...................'],
    [{ nowPerSecond: 1000 }, '...................^'],
    [{ nowPerSecond: 5000 }, '...................^'],
  ])('for %j is %s: a log scale', (marks, text) => {
    expect(drawn(marks)).toBe(text);
  });

  test('shows a gap for as long as there is one', () => {
    expect(drawn({ heldPerSecond: 200, brokePerSecond: 210 }, 8)).toContain('.');
  });

  test('is one piece per meaning, so that each can have its colour', () => {
    const marks = { heldPerSecond: 30, brokePerSecond: 300, nowPerSecond: 100 };
    const pieces = bracketBar(marks, SPAN, { cells: 20, unicode: true });
    expect(pieces.map(({ kind }) => kind)).toEqual(['held', 'open', 'now', 'open', 'broken']);
    expect(pieces.map(({ text }) => text).join('')).toBe('████······◆····▒▒▒▒▒');
  });
});
