import { expect, test } from 'vitest';
import { watchInterrupts } from '../../../src/app/safety/interrupt.ts';
import { fakeClock, fakeWorld } from '../fake-world.ts';

function watched() {
  const clock = fakeClock();
  const world = fakeWorld({ clock });
  const calls: string[] = [];
  const run = { stop: () => calls.push('stop'), abandon: () => calls.push('abandon') };
  const watch = watchInterrupts(run, world, (line) => calls.push(line));
  return { clock, world, calls, watch };
}

const REMARK = 'stopping: waiting for answers under way; press Ctrl-C again to leave at once';

test('the first signal stops the run in order and says how to leave at once', () => {
  const { world, calls, watch } = watched();
  expect(watch.signal()).toBeNull();
  world.send('SIGTERM');
  expect(calls).toEqual([REMARK, 'stop']);
  expect(watch.signal()).toBe('SIGTERM');
});

test('the second signal leaves at once, and a third one meets nobody', () => {
  const { world, calls, watch } = watched();
  world.send('SIGINT');
  world.send('SIGTERM');
  expect(calls).toEqual([REMARK, 'stop', 'abandon']);
  expect(watch.signal()).toBe('SIGINT');
  expect(world.listeners()).toBe(0);
});

test('a drain that outlasts four seconds is abandoned, so that the report comes within five', async () => {
  const { clock, world, calls } = watched();
  world.send('SIGINT');
  await clock.advance(3999);
  expect(calls).toEqual([REMARK, 'stop']);
  await clock.advance(1);
  expect(calls).toEqual([REMARK, 'stop', 'abandon']);
});

test('after its release nothing is stopped any more', async () => {
  const { clock, world, calls, watch } = watched();
  world.send('SIGINT');
  watch.release();
  await clock.advance(10_000);
  world.send('SIGINT');
  expect(calls).toEqual([REMARK, 'stop']);
});
