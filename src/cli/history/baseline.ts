/** `headroom baseline show|set|clear`: what new runs are held against. */

import { isRunName } from '../../app/history/find.ts';
import { type Chosen, clearBaseline, setBaseline, showBaseline } from '../../app/history/pinning.ts';
import { publishReport } from '../../app/publish.ts';
import { readResult } from '../commands/report.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';
import { anyHistoryPlace } from './place.ts';

type Act = (session: Session) => ReturnType<typeof showBaseline>;

/** A command that ends with the baseline as it is then. */
function command(act: Act): (session: Session) => Promise<Outcome> {
  return async (session) => {
    const destinations = destinationsFor(session, 'other');
    const report = await act(session);
    return outcomeOf(0, await publishReport(report, destinations, session.world), session);
  };
}

function aboutOf({ flags }: Session): string | null {
  return flags.text('plan') ?? null;
}

/** Shows the baseline of a plan. */
export const baselineShowCommand: (session: Session) => Promise<Outcome> = command((session) =>
  showBaseline(anyHistoryPlace(session), aboutOf(session)),
);

/** Lets the last passing runs be the baseline again. */
export const baselineClearCommand: (session: Session) => Promise<Outcome> = command((session) =>
  clearBaseline(anyHistoryPlace(session), aboutOf(session)),
);

/** Chooses runs, or result files, as the baseline. */
export const baselineSetCommand: (session: Session) => Promise<Outcome> = command((session) => {
  const names = session.operands.length === 0 ? ['latest'] : session.operands;
  return setBaseline(
    anyHistoryPlace(session),
    names.map((name) => chosenOf(name, session)),
  );
});

/** A file that is there wins over a run of that name. */
function chosenOf(name: string, session: Session): Chosen {
  const isFile = session.world.files.exists(name) || !isRunName(name);
  return isFile ? { result: readResult(name, session) } : { name };
}
