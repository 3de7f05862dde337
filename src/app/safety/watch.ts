/**
 * Watches a run while it lasts: shows how it goes, and stops it for the breaker, for an `abort` objective, or when
 * it takes too long.
 */

import { formatDurationMs } from '../../core/units.ts';
import type { LoadRun } from '../../load/load-run.ts';
import type { GeneratorLimits } from '../../load/protocol.ts';
import type { Pulse } from '../../load/pulse.ts';
import { parseObjective } from '../../plan/objective.ts';
import { DEFAULTS, type Plan } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import { judgeObjectives } from '../../verdict/objectives.ts';
import type { Stop } from '../../verdict/verdict.ts';
import { type LiveState, LiveView } from '../live.ts';
import { Breaker } from './breaker.ts';

/** How often `abort` objectives are looked at, ms: each look is another chance to be wrong. */
const LOOK_MS = 5000;

type Stoppable = Pick<LoadRun, 'stop'>;

/** A watch over one run. */
export interface RunWatch {
  readonly onPulse: (run: Stoppable, pulse: Pulse, worker: number) => void;
  readonly onPart: (run: Stoppable, recording: Recording) => void;
  /** Who stopped the run; null when nobody did. */
  readonly stopped: () => Stop | null;
}

/** What the watch may do. */
export interface WatchOptions {
  readonly breaker: boolean;
  readonly say: (line: string) => void;
  readonly onLive?: (state: LiveState) => void;
}

/** A watch over a run of this plan. */
export function watchRun(plan: Plan, limits: GeneratorLimits, options: WatchOptions): RunWatch {
  const view = new LiveView(plan);
  const isArmed = options.breaker && plan.load.requests === null;
  const breaker = isArmed ? new Breaker({ errorRatio: errorLimit(plan), inFlight: limits.maxPending }) : null;
  let stopped: Stop | null = null;
  let lookedMs = 0;
  const stop = (run: Stoppable, why: Stop): void => {
    if (stopped !== null) return;
    stopped = why;
    options.say(`stopping: ${why.text}`);
    run.stop();
  };
  return {
    onPulse: (run, pulse, worker) => {
      const state = view.feed(pulse, worker);
      options.onLive?.(state);
      const trip = breaker?.feed(pulse, worker) ?? null;
      if (trip !== null) stop(run, { by: 'breaker', text: trip.text });
      const { maxDurationMs, warmupMs } = plan.load;
      if (maxDurationMs !== null && state.elapsedMs - warmupMs > maxDurationMs) {
        stop(run, {
          by: 'abort',
          text: `the longest duration of ${formatDurationMs(maxDurationMs)} is over`,
        });
      }
    },
    onPart: (run, recording) => {
      const sinceMs = view.state().elapsedMs - plan.load.warmupMs;
      if (sinceMs - lookedMs < LOOK_MS || !plan.objectives.some(({ abort }) => abort)) return;
      lookedMs = sinceMs;
      const broken = abortReason(plan, recording, sinceMs);
      if (broken !== null) stop(run, { by: 'abort', text: broken });
    },
    stopped: () => stopped,
  };
}

/** The loosest limit of errors overall: what the plan itself calls too many. */
function errorLimit({ objectives }: Plan): number {
  const limits = objectives
    .filter(
      ({ indicator, target, op }) => indicator.kind === 'errors' && target === null && op.startsWith('<'),
    )
    .map(({ limit }) => limit);
  return limits.length > 0 ? Math.max(...limits) : parseObjective(DEFAULTS.objective).limit;
}

function abortReason(plan: Plan, recording: Recording, offeredMs: number): string | null {
  const { objectives } = judgeObjectives({ plan, recording, offeredMs });
  const broken = objectives.find(
    ({ finding }, index) => finding.status === 'fail' && plan.objectives[index]?.abort === true,
  );
  return broken === undefined ? null : `${broken.finding.text} is breached`;
}
