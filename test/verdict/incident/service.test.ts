import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { atLeast } from '../../../src/stats/binomial.ts';
import { HOUR_MS, MINUTE_MS, VirtualCanary } from '../../support/canary-runs.ts';

const ERRORS = 'errors < 1%';

/** Runs of 20 requests, of which each fails with a probability; a run is bad as the exact test has it. */
function failing(
  canary: VirtualCanary,
  ratio: number,
  { runs, seed, gapMs = 0 }: { runs: number; seed: number; gapMs?: number },
): void {
  for (let run = 0; run < runs; run += 1) {
    const from = canary.runs.length * 20;
    let bad = 0;
    for (let index = 0; index < 20; index += 1) bad += uniformAt(seed, 1, from + index) < ratio ? 1 : 0;
    const isBad = atLeast(bad, { n: 20, p: 0.01 }) <= 0.05;
    canary.run(isBad ? 'b' : 'o', {
      kind: 'erroring',
      indicator: ERRORS,
      failed: bad,
      tallies: [{ text: ERRORS, count: 20, bad }],
    });
    canary.nowMs += gapMs;
  }
}

const services = (canary: VirtualCanary): string[] => {
  return canary.told().filter((event) => event.startsWith('service'));
};

describe('a service of which one request of ten fails', () => {
  test('is paged for once, though two runs in a row are good now and then', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const canary = new VirtualCanary();
      failing(canary, 0, { runs: 30, seed });
      failing(canary, 0.1, { runs: 60, seed });
      expect(
        canary.runs
          .slice(40)
          .map(({ outcome }) => outcome[0])
          .join(''),
      ).toContain('oo');
      expect(services(canary)).toEqual(['service trigger']);
    }
  });

  test('is paged for once, too, where nothing answered for a while before', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const canary = new VirtualCanary();
      failing(canary, 0, { runs: 30, seed });
      failing(canary, 1, { runs: 40, seed });
      failing(canary, 0.1, { runs: 30, seed });
      expect(services(canary), `${seed}`).toEqual(['service trigger']);
    }
  });

  test('is well again a few runs after it is, also where one request in 200 fails at all times', () => {
    for (const seed of [1, 2, 3, 4]) {
      const canary = new VirtualCanary();
      failing(canary, 0.1, { runs: 15, seed });
      expect(services(canary)).toEqual(['service trigger']);
      failing(canary, 0.005, { runs: 20, seed });
      expect(services(canary)).toEqual(['service trigger', 'service resolve']);
    }
  });
});

test('is over at once where somebody looks by hand between two runs', () => {
  const canary = new VirtualCanary();
  canary.script('oobbb');
  for (let run = 0; run < 2; run += 1) {
    canary.nowMs -= 55_000;
    canary.run('o');
  }
  expect(services(canary)).toEqual(['service trigger', 'service resolve']);
  expect(canary.state?.name).toBe('ok');
  canary.script('bbo');
  expect(services(canary)).toEqual(['service trigger', 'service resolve']);
});

test.each([
  ['looks', HOUR_MS, 0],
  ['is to look once a minute, and is started', MINUTE_MS, HOUR_MS - MINUTE_MS],
])('a canary that %s once an hour pages for one request of ten once, too', (_how, everyMs, gapMs) => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
    const canary = new VirtualCanary({ everyMs, remindMs: null });
    failing(canary, 0, { runs: 30, seed, gapMs });
    failing(canary, 0.1, { runs: 24, seed, gapMs });
    expect(services(canary)).toEqual(['service trigger']);
    failing(canary, 0, { runs: 24, seed, gapMs });
    expect(services(canary)).toEqual(['service trigger', 'service resolve']);
  }
});

test('reminders come in time where runs are hours apart and some seconds early', () => {
  const canary = new VirtualCanary({ everyMs: HOUR_MS, remindMs: 3 * HOUR_MS });
  for (let run = 0; run < 12; run += 1) {
    canary.run('b');
    canary.nowMs -= 5_000 * (run % 2 === 0 ? 1 : -1);
  }
  expect(services(canary)).toEqual(['service trigger', ...Array<string>(3).fill('service remind')]);
});

test('an outage is over with the second good run', () => {
  const canary = new VirtualCanary();
  failing(canary, 0, { runs: 5, seed: 1 });
  failing(canary, 1, { runs: 10, seed: 1 });
  failing(canary, 0, { runs: 1, seed: 1 });
  expect(services(canary)).toEqual(['service trigger']);
  failing(canary, 0, { runs: 1, seed: 1 });
  expect(services(canary)).toEqual(['service trigger', 'service resolve']);
});
