/** `headroom canary forget`, as it is typed. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeWorld } from '../../app/fake-world.ts';
import { emptyFolder } from '../../history/folder.ts';

test('refuses a check that is not kept, and one that is not named', async () => {
  for (const [args, text] of [
    [['nope'], 'no check nope is kept'],
    [[], "missing required argument 'check'"],
  ] as const) {
    const world = fakeWorld();
    const typed = ['canary', 'forget', '--state-dir', join(emptyFolder(), 'state'), ...args];
    expect(await runProgram(typed, world)).toBe(2);
    expect(world.stderr.text()).toContain(text);
    expect(world.stdout.text()).toBe('');
  }
});
