/** `headroom compare`: whether a candidate is worse than a baseline, live or by stored runs. */

import type { Subjects } from '../../app/compare/compared.ts';
import { compareLive, type LiveOptions } from '../../app/compare/live.ts';
import { type Finder, loadSources } from '../../app/compare/sources.ts';
import { compareStored } from '../../app/compare/stored.ts';
import { findResults, isRunName } from '../../app/history/find.ts';
import { stateFolder } from '../../app/machine/state-folder.ts';
import { readPlanFile } from '../../app/plan-source.ts';
import { watchSearch } from '../../app/search/interruption.ts';
import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import type { PlanText } from '../../plan/parse.ts';
import type { ResultDocument } from '../../result/document.ts';
import { createComparisonDisplay } from '../compare/display.ts';
import { type ComparisonAsked, comparisonAsked, comparisonFlags } from '../compare/flags.ts';
import { deliver, deliverAgain, destinationsFor } from '../delivery.ts';
import { anyHistoryPlace } from '../history/place.ts';
import { overridesOf } from '../overrides.ts';
import { progressPlace } from '../progress.ts';
import { measureServed } from '../run/server.ts';
import { repeatLine } from '../secrecy.ts';
import type { Outcome, Session } from '../session.ts';
import { type OpenedPlan, openPlan } from '../traffic.ts';

/** Runs the command. */
export function compareCommand(session: Session): Promise<Outcome> {
  const asked = comparisonAsked(session);
  return asked.kind === 'stored' ? compareFiles(session, asked) : compareTargets(session, asked);
}

async function compareFiles(session: Session, { baseline, candidate }: ComparisonAsked): Promise<Outcome> {
  const { world, flags, args } = session;
  const { minimumEffects } = comparisonFlags(session);
  const destinations = destinationsFor(session);
  const find: Finder = (name, other) =>
    isRunName(name) ? findResults(name, anyHistoryPlace(session), other) : null;
  const sources = await loadSources({ baseline, candidate }, world, find);
  const options = { minimumEffects, force: flags.has('force'), repeat: commandLine(args) };
  return deliverAgain(compareStored(sources, world, options), destinations, session);
}

/** Nothing in it is random: no seed repeats it. */
function commandLine(args: readonly string[]): string {
  return repeatLine(args, 0).replace(/ --seed 0$/, '');
}

async function compareTargets(session: Session, asked: ComparisonAsked): Promise<Outcome> {
  const { world } = session;
  const bounds = comparisonFlags(session);
  const { out, options } = progressPlace(session);
  const display = createComparisonDisplay(out, options);
  const say = (line: string): void => {
    if (!session.flags.has('quiet')) display.say(`headroom: ${session.vault.show(line)}`);
  };
  // From here on a stop leaves a report, though nothing may have been sent.
  const interruption = watchSearch(world, say);
  try {
    const destinations = destinationsFor(session);
    const opened = openBoth(session, asked);
    const compare = (): Promise<ResultDocument> =>
      compareLive(opened.subjects, world, {
        ...bounds,
        ...settingsOf(session, opened),
        say,
        interruption,
        onMoment: (moment) => display.update(moment, world.clock.nowMs()),
      });
    // Whoever starts a server starts what is to take the place of the other.
    const result = await measureServed(session, opened.subjects.candidate, compare);
    display.finish();
    return await deliver(result, destinations, session);
  } finally {
    display.finish();
    interruption.release();
  }
}

interface OpenedBoth {
  readonly subjects: Subjects;
  readonly owned: boolean;
}

/** The plan, once for each side; both draw the same at random. */
function openBoth(session: Session, { baseline, candidate }: ComparisonAsked): OpenedBoth {
  const path = session.flags.text('plan');
  const source = path === undefined ? null : readPlanFile(path, session.world);
  const first = openSide(session, source, { url: baseline, seed: undefined });
  const second = openSide(session, source, { url: candidate, seed: String(first.plan.seed) });
  if (source !== null && baseline !== candidate) refuseSame(first, second);
  const label = (url: string): string => safeText(session.vault.redact(redactUrl(url)));
  return {
    subjects: {
      baseline: { ...first, label: label(baseline) },
      candidate: { ...second, label: label(candidate) },
    },
    owned: first.owned,
  };
}

function openSide(
  session: Session,
  source: PlanText | null,
  { url, seed }: { readonly url: string; readonly seed: string | undefined },
): OpenedPlan {
  const { maxDuration: _, ...overrides } = overridesOf(session.flags, source === null ? url : undefined);
  const place = source === null ? {} : { base: url };
  return openPlan(session, {
    source,
    overrides: { ...overrides, ...place, ...(seed === undefined ? {} : { seed }) },
  });
}

/** A plan of whole URLs would send both sides to the same place. */
function refuseSame(first: OpenedPlan, second: OpenedPlan): void {
  const fixed = first.plan.targets.find(({ url }, index) => url === second.plan.targets[index]?.url);
  if (fixed === undefined) return;
  throw new UsageError(`the target "${safeText(fixed.name)}" has a URL of its own: both sides would get it`, {
    hint: 'write paths such as get: /followers in the plan; --baseline and --candidate stand in for its base',
  });
}

function settingsOf(
  { flags, world, args }: Session,
  { subjects, owned }: OpenedBoth,
): Pick<LiveOptions, 'owned' | 'breaker' | 'stateFolder' | 'repeat'> {
  return {
    owned,
    breaker: flags.text('breaker') !== 'off',
    stateFolder: stateFolder(flags.text('stateDir') ?? null, world),
    repeat: repeatLine(args, subjects.candidate.plan.seed),
  };
}
