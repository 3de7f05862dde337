/** What a check remembers from one run to the next: plain JSON, checked when it comes back from a file. */

import type { BudgetIncident, Incident, Incidents, ServiceIncident, ToldSpan } from '../incident/incident.ts';
import { NO_INCIDENTS } from '../incident/incident.ts';
import type { Mark, Place } from '../incident/places.ts';
import type { CheckState as StateName } from './report.ts';
import { FAILURE_KINDS } from './run.ts';

/** Between two runs. Times are Unix times, ms. */
export interface CheckState {
  readonly version: 1;
  readonly name: StateName;
  /** When the name began to hold. */
  readonly sinceMs: number;
  /** The last ones, oldest first. */
  readonly places: readonly Place[];
  /** Bad runs fire only from this place on: those before belong to an incident that is over. */
  readonly fromIndex: number;
  /** Ok runs and blind ones in a row; neither counts maintenance, and blind ones do not end a row of ok ones. */
  readonly okInRow: number;
  readonly blindInRow: number;
  /** Runs are pooled from here on; null: from ever. */
  readonly poolFromMs: number | null;
  readonly incidents: Incidents;
  /** When service incidents were open, the open one taken in: by the clock of their runs, in their order. */
  readonly told: readonly ToldSpan[];
  /** Time from one run to the next, as the last one was told, ms; null: not known. */
  readonly everyMs: number | null;
  /** What was before is lost, and pagers may hold incidents open that nobody here knows of. */
  readonly isLost: boolean;
}

/** Of a check that never ran. */
export const FRESH: CheckState = {
  version: 1,
  name: 'unknown',
  sinceMs: 0,
  places: [],
  fromIndex: 0,
  okInRow: 0,
  blindInRow: 0,
  poolFromMs: null,
  incidents: NO_INCIDENTS,
  told: [],
  everyMs: null,
  isLost: false,
};

/** The state that a file holds; null for what is none, or of another version. Unknown keys are left out. */
export function readState(value: unknown): CheckState | null {
  if (!isRecord(value) || value['version'] !== 1) return null;
  const name = STATES.find((one) => one === value['name']);
  const incidents = readIncidents(value['incidents']);
  const places = readList(value['places'], readPlace);
  const told = readList(value['told'], readSpan);
  const { sinceMs, fromIndex, okInRow, blindInRow, poolFromMs, everyMs, isLost } = value;
  if (name === undefined || incidents === null || places === null || told === null) return null;
  if (!isNumber(sinceMs) || !isNumber(fromIndex) || !isNumber(okInRow) || !isNumber(blindInRow)) return null;
  if ((poolFromMs !== null && !isNumber(poolFromMs)) || typeof isLost !== 'boolean') return null;
  return {
    version: 1,
    name,
    sinceMs,
    places,
    fromIndex,
    okInRow,
    blindInRow,
    poolFromMs,
    incidents,
    told,
    // Older ones do not have it.
    everyMs: isNumber(everyMs) && everyMs > 0 ? everyMs : null,
    isLost,
  };
}

const STATES: readonly StateName[] = ['ok', 'pending', 'firing', 'recovering', 'unknown'];
const MARKS: readonly Mark[] = ['ok', 'bad', 'blind', 'idle'];

type Fields = Readonly<Partial<Record<string, unknown>>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function readList<One>(value: unknown, read: (one: unknown) => One | null): One[] | null {
  if (!Array.isArray(value)) return null;
  const found = value.flatMap((one: unknown) => read(one) ?? []);
  return found.length === value.length ? found : null;
}

function readPlace(value: unknown): Place | null {
  if (!isRecord(value)) return null;
  const { index, atMs } = value;
  const mark = MARKS.find((one) => one === value['mark']);
  return isNumber(index) && isNumber(atMs) && mark !== undefined ? { index, atMs, mark } : null;
}

function readSpan(value: unknown): ToldSpan | null {
  if (!isRecord(value)) return null;
  const { fromMs, toMs } = value;
  return isNumber(fromMs) && isNumber(toMs) ? { fromMs, toMs } : null;
}

function readIncidents(value: unknown): Incidents | null {
  if (!isRecord(value)) return null;
  const service = orNull(value['service'], readService);
  const budget = orNull(value['budget'], readBudget);
  const [blind, flapping, certificate] = (['blind', 'flapping', 'certificate'] as const).map((subject) =>
    orNull(value[subject], readIncident),
  );
  if (service === undefined || budget === undefined) return null;
  if (blind === undefined || flapping === undefined || certificate === undefined) return null;
  return { service, budget, blind, flapping, certificate };
}

/** Undefined: it is neither null nor what it should be. */
function orNull<One>(value: unknown, read: (one: unknown) => One | null): One | null | undefined {
  return value === null ? null : (read(value) ?? undefined);
}

function readIncident(value: unknown): Incident | null {
  if (!isRecord(value)) return null;
  const { incidentId, severity, sinceMs, toldMs, summary } = value;
  if (typeof incidentId !== 'string' || typeof summary !== 'string') return null;
  if ((severity !== 'page' && severity !== 'ticket') || !isNumber(sinceMs) || !isNumber(toldMs)) return null;
  return { incidentId, severity, sinceMs, toldMs, summary };
}

function readService(value: unknown): ServiceIncident | null {
  const incident = readIncident(value);
  if (incident === null || !isRecord(value)) return null;
  const { fromMs, indicator } = value;
  const pooled = orNull(value['pooled'], readPooled);
  const kind = value['kind'] === null ? null : FAILURE_KINDS.find((one) => one === value['kind']);
  if (!isNumber(fromMs) || pooled === undefined || kind === undefined) return null;
  return indicator === null || typeof indicator === 'string'
    ? { ...incident, fromMs, kind, indicator, pooled }
    : null;
}

function readPooled(value: unknown): ServiceIncident['pooled'] {
  if (!isRecord(value)) return null;
  const { objective, requests, bad } = value;
  if (typeof objective !== 'string' || !isNumber(requests)) return null;
  // Older ones do not have it.
  return { objective, requests, bad: isNumber(bad) ? bad : null };
}

function readBudget(value: unknown): BudgetIncident | null {
  const incident = readIncident(value);
  if (incident === null || !isRecord(value)) return null;
  const { longMs, badRatio } = value;
  return isNumber(longMs) && isNumber(badRatio) ? { ...incident, longMs, badRatio } : null;
}
