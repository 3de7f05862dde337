/** The launch question, asked of a plan's targets: ground, announcement, trials, document. */

import { UsageError } from '../../core/errors.ts';
import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { LaunchQuestion, Plan } from '../../plan/plan.ts';
import type { ResultDocument } from '../../result/document.ts';
import { capacityReport } from '../../verdict/capacity/capacity-report.ts';
import { launchVerdict } from '../../verdict/launch/answer.ts';
import { LaunchSearch } from '../../verdict/launch/launch-search.ts';
import { askedRates, rateText } from '../../verdict/launch/questions.ts';
import { emitting } from '../emit/emitting.ts';
import type { Ground, Subject } from '../send.ts';
import type { World } from '../world.ts';
import { carryOut, heardBy, type Place, prepareSearch, type SearchOptions } from './carry-out.ts';
import { searchDocument } from './document.ts';
import { checkBudget } from './least-budget.ts';

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
  const withBudget = (budgetMs: number): LaunchSearch =>
    new LaunchSearch(subject.plan, question, { ...search.options, budgetMs });
  checkBudget(search.options.budgetMs, withBudget);
  const estimateMs = search.state(0).leftMs;
  announce(search, options);
  return emitting({ subject, ground, say: options.say }, async (listeners, end) => {
    const carried = await carryOut(search, ground, heardBy(place, listeners));
    const sinks = await end();
    const launch = search.report({
      noMargin: options.acceptNoMargin,
      noSpareZone: options.acceptNoSpareZone,
    });
    const { elapsedMs } = carried;
    const capacity = { ...capacityReport(search.capacity), estimateMs, elapsedMs };
    const verdict = launchVerdict(launch);
    return searchDocument(
      { command: 'launch', decisive: search.decisive, capacity, launch, verdict },
      { ...carried, ...sinks },
      place,
    );
  });
}

function questionOf({ launch, objectives }: Plan): LaunchQuestion {
  if (launch !== undefined) {
    checkFloors(objectives, Math.max(...askedRates(launch).map(({ ratePerSecond }) => ratePerSecond)));
    return launch;
  }
  throw new UsageError('the expected peak is not given', {
    hint: 'add --peak 3000/s, or --users 20000 --think 30s --requests-per-visit 8, or launch: in the plan',
  });
}

/** What is asked for at least must be sent in the first place: else it would not be judged at all. */
function checkFloors(objectives: Plan['objectives'], highestPerSecond: number): void {
  const never = objectives.find(({ indicator, op, limit, target }) => {
    const isFloor = (indicator.kind === 'throughput' || indicator.kind === 'goodput') && op.startsWith('>');
    return isFloor && target === null && limit >= highestPerSecond;
  });
  if (never === undefined) return;
  throw new UsageError(
    `"${never.text}" cannot hold where at most ${formatRate(highestPerSecond)} are asked`,
    {
      hint: 'lower its limit below that, or raise --peak',
    },
  );
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
function announce(search: LaunchSearch, { say }: SearchOptions): void {
  const { question, plan } = search;
  const [first, ...others] = askedRates(question).map((asked) => rateText(asked, question));
  const objectives = plan.objectives.map(({ text }) => text).join(', ');
  say(`asking whether ${objectives} holds at ${first ?? ''}`);
  if (others.length > 0) say(`if not, at ${others.join('; then at ')}`);
  say(timeText(search));
}

/** What the answer needs, whether or not there is so much time. */
function timeText({ neededMs, options: { budgetMs, bracket } }: LaunchSearch): string {
  const most = formatDurationMs(budgetMs ?? 0);
  if (neededMs === null) return `this takes at most ${most}`;
  const answer = `the answer takes about ${formatDurationMs(Math.ceil(neededMs / 5000) * 5000)} if all goes well`;
  if (neededMs > (budgetMs ?? Infinity)) {
    return `${answer}, which is more than the ${most} that it may take: --max-duration gives it more`;
  }
  return bracket ? `${answer}; with what is left of ${most} the capacity is looked for` : answer;
}
