import { describe, expect, test } from 'vitest';
import { coarseIndex } from '../../src/record/window.ts';
import type { Status } from '../../src/verdict/finding.ts';
import { judgeObjectives } from '../../src/verdict/objectives.ts';
import { measuredQueue, type QueueSeries, runQueue } from './lindley.ts';
import { constant, open, planOf, target } from './measured.ts';

/*
 * An objective about one target, with a queue of its own, beside a target that is always slower: the tail of all
 * attempts is then that of the other one, and says nothing of how this one's requests are alike.
 */

const RUNS = 60;

/** The queue's series with as many answers of another target in it, all slower than the limit. */
function besideSlower({ windows, completions }: QueueSeries, limitMs: number): QueueSeries {
  const slow = coarseIndex(3 * limitMs);
  return {
    completions,
    windows: windows.map((window) => {
      const coarse = window.coarse.slice();
      coarse[slow] = window.sent;
      return { ...window, coarse, sent: 2 * window.sent };
    }),
  };
}

function share(status: Status, load: number, factor: number): number {
  const [perSecond, seconds] = [40, 120];
  const serviceMs = (load * 1000) / perSecond;
  // Of M/M/1 the response time is exponential with mean S / (1 - rho).
  const p99Ms = (serviceMs / (1 - load)) * Math.log(100);
  const limitMs = factor * p99Ms;
  const plan = planOf([`search: p99 < ${limitMs}ms`], {
    targets: [target('search'), target('report')],
    load: open([constant(2 * perSecond, seconds)]),
  });
  let found = 0;
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const series = runQueue({ seed, load, serviceMs, seconds, limitsMs: [limitMs] });
    const { objectives } = judgeObjectives(measuredQueue(plan, besideSlower(series, limitMs)));
    if (objectives[0]?.finding.status === status) found += 1;
  }
  return found / RUNS;
}

describe('an objective about one target is judged by how that target’s requests are alike', () => {
  test.each([0.5, 0.7, 0.9])('no false pass and no false fail at its limit, at load %f', (load) => {
    expect(share('pass', load, 1)).toBeLessThanOrEqual(0.1);
    expect(share('fail', load, 1)).toBeLessThanOrEqual(0.1);
  });

  test('a pass well within its limit, and a fail well beyond it', () => {
    expect(share('pass', 0.5, 2)).toBeGreaterThanOrEqual(0.9);
    expect(share('fail', 0.5, 0.5)).toBeGreaterThanOrEqual(0.9);
  });
});
