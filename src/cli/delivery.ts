/** From the output flags to where reports go, and from what could not be delivered to an exit code. */

import { remember, withGit } from '../app/history/record.ts';
import { checkPlaces, type MonitoringPlaces, tellMonitoring } from '../app/monitoring/monitoring.ts';
import { type Destinations, destinationsOf, publishResult } from '../app/publish.ts';
import { type OutputError, UsageError } from '../core/errors.ts';
import type { ResultDocument } from '../result/document.ts';
import { holdsAgreement } from '../result/reading/service-state.ts';
import { ciOf, deliverToCi } from './ci/service.ts';
import { colorChoice } from './color.ts';
import { historyPlace, isPlaceNamed } from './history/place.ts';
import type { Outcome, Session } from './session.ts';

/**
 * Where this session's report goes; checked before anything is sent.
 *
 * @param subject a result has every format and goes to CI services; anything else has text and JSON
 */
export function destinationsFor(session: Session, subject: 'result' | 'other' = 'result'): Destinations {
  const { flags, world } = session;
  if (ciOf(session) !== 'none' && subject === 'other') {
    throw new UsageError('--ci goes with commands that give a verdict', {
      hint: 'such as headroom run, capacity and launch',
    });
  }
  checkPlaces(monitoringPlaces(session), world);
  const wish = {
    subject,
    json: flags.has('json'),
    format: flags.text('format'),
    files: flags.list('output'),
    reports: flags.list('report'),
    color: colorChoice(flags),
    verbose: flags.has('verbose'),
  };
  return destinationsOf(wish, world);
}

/**
 * Keeps what was measured in the history, prints and writes its report; the outcome is the result's own, unless one of
 * these got lost. A home that cannot be written to, as in many containers, is a remark only: nobody asked for a history.
 */
export async function deliver(
  result: ResultDocument,
  destinations: Destinations,
  session: Session,
): Promise<Outcome> {
  const placed = await withGit(result, session.world);
  const place = historyPlace(session);
  const lost = place === null ? [] : await remember(placed, place);
  if (!isPlaceNamed(session)) lost.forEach(({ message }) => session.say(message));
  const failures = isPlaceNamed(session) ? lost : [];
  return judgedOutcome(
    result,
    [...failures, ...(await deliverResult(placed, destinations, session))],
    session,
  );
}

/**
 * As {@link deliver}, for a judgement of what was measured before: the history has those runs already, and the commit
 * at hand is not theirs.
 */
export async function deliverAgain(
  result: ResultDocument,
  destinations: Destinations,
  session: Session,
): Promise<Outcome> {
  return judgedOutcome(result, await deliverResult(result, destinations, session), session);
}

function judgedOutcome(result: ResultDocument, failures: readonly OutputError[], session: Session): Outcome {
  return { ...outcomeOf(result.exitCode, failures, session), agreementHeld: holdsAgreement(result) };
}

/** Prints and writes a result, brings it to monitoring and to the CI service; returns what could not be delivered. */
export async function deliverResult(
  result: ResultDocument,
  destinations: Destinations,
  session: Session,
): Promise<readonly OutputError[]> {
  const failures = await publishResult(result, destinations, session.world);
  const unheard = await tellMonitoring(result, monitoringPlaces(session), session.world);
  return [...failures, ...unheard, ...(await deliverToCi(result, session))];
}

function monitoringPlaces({ flags }: Session): MonitoringPlaces {
  return { push: flags.text('push') ?? null, log: flags.text('log') ?? null };
}

/** The outcome of a command whose report was published; says what could not be delivered. */
export function outcomeOf(
  code: number,
  failures: readonly OutputError[],
  session: Pick<Session, 'world' | 'vault'>,
): Outcome {
  for (const failure of failures) {
    const hint = failure.hint === null ? '' : `\n  hint: ${session.vault.show(failure.hint)}`;
    session.world.stderr.write(`headroom: ${session.vault.show(failure.message)}${hint}\n`);
  }
  return { code, undelivered: failures.length > 0 };
}
