/** headroom for programs: run a plan and get its result as data. The command line is built on the same parts. */

import { stateFolder } from './app/machine/calibration.ts';
import { measure } from './app/measure.ts';
import { planReads } from './app/plan-source.ts';
import { guestWorld } from './app/world.ts';
import type { Overrides } from './plan/flags.ts';
import { parsePlan } from './plan/parse.ts';
import type { ResultDocument } from './result/document.ts';

export { EXIT } from './app/exit.ts';
export type { LiveState } from './app/live.ts';
export { InternalError, OutputError, ToolError, UsageError } from './core/errors.ts';
export { planHash, redactedPlan } from './plan/canonical.ts';
export type { Overrides } from './plan/flags.ts';
export { type PlanReads, type PlanText, parsePlan } from './plan/parse.ts';
export type { Plan, Secrets } from './plan/plan.ts';
export { planJsonSchema } from './plan/schema.ts';
export { decodeResult } from './result/decode.ts';
export type { ResultDocument } from './result/document.ts';
export { encodeResult } from './result/encode.ts';

/** What to run, and how. */
export interface RunOptions extends Overrides {
  /** A plan as YAML or JSON text; the other options win over it. Without it `url` says where to. */
  readonly plan?: string;
  /** Path of the plan, for messages and for the files it refers to. Default: `plan`, in the working directory. */
  readonly planFile?: string;
  /** These servers are mine: allows public addresses above 50 requests per second. Default false. */
  readonly yesIOwnThis?: boolean;
  /** Stop when the server is failing. Default true; never with `requests`. */
  readonly breaker?: boolean;
  /** Folder of the calibration cache. Default: as the command line. */
  readonly stateFolder?: string;
  /** Stops the run; what was measured until then is judged and returned, with `stopped.by` `signal`. */
  readonly signal?: AbortSignal;
  /** Told four times a second how things are. */
  readonly onLive?: Parameters<typeof measure>[2]['onLive'];
  /** Told remarks, a line each. */
  readonly onRemark?: (line: string) => void;
}

/**
 * Runs a plan and resolves with its result, whatever the verdict: a failing server is a result, not an error.
 * Prints nothing, writes nothing but the calibration cache, and leaves the process's signals alone.
 *
 * @example const result = await run({ url: 'http://127.0.0.1:8080/', rate: '100/s', objectives: ['p99 < 250ms'] });
 * @throws UsageError when the plan is wrong or may not be run; nothing was sent then
 * @throws InternalError for a bug in headroom
 */
export async function run(options: RunOptions): Promise<ResultDocument> {
  const world = guestWorld(options.signal);
  const { plan: text, planFile, onLive } = options;
  const source = text === undefined ? null : { file: planFile ?? 'plan', text };
  const { plan, secrets } = parsePlan(source, options, planReads(world));
  return measure({ plan, secrets }, world, {
    owned: options.yesIOwnThis === true,
    breaker: options.breaker !== false,
    stateFolder: stateFolder(options.stateFolder ?? null, world),
    repeat: `headroom run --plan ${planFile ?? 'headroom.yaml'} --seed ${plan.seed}`,
    say: options.onRemark ?? (() => undefined),
    ...(onLive === undefined ? {} : { onLive }),
  });
}
