/** The open incidents of a check, as reports show them. */

import type { Incident, Incidents } from '../incident/incident.ts';
import { isoOf } from '../incident/notice.ts';
import { SUBJECTS } from './event.ts';
import type { OpenIncident } from './report.ts';

const NAMELESS = { kind: null, indicator: null };

/** In the order of {@link SUBJECTS}; what is wrong is told of the service alone. */
export function openOf(incidents: Incidents): OpenIncident[] {
  return SUBJECTS.flatMap((subject) => {
    const incident: Incident | null = incidents[subject];
    if (incident === null) return [];
    const { incidentId, severity, sinceMs, summary } = incident;
    const { kind, indicator } =
      subject === 'service' && incidents.service !== null ? incidents.service : NAMELESS;
    return [{ incidentId, subject, kind, indicator, severity, since: isoOf(sinceMs), summary }];
  });
}
