import { expect, test } from 'vitest';
import { watchSearch } from '../../../src/app/search/interruption.ts';
import { fakeClock, fakeWorld } from '../fake-world.ts';

function watched() {
  const clock = fakeClock();
  const world = fakeWorld({ clock });
  const calls: string[] = [];
  const run = (name: string) => ({
    stop: () => void calls.push(`stop ${name}`),
    abandon: () => void calls.push(`abandon ${name}`),
  });
  return { clock, world, calls, run, watch: watchSearch(world, () => undefined) };
}

test('a signal stops the trial under way and none of those before it', () => {
  const { world, calls, run, watch } = watched();
  watch.attend(run('first'));
  watch.attend(run('second'));
  expect(watch.stopping.aborted).toBe(false);
  world.send('SIGTERM');
  expect(calls).toEqual(['stop second']);
  expect(watch.signal()).toBe('SIGTERM');
  expect(watch.stopping.aborted).toBe(true);
});

test('a signal between two trials ends the pause and stops the next trial at once', async () => {
  const { clock, world, calls, run, watch } = watched();
  let woken = false;
  const pause = clock.sleep(1000, watch.stopping).then(() => {
    woken = true;
  });
  world.send('SIGINT');
  await pause;
  expect(woken).toBe(true);
  watch.attend(run('next'));
  expect(calls).toEqual(['stop next']);
});

test('a second signal abandons the trial under way, or the one that comes', () => {
  const { world, calls, run, watch } = watched();
  watch.attend(run('one'));
  world.send('SIGINT');
  world.send('SIGINT');
  watch.attend(run('two'));
  expect(calls).toEqual(['stop one', 'abandon one', 'stop two', 'abandon two']);
});

test('after its release signals have their usual effect again', () => {
  const { world, watch } = watched();
  watch.release();
  expect(world.listeners()).toBe(0);
});
