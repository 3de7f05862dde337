/** From the parts of a run's recording to intervals: what came since the last one, and everything so far. */

import type { RecordingPart } from '../record/recording.ts';
import { Tally, type TallyPart } from '../record/tally.ts';
import { type TargetPart, TargetRecording } from '../record/target-recording.ts';
import type { Interval, TargetInterval } from './interval.ts';

/** What the plan says of a target. */
export type TargetFacts = Pick<TargetInterval, 'name' | 'method' | 'scheme' | 'host' | 'port'>;

/** No sink is told of connection times, and a tally that stays empty takes no memory. */
const NOT_KEPT: TallyPart = new Tally().copy();

/**
 * Adds up parts of recordings, also of several runs of one plan. The sum of all intervals that were taken is the
 * cumulative one: both are made of the same parts, by the same merging.
 */
export class Accumulation {
  readonly #facts: readonly TargetFacts[];
  readonly #fromMs: number;
  readonly #all: Sums;
  readonly #recent: Sums;
  #recentFromMs: number;
  #inFlight = 0;

  /** @param facts in the order of the plan's targets  @param fromMs Unix time of the start */
  constructor(facts: readonly TargetFacts[], fromMs: number) {
    this.#facts = facts;
    this.#fromMs = fromMs;
    this.#recentFromMs = fromMs;
    this.#all = new Sums(facts.length);
    this.#recent = new Sums(facts.length);
  }

  /** Adds a part. */
  add(part: RecordingPart): void {
    // What a load leaves in flight at its end is given up: in the next load of a search it is not under way.
    const { sent, completed, broken, inFlight } = part.counts;
    this.#inFlight += sent - completed - broken - inFlight;
    this.#all.absorb(part);
    this.#recent.absorb(part);
  }

  /** Everything so far. It is live: its distributions grow with the next part. @param toMs Unix time */
  cumulative(toMs: number): Interval {
    return this.#interval(this.#all, this.#fromMs, toMs);
  }

  /**
   * Hands what came since the last such call to `use`, and forgets it after: it is to be read within `use` only.
   *
   * @param toMs Unix time
   */
  takeRecent(toMs: number, use: (interval: Interval) => void): void {
    try {
      use(this.#interval(this.#recent, this.#recentFromMs, toMs));
    } finally {
      this.#recent.clear();
      this.#recentFromMs = toMs;
    }
  }

  #interval(sums: Sums, fromMs: number, toMs: number): Interval {
    return { fromMs, toMs, ...sums.told(this.#facts), inFlight: Math.max(0, this.#inFlight) };
  }
}

/** Intervals that wait together for a receiver that takes only what is new to it: one after the other, merged into one. */
export class WaitingIntervals {
  #sums: Sums | null = null;
  #facts: readonly TargetFacts[] = [];
  #fromMs = Infinity;
  #toMs = -Infinity;
  #inFlight = 0;

  /** Adds an interval, or takes one back that was not taken; it is not kept. */
  add(interval: Interval): void {
    this.#facts = interval.targets;
    this.#sums ??= new Sums(interval.targets.length);
    this.#sums.absorb({ lag: interval.lag.copy(), targets: interval.targets.map(targetPart) });
    this.#fromMs = Math.min(this.#fromMs, interval.fromMs);
    if (interval.toMs < this.#toMs) return;
    this.#toMs = interval.toMs;
    this.#inFlight = interval.inFlight;
  }

  /** What waits, for its new owner; nothing waits then. Null when nothing does. */
  take(): Interval | null {
    if (this.#sums === null) return null;
    const told = this.#sums.told(this.#facts);
    const interval = { fromMs: this.#fromMs, toMs: this.#toMs, ...told, inFlight: this.#inFlight };
    this.#sums = null;
    [this.#fromMs, this.#toMs] = [Infinity, -Infinity];
    return interval;
  }
}

class Sums {
  readonly targets: readonly TargetRecording[];
  readonly lag = new Tally();

  constructor(targetCount: number) {
    this.targets = Array.from({ length: targetCount }, () => new TargetRecording());
  }

  absorb(part: Pick<RecordingPart, 'lag' | 'targets'>): void {
    this.lag.absorb(part.lag);
    part.targets.forEach((target, index) => this.targets[index]?.absorb({ ...target, connection: NOT_KEPT }));
  }

  told(facts: readonly TargetFacts[]): Pick<Interval, 'targets' | 'lag'> {
    const targets = this.targets.flatMap((target, index): TargetInterval[] => {
      const own = facts[index];
      return own === undefined ? [] : [targetInterval(own, target)];
    });
    return { targets, lag: this.lag };
  }

  clear(): void {
    this.lag.take();
    for (const target of this.targets) target.take();
  }
}

function targetPart(target: TargetInterval): TargetPart {
  return {
    ...target,
    inFlight: 0,
    statuses: [...target.statuses],
    causes: [...target.causes],
    response: target.response.copy(),
    responseFailed: target.responseFailed.copy(),
    service: target.service.copy(),
    connection: NOT_KEPT,
  };
}

function targetInterval(
  { name, method, scheme, host, port }: TargetFacts,
  target: TargetRecording,
): TargetInterval {
  const { sent, completed, broken, failed, dropped } = target;
  const { statuses, causes, response, responseFailed, service } = target;
  return {
    name,
    method,
    scheme,
    host,
    port,
    sent,
    completed,
    broken,
    failed,
    dropped,
    statuses,
    causes,
    response,
    responseFailed,
    service,
  };
}
