/** All blocks of one side, laid one behind another as if they were one run. */

import { Recording } from '../../record/recording.ts';
import { merged, shifted } from '../capacity/rate-pool.ts';
import type { Measured } from '../objective/question.ts';
import type { GeneratorFacts } from '../validity.ts';

/** A block that ended. */
export interface BlockTrial {
  readonly measured: Measured;
  readonly generator: GeneratorFacts;
  /** From the start of its measured part to the end of its drain, ms. */
  readonly durationMs: number;
}

/** What the blocks of a side add up to. */
export class SidePool {
  measured: Measured;
  generator: GeneratorFacts;
  /** Sum of the blocks with their drains, ms. */
  durationMs = 0;
  #blocks = 0;

  /** @param first what the pool begins with; it is absorbed like the others */
  constructor({ measured, generator }: BlockTrial) {
    const { plan, recording } = measured;
    this.measured = { plan, recording: new Recording(recording.layout), offeredMs: 0, trialStarts: [] };
    this.generator = generator;
  }

  /** Takes the recording of a block, which is empty afterwards. */
  absorb({ measured: { recording, offeredMs }, generator, durationMs }: BlockTrial): void {
    const { windowMs } = this.measured.recording.layout;
    const first = Math.ceil(this.measured.offeredMs / windowMs);
    const length = Math.ceil(offeredMs / windowMs);
    this.measured.recording.absorb(shifted(recording.take(), first, { length, windowMs }));
    this.measured = {
      ...this.measured,
      offeredMs: first * windowMs + offeredMs,
      trialStarts: [...(this.measured.trialStarts ?? []), first],
    };
    this.generator = this.#blocks === 0 ? generator : merged(this.generator, generator);
    this.#blocks += 1;
    this.durationMs += durationMs;
  }
}
