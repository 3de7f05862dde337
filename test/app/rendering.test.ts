import { describe, expect, test } from 'vitest';
import {
  type ColorChoice,
  fileRendering,
  streamRendering,
  wantsColor,
  wantsUnicode,
} from '../../src/app/rendering.ts';
import { fakeOutput, fakeWorld } from './fake-world.ts';

describe('colour', () => {
  test.each<
    readonly [why: string, tty: boolean, choice: ColorChoice, env: Record<string, string>, expected: boolean]
  >([
    ['a terminal has colour', true, null, {}, true],
    ['a pipe has none', false, null, {}, false],
    ['the flag wins over everything', false, 'always', { NO_COLOR: '1', TERM: 'dumb' }, true],
    ['so does the flag against it', true, 'never', { FORCE_COLOR: '3' }, false],
    ['auto is as if not given', true, 'auto', { NO_COLOR: '1' }, false],
    ['NO_COLOR wins over FORCE_COLOR', true, null, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['an empty NO_COLOR says nothing', true, null, { NO_COLOR: '' }, true],
    ['FORCE_COLOR wins over the pipe', false, null, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR wins over a dumb terminal', false, null, { FORCE_COLOR: '', TERM: 'dumb' }, true],
    ['FORCE_COLOR=0 is no', true, null, { FORCE_COLOR: '0' }, false],
    ['a dumb terminal has none', true, null, { TERM: 'dumb' }, false],
  ])('%s', (_, tty, choice, env, expected) => {
    expect(wantsColor(tty, choice, env)).toBe(expected);
  });
});

test.each<readonly [env: Record<string, string>, expected: boolean]>([
  [{}, true],
  [{ LANG: 'en_GB.UTF-8' }, true],
  [{ LANG: 'C.utf8', LC_ALL: '' }, true],
  [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, false],
  [{ LC_CTYPE: 'de_DE.ISO-8859-1' }, false],
  [{ TERM: 'linux' }, false],
])('characters beyond ASCII in %j: %s', (env, expected) => {
  expect(wantsUnicode(env)).toBe(expected);
});

test('a stream is as wide as its terminal, and a pipe 80 columns', () => {
  const look = { color: null, verbose: true };
  expect(streamRendering(fakeWorld(), look)).toEqual({
    color: false,
    width: 80,
    unicode: true,
    verbose: true,
  });
  const terminal = { ...fakeOutput(), isTTY: true, columns: 120 };
  expect(streamRendering(fakeWorld({ stdout: terminal }), look)).toMatchObject({ color: true, width: 120 });
});

test('files never carry colour', () => {
  expect(fileRendering(false)).toEqual({ color: false, width: 100, unicode: true, verbose: false });
});
