/** Incidents beside the service's own: the canary is blind, the check flaps, a certificate ends. */

import { formatDurationMs, formatRatio } from '../../core/units.ts';
import { isFlappingAt } from '../../stats/burn/flap-ratio.ts';
import type { PageEvent } from '../canary/event.ts';
import type { Incident, Incidents } from './incident.ts';
import { type Moment, recentDetail } from './moment.ts';
import { begun, eventOf, isoOf, resolved, stillOpen, type Told, triggered } from './notice.ts';
import { restlessness } from './places.ts';

/** Pages after so many blind runs in a row, until the first one that sees. */
export function judgeBlindness(moment: Moment): Told<Incident> {
  const { before, run, teller, blindInRow, settings } = moment;
  const open = before.incidents.blind;
  const message = {
    subject: 'blind',
    details: [['last run', run.text] as const, recentDetail(moment)],
  } as const;
  if (open === null) {
    if (blindInRow < settings.blind) return { incident: null, events: [] };
    const summary = `the canary of ${teller.check} is blind: ${blindInRow} runs in a row saw nothing, the last one ${run.text}`;
    return triggered(teller, begun(teller, 'page', summary), message);
  }
  if (run.outcome === 'blind') return stillOpen(teller, open, message);
  return resolved(teller, open, { message, how: 'is seen again' });
}

/** Whether ok and bad change so often now that a good run says little of the next one. */
export function isRestless({ before, places, settings }: Moment): boolean {
  return isFlappingAt(restlessness(places, settings) ?? 0, before.incidents.flapping !== null);
}

/** Shorter quiet is no end: of requests of which one in twenty fails, there is some every few hours. */
const CALM_MS = 3_600_000;

/**
 * A ticket from the moment the check flaps until nothing changed among the last known places, nor for an hour. Blind runs
 * and places without a run change nothing.
 */
export function judgeFlapping(moment: Moment): Told<Incident> {
  const { before, run, teller, places, settings, known } = moment;
  const open = before.incidents.flapping;
  const ratio = restlessness(places, settings);
  if (ratio === null || run.outcome === 'blind') return { incident: open, events: [] };
  const seen = `${formatRatio(ratio)} of the last runs differ from the one before`;
  const message = {
    subject: 'flapping',
    details: [['changes', seen] as const, recentDetail(moment)],
  } as const;
  if (open === null) {
    if (!isRestless(moment)) return { incident: null, events: [] };
    const summary = `${teller.check} flaps: ${seen}; that it is well again is not told until it is steady`;
    return triggered(teller, begun(teller, 'ticket', summary), message);
  }
  const isCalm =
    ratio === 0 && known.since(run.atMs - CALM_MS).every(({ outcome }) => outcome === run.outcome);
  return isCalm
    ? resolved(teller, open, { message, how: 'is steady again' })
    : { incident: open, events: [] };
}

/** A ticket when the certificate ends soon, until it is renewed. @param certificate null: it was not seen */
export function judgeCertificate(
  moment: Moment,
  certificate: { readonly validToMs: number } | null,
): Told<Incident> {
  const { before, run, teller, settings } = moment;
  const open = before.incidents.certificate;
  if (settings.certificateMs === 0) return unwatched(moment, open);
  if (certificate === null || !Number.isFinite(certificate.validToMs)) return { incident: open, events: [] };
  const leftMs = certificate.validToMs - run.atMs;
  const isDue = leftMs < settings.certificateMs;
  const message = {
    subject: 'certificate',
    details: [['valid to', isoOf(certificate.validToMs)] as const],
  } as const;
  if (open === null) {
    if (!isDue) return { incident: null, events: [] };
    const when =
      leftMs > 0 ? `ends in ${formatDurationMs(leftMs)}` : `ended ${formatDurationMs(-leftMs)} ago`;
    const summary = `the certificate of ${teller.check} ${when}, on ${isoOf(certificate.validToMs)}`;
    return triggered(teller, begun(teller, 'ticket', summary), message);
  }
  if (isDue) return { incident: open, events: [] };
  return resolved(teller, open, {
    message,
    how: `has a certificate that is valid for ${formatDurationMs(leftMs)}`,
  });
}

/** Nobody will ever see again whether it was renewed. */
function unwatched({ teller }: Moment, open: Incident | null): Told<Incident> {
  if (open === null) return { incident: null, events: [] };
  const message = { subject: 'certificate', details: [] } as const;
  return resolved(teller, open, { message, how: 'is no longer asked how long its certificate lasts' });
}

/** Those who may have been woken for; tickets are looked at anyway. */
const WAKING = ['service', 'budget', 'blind'] as const;

/**
 * Ends what may be open at pagers after a history was lost, once so many good runs came in a row as end an incident: a
 * resolve on each key that wakes somebody and of which nothing is open or was just told. They know it by the key.
 */
export function endLost(
  { before, run, okInRow, settings, teller }: Moment,
  now: { readonly incidents: Incidents; readonly events: readonly PageEvent[] },
): { readonly events: readonly PageEvent[]; readonly isLost: boolean } {
  const { isLost } = before;
  const isWell = run.outcome === 'ok' && okInRow >= settings.recover && now.incidents.service === null;
  if (!isLost || !isWell) return { events: [], isLost };
  const quiet = WAKING.filter((subject) => {
    return now.incidents[subject] === null && now.events.every((event) => event.subject !== subject);
  });
  const summary = `${teller.check} is well: its history was lost, and what it told of before is over`;
  const events = quiet.map((subject) => {
    const incident = begun(teller, 'page', summary);
    return eventOf(teller, 'resolve', { incident, message: { subject, details: [] } });
  });
  return { events, isLost: false };
}
