import { expect, test } from 'vitest';
import { stateFolder } from '../../../src/app/machine/state-folder.ts';

test.each([
  ['/chosen', {}, '/chosen'],
  [null, { XDG_STATE_HOME: '/xdg' }, '/xdg/headroom'],
  [null, { XDG_STATE_HOME: 'relative' }, '/home/someone/.local/state/headroom'],
  [null, {}, '/home/someone/.local/state/headroom'],
])('state lies in the chosen folder, else where XDG says: %s %o', (chosen, env, expected) => {
  expect(stateFolder(chosen, { env, home: '/home/someone' })).toBe(expected);
});
