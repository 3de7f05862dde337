import { describe, expect, test } from 'vitest';
import { Completions } from '../../src/record/completions.ts';

function completionsOf(...windows: readonly (readonly [window: number, good: boolean])[]): Completions {
  const completions = new Completions();
  for (const [window, good] of windows) completions.add(window, good);
  return completions;
}

describe('completions', () => {
  test('are counted up to a window, not including it', () => {
    const completions = completionsOf([0, true], [0, false], [1, true], [2, true], [7, false]);
    expect(completions.within(2)).toEqual({ completed: 3, good: 2 });
    expect(completions.within(0)).toEqual({ completed: 0, good: 0 });
    expect(completions.within(100)).toEqual({ completed: 5, good: 3 });
  });

  test('add up over parts, and are gone from where they were taken', () => {
    const worker = completionsOf([0, true], [3, false]);
    const main = completionsOf([3, true]);
    main.absorb(worker.take());
    expect(main.within(4)).toEqual({ completed: 3, good: 2 });
    expect(worker.take()).toEqual([]);
  });

  test('tell what ended in one window, answered or broken', () => {
    const completions = completionsOf([2, true], [2, false]);
    completions.addBroken(2);
    const main = new Completions();
    main.absorb(completions.take());
    expect(main.inWindow(2)).toEqual({ completed: 2, good: 1, broken: 1 });
    expect(main.inWindow(3)).toEqual({ completed: 0, good: 0, broken: 0 });
  });
});
