/** The verdict of a run as a service check and an event. */

import { safeText } from '../../core/text.ts';
import type { ResultDocument } from '../../result/document.ts';
import { holdsAgreement, SERVICE_STATES, serviceStateOf } from '../../result/reading/service-state.ts';
import { metricName, type Naming, tagSection } from './naming.ts';

const encoder = new TextEncoder();

/** Whole events must fit into one datagram. */
const TEXT_LENGTH = 400;

const ALERTS = { OK: 'success', WARNING: 'warning', CRITICAL: 'error', UNKNOWN: 'warning' } as const;

/** The check `verdict` (0 OK, 1 warning: the agreement held, 2 critical, 3 unknown) and the event that tells why. */
export function verdictLines(result: ResultDocument, naming: Naming): string[] {
  const state = serviceStateOf(result.exitCode, holdsAgreement(result));
  const tags = tagSection(naming, [['command', result.command]]);
  const reasons = result.verdict.reasons.map(({ text }) => text).join('; ');
  const text = plain(reasons === '' ? 'no reasons given' : reasons);
  const title = plain(`headroom ${result.command}: ${result.verdict.status}`);
  const lengths = `${encoder.encode(title).length},${encoder.encode(text).length}`;
  return [
    `_sc|${metricName(naming, 'verdict')}|${SERVICE_STATES[state]}${tags}|m:${title}: ${text}`,
    `_e{${lengths}}:${title}|${text}|t:${ALERTS[state]}${tags}`,
  ];
}

/** One line without the sign that ends a section. */
function plain(text: string): string {
  return safeText(text, { maxLength: TEXT_LENGTH }).replaceAll('|', '/');
}
