/** What the commands that search share: the plan, the live display, and the report. */

import { stateFolder } from '../../app/machine/state-folder.ts';
import type { SearchOptions } from '../../app/search/carry-out.ts';
import { watchSearch } from '../../app/search/interruption.ts';
import { parseSearchPlan } from '../../plan/parse.ts';
import { DEFAULTS, type Plan } from '../../plan/plan.ts';
import type { ResultDocument } from '../../result/document.ts';
import { deliver, destinationsFor } from '../delivery.ts';
import { progressPlace } from '../progress.ts';
import { measureServed } from '../run/server.ts';
import { repeatLine } from '../secrecy.ts';
import type { Outcome, Session } from '../session.ts';
import { type OpenedPlan, openPlan, type PlanInput } from '../traffic.ts';
import { createSearchDisplay, type SearchDisplay } from './display.ts';

/** Carries out a search of an opened plan. */
export type SearchCall = (opened: OpenedPlan, options: SearchOptions) => Promise<ResultDocument>;

/** A search that was published. */
export interface Searched {
  readonly plan: Plan;
  readonly outcome: Outcome;
}

/** Opens the plan, searches with a live display, prints and writes the report. */
export async function runSearch(session: Session, input: PlanInput, search: SearchCall): Promise<Searched> {
  const { out, options } = progressPlace(session);
  const display = createSearchDisplay(out, options);
  const say = (line: string): void => {
    if (!session.flags.has('quiet')) display.say(`headroom: ${session.vault.show(line)}`);
  };
  // From here on a stop leaves a report, though nothing may have been sent.
  const interruption = watchSearch(session.world, say);
  try {
    const destinations = destinationsFor(session);
    const opened = openPlan(session, input, parseSearchPlan);
    for (const remark of ignoredRemarks(opened.plan)) say(remark);
    const options = { ...optionsOf(session, opened, display), say, interruption };
    const result = await measureServed(session, opened, () => search(opened, options));
    display.finish();
    return { plan: opened.plan, outcome: await deliver(result, destinations, session) };
  } finally {
    display.finish();
    interruption.release();
  }
}

/** What the plan says, and no search can follow. */
function ignoredRemarks(plan: Plan): string[] {
  const remarks: string[] = [];
  if (!isDefaultLoad(plan)) {
    remarks.push("the plan's rates and durations are not used: a search sets its own");
  }
  if (plan.agreement.length > 0) remarks.push('the agreement is not judged in a search, only the objectives');
  return remarks;
}

function isDefaultLoad({ load }: Plan): boolean {
  const [stage, ...more] = load.kind === 'open' ? load.stages : [];
  // A closed loop is refused later, with its own words.
  if (stage?.kind !== 'constant' || more.length > 0) return load.kind === 'closed';
  return stage.ratePerSecond === DEFAULTS.ratePerSecond && stage.durationMs === DEFAULTS.durationMs;
}

function optionsOf(
  session: Session,
  opened: OpenedPlan,
  display: SearchDisplay,
): Omit<SearchOptions, 'say' | 'interruption'> {
  const { flags, world, args } = session;
  return {
    owned: opened.owned,
    breaker: flags.text('breaker') !== 'off',
    stateFolder: stateFolder(flags.text('stateDir') ?? null, world),
    repeat: repeatLine(args, opened.plan.seed),
    onMoment: (moment) => display.update(moment, world.clock.nowMs()),
    onTrialEnd: display.ended,
  };
}
