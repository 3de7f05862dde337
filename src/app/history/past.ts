/** What earlier runs say before a run begins: its baseline, and the limits that follow from it. */

import type { BaselineRuns, HistoryStore, Kin, Lineage } from '../../history/store.ts';
import { planHash } from '../../plan/canonical.ts';
import type { Objective, Plan } from '../../plan/plan.ts';
import { isAwaiting, resolvedObjective } from '../../plan/question/baseline-limit.ts';
import type { BaselineFacts, Reason, ResultDocument } from '../../result/document.ts';
import { median } from '../../stats/trend.ts';
import type { World } from '../world.ts';
import { CREEP_RUNS, creepOf } from './creep.ts';
import { indicatorValue } from './indicator-value.ts';
import { type HistoryPlace, hasHistory, withHistory } from './open.ts';
import { untoldBy, withoutBaseline } from './unknown.ts';

/** A plan with what is known of its past. */
export interface Past {
  /** Its limits are numbers where the baseline knows them. */
  readonly plan: Plan;
  /** Null without a baseline. */
  readonly baseline: BaselineFacts | null;
  /** Of the baseline's runs, newest first. */
  readonly results: readonly ResultDocument[];
  /** How the baseline got worse, little by little; null where it did not, and where it was chosen by hand. */
  readonly creep: Reason | null;
}

/** What is known without a history. */
export function noPast(plan: Plan): Past {
  return { plan, baseline: null, results: [], creep: null };
}

/** A plan, and the file it was read from. */
export interface PlacedPlan {
  readonly plan: Plan;
  readonly planFile?: string;
}

/** Looks for the baseline of a plan on this machine. @throws OutputError when the history cannot be used */
export async function pastOf(
  { plan, planFile }: PlacedPlan,
  world: Pick<World, 'files' | 'clock' | 'machine' | 'version' | 'nodeVersion'>,
  place: Omit<HistoryPlace, 'world'>,
): Promise<Past> {
  const here = { ...place, world };
  if (!hasHistory(here)) return noPast(plan);
  const { baselineFacts } = await import('../../history/baseline.ts');
  const lineage = await lineageOf(plan, world);
  return withHistory(here, (store) => {
    const { source, results } = readBaseline(store, lineage);
    const isWanting = results.length === 0 && plan.objectives.some(isAwaiting);
    const kin = isWanting ? store.kin(lineage, planFile ?? null) : null;
    const objectives = plan.objectives.map((objective) => resolved(objective, results, kin));
    const creep = source === 'pinned' ? null : creepOf(store.fit(lineage, CREEP_RUNS));
    return { plan: { ...plan, objectives }, baseline: baselineFacts(results, source), results, creep };
  });
}

/**
 * The baseline of a result that was made elsewhere, such as of shards, without itself. Null without a history.
 *
 * @throws OutputError when the history cannot be used
 */
export async function pastOfResult(result: ResultDocument, place: HistoryPlace): Promise<Omit<Past, 'plan'>> {
  if (!hasHistory(place)) return { baseline: null, results: [], creep: null };
  const { generatorOf } = await import('../../history/generator.ts');
  const { baselineFacts } = await import('../../history/baseline.ts');
  const lineage = { planHash: result.planHash, generator: generatorOf(result).hash };
  const found = await withHistory(place, (store) => readBaseline(store, lineage));
  const results = found.results.filter(({ runId }) => runId !== result.runId);
  return { baseline: baselineFacts(results, found.source), results, creep: null };
}

/** A plan on this machine. */
async function lineageOf(
  plan: Plan,
  { machine, version, nodeVersion }: Pick<World, 'machine' | 'version' | 'nodeVersion'>,
): Promise<Lineage> {
  const { generatorOf } = await import('../../history/generator.ts');
  const { hash } = generatorOf({ host: machine, tool: { version, node: nodeVersion } });
  return { planHash: planHash(plan), generator: hash };
}

/** Documents of a baseline, newest first. */
export interface FoundBaseline {
  readonly source: BaselineRuns['source'];
  readonly results: readonly ResultDocument[];
}

/** The baseline of a lineage with its documents. */
export function readBaseline(store: HistoryStore, lineage: Lineage): FoundBaseline {
  const { source, runs } = store.baseline(lineage);
  return { source, results: runs.map((run) => store.document(run)) };
}

/**
 * The objective with its limit as a number: from the median of its indicator's values in the runs that know one; else
 * with why it is not known. @param kin of a plan without a baseline
 */
export function resolved(
  objective: Objective,
  results: readonly ResultDocument[],
  kin: Kin | null = null,
): Objective {
  const { baseline } = objective;
  if (baseline === undefined || !isAwaiting(objective)) return objective;
  const values = results.flatMap((result) => indicatorValue(result, objective) ?? []);
  if (values.length > 0) return resolvedObjective(objective, { value: median(values), runs: values.length });
  const unknown =
    results.length > 0 ? untoldBy(objective, results) : kin === null ? null : withoutBaseline(kin);
  return unknown === null ? objective : { ...objective, baseline: { ...baseline, unknown } };
}
