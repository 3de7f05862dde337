/** `headroom history`: the runs that are kept, and how they changed; `headroom history show RUN`: one of them again. */

import { findResults } from '../../app/history/find.ts';
import { listHistory } from '../../app/history/list.ts';
import { publishReport } from '../../app/publish.ts';
import { UsageError } from '../../core/errors.ts';
import { deliverResult, destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';
import { anyHistoryPlace } from './place.ts';
import { spanOf } from './span.ts';

/** Runs that are listed when nothing else is said. */
const LIMIT = 20;

/** Runs the command. */
export async function historyCommand(session: Session): Promise<Outcome> {
  const { flags, world } = session;
  const destinations = destinationsFor(session, 'other');
  const report = await listHistory(anyHistoryPlace(session), {
    about: flags.text('plan') ?? null,
    limit: flags.has('all') ? Number.MAX_SAFE_INTEGER : limitOf(flags.text('limit')),
    withChanges: flags.has('changes'),
    ...spanOf(session),
  });
  return outcomeOf(0, await publishReport(report, destinations, world), session);
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT;
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && Number.isSafeInteger(limit)) return limit;
  throw new UsageError(`--limit "${text}" is no number of runs`, {
    hint: 'write a whole number of at least 1, or --all',
  });
}

/** Runs the command that shows a stored result. The code says whether it was shown, as of `headroom report`. */
export async function historyShowCommand(session: Session): Promise<Outcome> {
  const { operands } = session;
  const destinations = destinationsFor(session);
  const [result] = await findResults(operands[0] ?? 'latest', anyHistoryPlace(session));
  if (result === undefined)
    throw new UsageError('there is no such run', { hint: 'headroom history lists them' });
  return outcomeOf(0, await deliverResult(result, destinations, session), session);
}
