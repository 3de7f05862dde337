/** Makes the part of a shard's result out of what it measured. */

import { safeText } from '../../core/text.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RunFacts } from '../../verdict/verdict.ts';
import type { Measured } from '../build.ts';
import { judgedPlan } from './judged-plan.ts';
import { PART_VERSION, type PartDocument } from './part.ts';
import { writeRecording } from './recording-text.ts';

/** What a shard measured. */
export interface PartInput {
  readonly plan: Plan;
  readonly facts: RunFacts;
  readonly measured: Measured;
  /** A command line that runs the whole plan on one machine. */
  readonly repeat: string;
  readonly redact: (text: string) => string;
}

/** The part, with no secret in it. */
export function writePart({ plan, facts, measured, repeat, redact }: PartInput): PartDocument {
  const { askedPeakPerSecond: _, closedLoop: __, chosenConnections: ___, ...generator } = facts.generator;
  const { startedAtWallMs, durationMs, offeredMs, recording } = measured;
  const conducts = generator.conducts.map(({ runMs, busyMs, stalls, stallMaxMs }) => {
    return { runMs, busyMs, stalls, stallMaxMs };
  });
  return {
    version: PART_VERSION,
    repeat: redact(repeat),
    plan: judgedPlan(plan, redact),
    startedAtWallMs,
    durationMs,
    offeredMs,
    generator: { ...generator, conducts, leastAgeMs: facts.drainMs ?? null },
    rule: facts.rule ?? { kind: 'once' },
    abortRule: facts.abortRule ?? null,
    recording: writeRecording(recording, (text) => safeText(redact(text))),
  };
}
