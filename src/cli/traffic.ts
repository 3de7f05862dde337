/** What the commands that send traffic share: finding and reading the plan, and a run with its live display. */

import { environmentRemarks, refuseBlindTls } from '../app/environment.ts';
import { noPast, type Past, type PlacedPlan, pastOf } from '../app/history/past.ts';
import { heldAgainst } from '../app/history/regression.ts';
import { stateFolder } from '../app/machine/state-folder.ts';
import { measure } from '../app/measure.ts';
import { findPlan, planReads, readPlanFile } from '../app/plan-source.ts';
import type { Subject } from '../app/send.ts';
import { OutputError, UsageError } from '../core/errors.ts';
import type { Overrides } from '../plan/flags.ts';
import { type PlanReads, type PlanText, parsePlan } from '../plan/parse.ts';
import { secretValues } from '../plan/secrets.ts';
import type { ResultDocument } from '../result/document.ts';
import { ciOf, maskSecrets } from './ci/service.ts';
import { deliver, destinationsFor } from './delivery.ts';
import { historyPlace } from './history/place.ts';
import { overridesOf } from './overrides.ts';
import { createProgress, type Progress, progressPlace } from './progress.ts';
import { measureServed } from './run/server.ts';
import { observeWish } from './run/server-side.ts';
import { refuseDrawnSeed, type ShardOptions, shardOptions } from './run/shard.ts';
import { repeatLine } from './secrecy.ts';
import type { Outcome, Session } from './session.ts';

/** What a plan is made of. */
export interface PlanInput {
  readonly source: PlanText | null;
  readonly overrides: Overrides;
}

/** A plan ready to run. */
export interface OpenedPlan extends Subject {
  /** Somebody answers for the targets. */
  readonly owned: boolean;
}

/**
 * The plan file that is named or found, and the flags: with a URL no plan file is looked for.
 *
 * @param overrides which flags change the plan
 */
export function planInput(session: Session, overrides: typeof overridesOf = overridesOf): PlanInput {
  const { flags, operands, world } = session;
  const [url] = operands;
  const path = flags.text('plan') ?? (url === undefined ? findPlan(world) : null);
  if (path === null && url === undefined) {
    // Behind --ci it was taken for the name of a service, and that is what to say.
    ciOf(session);
    throw new UsageError('there is neither a URL nor a plan file', {
      hint: 'give a URL such as http://localhost:8080/, or write a headroom.yaml',
    });
  }
  return { source: path === null ? null : readPlanFile(path, world), overrides: overrides(flags, url) };
}

/**
 * Reads the plan, takes its secrets into the vault, and says what the environment would have changed.
 *
 * @param parse reads it
 */
export function openPlan(
  session: Session,
  input: PlanInput,
  parse: typeof parsePlan = parsePlan,
): OpenedPlan {
  const { flags, world, vault, say } = session;
  refuseBlindTls(world.env);
  const { plan, secrets } = parse(input.source, input.overrides, readsFor({ flags, world }));
  vault.add(secretValues(plan, secrets));
  maskSecrets(session);
  for (const remark of environmentRemarks(world.env, plan.http.proxy !== null)) say(remark);
  const planFile = input.source === null ? {} : { planFile: input.source.file };
  return { plan, secrets, ...planFile, owned: plan.owner !== null || flags.has('yesIOwnThis') };
}

/** What reading the plan may reach; a shard draws no seed. */
function readsFor({ flags, world }: Pick<Session, 'flags' | 'world'>): PlanReads {
  const reads = planReads(world);
  return flags.text('shard') === undefined ? reads : { ...reads, drawSeed: refuseDrawnSeed };
}

/** Runs the plan, prints and writes its report. */
export async function runTraffic(session: Session, input: PlanInput): Promise<Outcome> {
  const destinations = destinationsFor(session);
  const opened = openPlan(session, input);
  const shard = shardOptions(session, opened.plan);
  const past = await knownPast(session, opened);
  const known = { ...opened, plan: past.plan };
  const result = await measureServed(session, known, () => measured(session, known, shard));
  const held = await heldAgainst(result, past);
  return deliver(held, destinations, session);
}

/** What the history says of a plan, unless it is to be left alone. A history that cannot be read is said, and no reason to stop. */
export async function knownPast(session: Session, opened: PlacedPlan): Promise<Past> {
  const place = historyPlace(session);
  if (place === null) return noPast(opened.plan);
  try {
    return await pastOf(opened, session.world, place);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    session.say(error.message);
    return noPast(opened.plan);
  }
}

async function measured(session: Session, opened: OpenedPlan, shard: ShardOptions): Promise<ResultDocument> {
  const { flags, world, args, vault } = session;
  const wish = observeWish(flags);
  const progress = progressOf(session);
  try {
    return await measure(opened, world, {
      owned: opened.owned,
      breaker: flags.text('breaker') !== 'off',
      stateFolder: stateFolder(flags.text('stateDir') ?? null, world),
      repeat: repeatLine(args, opened.plan.seed),
      ...shard,
      ...wish,
      say: (line) => {
        if (!flags.has('quiet')) progress.say(`headroom: ${vault.show(line)}`);
      },
      onLive: (state) => progress.update(state, world.clock.nowMs()),
    });
  } finally {
    progress.finish();
  }
}

/** The live display of a run. */
export function progressOf(session: Session): Progress {
  const { out, options } = progressPlace(session);
  return createProgress(out, options);
}
