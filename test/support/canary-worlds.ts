/** Worlds that are not perfect, drawn from a seed. */

import { uniformAt } from '../../src/core/random.ts';
import type { CanarySettings } from '../../src/plan/canary/settings.ts';
import { HOUR_MS, MINUTE_MS } from './canary-runs.ts';
import type { Stretch, Weeks } from './canary-weeks.ts';

const DAY_MS = 24 * HOUR_MS;

/** Draws from a seed. */
class Dice {
  readonly #seed: number;
  #draws = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  chance(): number {
    return uniformAt(this.#seed, 2, (this.#draws += 1));
  }

  upTo(most: number): number {
    return 1 + Math.floor(this.chance() * most);
  }

  one<Item>(first: Item, ...more: readonly Item[]): Item {
    return [first, ...more][Math.floor(this.chance() * (more.length + 1))] ?? first;
  }
}

/** One world of some hundreds of runs, which begins and ends in health. */
export function worldOf(seed: number, runsMax: number): Weeks {
  const dice = new Dice(seed);
  const settings = {
    everyMs: dice.one(MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS),
    fail: dice.one({ bad: 3, of: 5 }, { bad: 2, of: 3 }, { bad: 3, of: 3 }, { bad: 1, of: 1 }),
    recover: dice.one(1, 2, 2, 3),
    remindMs: dice.one(4 * HOUR_MS, 4 * HOUR_MS, HOUR_MS, null),
  };
  const stretches: Stretch[] = [{ runs: 50, failing: 0 }];
  for (let runs = 0; runs < runsMax; ) {
    const next = stretchesOf(dice);
    stretches.push(...next);
    runs += next.reduce((sum, each) => sum + each.runs, 0);
  }
  stretches.push({ runs: 110, failing: 0 });
  return { seed, settings, stretches, pace: dice.one(1, 1, 1, 3) };
}

function stretchesOf(dice: Dice): Stretch[] {
  const [first, ...more] = weatherOf(dice);
  const asleepMs = dice.one(HOUR_MS, 8 * HOUR_MS, DAY_MS, 3 * DAY_MS, 10 * DAY_MS) * dice.chance();
  const stepMs = dice.one(10 * MINUTE_MS, 2 * HOUR_MS, 3 * DAY_MS) * (dice.chance() - 0.5);
  return [
    {
      ...first,
      ...(dice.chance() < 0.25 ? { asleepMs: Math.round(asleepMs) } : {}),
      ...(dice.chance() < 0.06 ? { stepMs: Math.round(stepMs) } : {}),
    },
    ...more,
  ];
}

/** Mostly health and outages; partial faults, blindness, maintenance, edits of the plan, and what comes and goes. */
function weatherOf(dice: Dice): [Stretch, ...Stretch[]] {
  const kind = dice.chance();
  if (kind < 0.35) return [{ runs: 90 + dice.upTo(40), failing: 0 }];
  if (kind < 0.45) return [{ runs: dice.upTo(10), failing: 0 }];
  if (kind < 0.65) {
    return [
      { runs: dice.upTo(20), failing: 1, kind: dice.one('offline', 'erroring') },
      { runs: dice.upTo(10), failing: 1, kind: dice.one('slow', 'wrong', 'offline') },
    ];
  }
  if (kind < 0.72) return [{ runs: 20 + dice.upTo(100), failing: dice.one(0.02, 0.1) }];
  if (kind < 0.8) return [{ runs: 5 + dice.upTo(30), failing: dice.one(0, 1), blind: dice.one(0.3, 0.9) }];
  if (kind < 0.86) return [{ runs: dice.upTo(20), failing: dice.one(0, 1), isMaintenance: true }];
  if (kind < 0.92)
    return [
      { runs: dice.upTo(20), failing: 1 },
      { runs: dice.upTo(20), failing: 1, edit: editOf(dice) },
    ];
  const changes = Array.from({ length: 4 + dice.upTo(12) }, (_, index) => ({
    runs: dice.upTo(2),
    failing: index % 2,
  }));
  return [{ runs: 1, failing: 1 }, ...changes];
}

function editOf(dice: Dice): Partial<CanarySettings> {
  return { fail: dice.one({ bad: 3, of: 5 }, { bad: 2, of: 3 }), recover: dice.upTo(3) };
}
