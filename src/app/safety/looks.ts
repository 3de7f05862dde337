/**
 * Looks at a run while it lasts: at what was recorded so far, by a rule that may be asked again and again. Rare looks on
 * whole batches, since each needs enough of them to see how far attempts depend on each other.
 */

import type { ServerLooks } from '../../core/server/signal.ts';
import type { Plan } from '../../plan/plan.ts';
import { prolongedFromMs, scheduledMs } from '../../plan/question/until-decided.ts';
import { Recording } from '../../record/recording.ts';
import type { Finding, Status } from '../../verdict/finding.ts';
import { type DecisionRule, longestAnswerMs } from '../../verdict/objective/question.ts';
import { judgeObjectives, type Measured } from '../../verdict/objectives.ts';

/** Time before the first look and between two, ms: ten batches of a second. */
const LOOK_MS = 10_000;
/** Workers tell what they have once a second: what was due earlier than this is recorded, or under way, ms. */
const SETTLED_MS = 1250;
/** What a look found. */
export interface Look {
  /** The first objective marked `abort` that is breached, ramps looked at as well; null: none. */
  readonly broken: Finding | null;
  /** `over`: what is open is about stages that are over, and that no time will decide. */
  readonly progress: 'decided' | 'over' | 'open';
  /** From the start of the measured part, ms. */
  readonly atMs: number;
  /** The rule that it went by. */
  readonly rule: DecisionRule;
}

/** The looks at one run. */
export class Looks {
  readonly #plan: Plan;
  readonly #endMs: number;
  #count = 0;
  #lastMs = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#endMs = scheduledMs(plan.load) ?? Infinity;
  }

  /** The rule for whoever looks next, or judges at the end. */
  get nextRule(): DecisionRule {
    return { kind: 'looks', look: this.#count + 1 };
  }

  /** The same for those who judge at the end, when the looks were for a breach alone; null when there were none. */
  get abortRule(): DecisionRule | null {
    return this.#count === 0 ? null : { kind: 'looks', look: this.#count + 1, isHeldOnce: true };
  }

  /**
   * Looks, when it is time to. Null when it is not: too early, too soon after the last look, or past the schedule's end.
   *
   * @param sinceMs from the start of the measured part
   * @param servers how they were until now
   */
  at(sinceMs: number, recording: Recording, servers: readonly ServerLooks[] = []): Look | null {
    if (sinceMs - this.#lastMs < LOOK_MS || sinceMs >= this.#endMs) return null;
    const rule = this.nextRule;
    this.#count += 1;
    this.#lastMs = sinceMs;
    const offeredMs = sinceMs - SETTLED_MS;
    const measured = { plan: this.#plan, recording: recordedSoFar(recording), offeredMs, rule, servers };
    return { broken: brokenIn(measured), progress: progressOf(measured), atMs: sinceMs, rule };
  }
}

function brokenIn(measured: Measured): Finding | null {
  const asked = measured.plan.objectives;
  if (!asked.some(({ abort }) => abort)) return null;
  const { objectives } = judgeObjectives({ ...measured, parts: { withRamps: true } });
  const broken = objectives.find(({ finding }, index) => {
    return finding.status === 'fail' && asked[index]?.abort === true;
  });
  return broken?.finding ?? null;
}

/** Windows in which something may be under way are left to the next look. */
function progressOf(measured: Measured): Look['progress'] {
  const settledMs = measured.offeredMs - longestAnswerMs(measured.plan);
  const all = statusesOf({ ...measured, parts: { settledMs } });
  if (all.length === 0) return 'open';
  if (!all.includes('inconclusive')) return 'decided';
  const judgedFromMs = prolongedFromMs(measured.plan.load);
  if (judgedFromMs === 0 || judgedFromMs > settledMs) return 'open';
  const going = statusesOf({ ...measured, parts: { settledMs, judgedFromMs } });
  return all.every((status, index) => status !== 'inconclusive' || going[index] === 'pass') ? 'over' : 'open';
}

function statusesOf(measured: Measured): Status[] {
  return judgeObjectives(measured).objectives.map(({ finding }) => finding.status);
}

/** A copy in which everything under way counts as not answered: it must neither help a pass nor make a fail. */
export function recordedSoFar(recording: Recording): Recording {
  const copy = new Recording(recording.layout);
  const part = recording.take();
  recording.absorb(part);
  copy.absorb(part);
  const { counts, targets } = copy;
  counts.inFlight = Math.max(0, counts.planned - counts.dropped - counts.completed - counts.broken);
  for (const target of targets) target.inFlight = Math.max(0, target.sent - target.completed - target.broken);
  return copy;
}
