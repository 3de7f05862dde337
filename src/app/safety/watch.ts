/**
 * Watches a run while it lasts: shows how it goes, and stops it for the breaker, for an `abort` objective, when it takes
 * too long, or when it was to end as soon as everything is decided.
 */

import type { ServerLooks } from '../../core/server/signal.ts';
import { formatDurationMs } from '../../core/units.ts';
import type { LoadRun } from '../../load/load-run.ts';
import type { GeneratorLimits } from '../../load/protocol.ts';
import type { Pulse } from '../../load/pulse.ts';
import { parseObjective } from '../../plan/objective.ts';
import { DEFAULTS, type Plan } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import type { DecisionRule } from '../../verdict/objective/question.ts';
import { layoutFor } from '../../verdict/objective-scopes.ts';
import type { Stop } from '../../verdict/verdict.ts';
import { type LiveState, LiveView } from '../live.ts';
import { Breaker } from './breaker.ts';
import { type Look, Looks } from './looks.ts';

type Stoppable = Pick<LoadRun, 'stop'>;

/** A watch over one run. */
export interface RunWatch {
  readonly onPulse: (run: Stoppable, pulse: Pulse, worker: number) => void;
  /** @param servers how they were until now; absent: nobody looked */
  readonly onPart: (run: Stoppable, recording: Recording, servers?: readonly ServerLooks[]) => void;
  /** How the run came to its end, as far as the watch had a part in it. */
  readonly ending: () => Ending;
}

/** What a watch knows of a run's end. */
export interface Ending {
  /** Who stopped the run; null when nobody did, or when it was over because everything was decided. */
  readonly stopped: Stop | null;
  /** When a run that goes on until all is decided ended for that, ms of its measured part; null: it did not. */
  readonly decidedMs: number | null;
  /** True when it ended since what was open was about stages that were over. */
  readonly isOver?: boolean;
  /** How the run is to be judged: what a look has ended, by that look, with the answers that came since. */
  readonly rule: DecisionRule;
  /** The rule for the objectives that were looked at, when no look ended the run. */
  readonly abortRule?: DecisionRule;
}

/** What the watch may do. */
export interface WatchOptions {
  readonly breaker: boolean;
  /** Length from which `untilDecided` ends the run, ms: its schedule as planned. Absent: it does not. */
  readonly decidedFromMs?: number;
  readonly say: (line: string) => void;
  readonly onLive?: (state: LiveState) => void;
}

/** A watch over a run of this plan. */
export function watchRun(plan: Plan, limits: GeneratorLimits, options: WatchOptions): RunWatch {
  const watch = new Watch(plan, limits, options);
  return {
    onPulse: (run, pulse, worker) => watch.onPulse(run, pulse, worker),
    onPart: (run, recording, servers) => watch.onPart(run, recording, servers),
    ending: () => watch.ending(),
  };
}

class Watch {
  readonly #plan: Plan;
  readonly #options: WatchOptions;
  readonly #view: LiveView;
  readonly #breaker: Breaker | null;
  readonly #looks: Looks;
  #stopped: Stop | null = null;
  #decidedMs: number | null = null;
  /** The look that ended the run. */
  #lastLook: Look | null = null;

  constructor(plan: Plan, limits: GeneratorLimits, options: WatchOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#view = new LiveView(plan);
    this.#looks = new Looks(plan);
    const isArmed = options.breaker && plan.load.requests === null;
    const { breakerMs } = layoutFor(plan);
    this.#breaker = isArmed
      ? new Breaker({ errorRatio: errorLimit(plan), inFlight: limits.maxPending, slowMs: breakerMs })
      : null;
  }

  onPulse(run: Stoppable, pulse: Pulse, worker: number): void {
    const state = this.#view.feed(pulse, worker);
    this.#options.onLive?.(state);
    const trip = this.#breaker?.feed(pulse, worker) ?? null;
    if (trip !== null) this.#stop(run, { by: 'breaker', text: trip.text });
    const { maxDurationMs, warmupMs, requests } = this.#plan.load;
    // A schedule is never longer: only a number of requests may take any time.
    if (requests === null || maxDurationMs === null || state.elapsedMs - warmupMs <= maxDurationMs) return;
    const text = `the longest duration of ${formatDurationMs(maxDurationMs)} is over`;
    this.#stop(run, { by: 'abort', text });
  }

  onPart(run: Stoppable, recording: Recording, servers: readonly ServerLooks[] = []): void {
    const { objectives, load } = this.#plan;
    const isAsked = this.#options.decidedFromMs !== undefined || objectives.some(({ abort }) => abort);
    if (!isAsked || this.#isOver) return;
    const look = this.#looks.at(this.#view.state().elapsedMs - load.warmupMs, recording, servers);
    if (look === null) return;
    const { broken, progress, atMs } = look;
    const isEnough = progress !== 'open' && atMs >= (this.#options.decidedFromMs ?? Infinity);
    if (broken === null && !isEnough) return;
    this.#lastLook = look;
    if (broken === null) this.#decide(run, look);
    else this.#stop(run, { by: 'abort', text: `${broken.text} is breached` });
  }

  ending(): Ending {
    return { stopped: this.#stopped, decidedMs: this.#decidedMs, rule: this.#rule, ...this.#details };
  }

  get #details(): Pick<Ending, 'isOver' | 'abortRule'> {
    const { abortRule } = this.#looks;
    if (this.#decidedMs !== null && this.#lastLook?.progress === 'over') return { isOver: true };
    return abortRule === null || this.#rule.kind === 'looks' ? {} : { abortRule };
  }

  get #rule(): DecisionRule {
    if (this.#lastLook !== null) return this.#lastLook.rule;
    return this.#options.decidedFromMs === undefined ? { kind: 'once' } : this.#looks.nextRule;
  }

  get #isOver(): boolean {
    return this.#stopped !== null || this.#decidedMs !== null;
  }

  #stop(run: Stoppable, why: Stop): void {
    if (this.#isOver) return;
    this.#stopped = why;
    this.#options.say(`stopping: ${why.text}`);
    run.stop();
  }

  #decide(run: Stoppable, { atMs, progress }: Look): void {
    this.#decidedMs = atMs;
    const after = formatDurationMs(atMs);
    this.#options.say(
      progress === 'over'
        ? `after ${after} only stages that are over are not decided`
        : `every objective is decided after ${after}`,
    );
    run.stop();
  }
}

/** The loosest limit of errors, of those overall if there are any: what the plan itself calls too many. */
function errorLimit({ objectives }: Plan): number {
  const bounds = objectives.filter(({ indicator, op }) => indicator.kind === 'errors' && op.startsWith('<'));
  const overall = bounds.filter(({ target }) => target === null);
  const limits = (overall.length > 0 ? overall : bounds).map(({ limit }) => limit);
  return limits.length > 0 ? Math.max(...limits) : parseObjective(DEFAULTS.objective).limit;
}
