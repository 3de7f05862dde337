/** The launch question, asked of a plan's targets: ground, announcement, trials, document. */

import { UsageError } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';
import type { LaunchQuestion, Plan } from '../../plan/plan.ts';
import type { ResultDocument } from '../../result/document.ts';
import { capacityReport } from '../../verdict/capacity/capacity-report.ts';
import { launchVerdict } from '../../verdict/launch/answer.ts';
import { LaunchSearch } from '../../verdict/launch/launch-search.ts';
import { askedRates, rateText } from '../../verdict/launch/questions.ts';
import type { Ground, Subject } from '../send.ts';
import type { World } from '../world.ts';
import { carryOut, type Place, prepareSearch, type SearchOptions } from './carry-out.ts';
import { searchDocument } from './document.ts';

/** What is asked beside the plan's question; null: the default. */
export interface LaunchWish {
  /** Longest that all may take, ms; default: ten minutes, and what surge and soak take. */
  readonly maxDurationMs: number | null;
  /** Highest rate to send, per second; default: four times the highest that is asked about. */
  readonly maxPerSecond: number | null;
  /** How long the objectives may be breached after a jump to the peak, ms; default: it is not tried. */
  readonly surgeMs: number | null;
  /** Length of a soak at the peak, ms; default: none. */
  readonly soakMs: number | null;
  /** Look for the capacity with the time that is left after the answer. */
  readonly bracket: boolean;
  /** Flaws of a yes that are no reason to fail. */
  readonly acceptNoMargin: boolean;
  readonly acceptNoSpareZone: boolean;
}

const BUDGET_MS = 600_000;
/** What a surge takes beyond thrice the time that it allows, ms. */
const SURGE_MS = 60_000;

/** How far above the highest question the capacity is looked for: beyond, it is of no interest to this launch. */
const BRACKET_FACTOR = 4;

/**
 * Asks whether the plan's targets can take its launch. The document's totals are those of the rate that the answer
 * rests on.
 *
 * @throws UsageError when nothing is asked, or nothing may be sent  @throws InternalError for a bug of ours
 */
export async function askLaunch(
  subject: Subject,
  world: World,
  options: SearchOptions & LaunchWish,
): Promise<ResultDocument> {
  const place = { subject, world, options };
  const question = questionOf(subject.plan);
  const { ground, maxPerSecond } = await groundFor(place, question, options.maxPerSecond);
  const search = new LaunchSearch(subject.plan, question, {
    surgeMs: options.surgeMs,
    soakMs: options.soakMs,
    budgetMs: budgetOf(options),
    bracket: options.bracket,
    maxPerSecond,
  });
  const estimateMs = search.state(0).leftMs;
  announce(search, estimateMs, options);
  const carried = await carryOut(search, ground, place);
  const launch = search.report({ noMargin: options.acceptNoMargin, noSpareZone: options.acceptNoSpareZone });
  const { elapsedMs } = carried;
  const capacity = { ...capacityReport(search.capacity), estimateMs, elapsedMs };
  const verdict = launchVerdict(launch);
  return searchDocument(
    { command: 'launch', decisive: search.decisive, capacity, launch, verdict },
    carried,
    place,
  );
}

function questionOf({ launch }: Plan): LaunchQuestion {
  if (launch !== undefined) return launch;
  throw new UsageError('the expected peak is not given', {
    hint: 'add --peak 3000/s, or --users 20000 --think 30s --requests-per-visit 8, or launch: in the plan',
  });
}

/** Ground on which the capacity can be looked for as well; where that may not be, for the question alone. */
async function groundFor(
  place: Place,
  question: LaunchQuestion,
  wished: number | null,
): Promise<{ readonly ground: Ground; readonly maxPerSecond: number }> {
  const highest = Math.max(...askedRates(question).map(({ ratePerSecond }) => ratePerSecond));
  const maxPerSecond = wished ?? BRACKET_FACTOR * highest;
  try {
    return { ground: await prepareSearch(place, maxPerSecond), maxPerSecond };
  } catch (error) {
    if (!(error instanceof UsageError) || maxPerSecond <= highest) throw error;
    return { ground: await prepareSearch(place, highest), maxPerSecond: highest };
  }
}

function budgetOf({ maxDurationMs, surgeMs, soakMs }: LaunchWish): number {
  const surge = surgeMs === null ? 0 : 3 * surgeMs + SURGE_MS;
  return maxDurationMs ?? BUDGET_MS + surge + (soakMs ?? 0);
}

/** What will be done, and how long it takes. */
function announce(search: LaunchSearch, estimateMs: number | null, { say }: SearchOptions): void {
  const { question, plan, options } = search;
  const [first, ...others] = askedRates(question).map((asked) => rateText(asked, question));
  const objectives = plan.objectives.map(({ text }) => text).join(', ');
  say(`asking whether ${objectives} holds at ${first ?? ''}`);
  if (others.length > 0) say(`if not, at ${others.join('; then at ')}`);
  const most = formatDurationMs(options.budgetMs ?? 0);
  say(
    estimateMs === null
      ? `this takes at most ${most}`
      : `the answer takes about ${formatDurationMs(Math.ceil(estimateMs / 5000) * 5000)} if all goes well; with what is left of ${most} the capacity is looked for`,
  );
}
