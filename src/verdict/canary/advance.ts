/** What a run changes: the state of its check, the incidents, and who is to be told what. */

import type { CanarySettings } from '../../plan/canary/settings.ts';
import { budgetOfRuns } from '../incident/budget.ts';
import { budgetMoment, judgeBudget } from '../incident/budget-incident.ts';
import { type Incident, type Incidents, type ToldSpan, toldWith } from '../incident/incident.ts';
import type { Moment } from '../incident/moment.ts';
import { isoOf } from '../incident/notice.ts';
import { knownAt } from '../incident/past.ts';
import { endIndex, type Placed, paceOf, placeRun, recentOf, restlessness } from '../incident/places.ts';
import { poolRuns } from '../incident/pool.ts';
import { judgeService, nameOf } from '../incident/service.ts';
import { endLost, isRestless, judgeBlindness, judgeCertificate, judgeFlapping } from '../incident/sights.ts';
import type { PageEvent } from './event.ts';
import { openOf } from './open-incidents.ts';
import { remarksOf } from './remarks.ts';
import type { BudgetReport, CanaryReport, PooledFinding } from './report.ts';
import type { CanaryRun, PastRuns } from './run.ts';
import { type CheckState, FRESH } from './state.ts';

/** What a run is judged within. */
export interface AdvanceInput {
  /** Null: none is kept. */
  readonly state: CheckState | null;
  /** Somebody was told of what it does not know: it was lost, or could not be kept; default false. */
  readonly isLost?: boolean;
  readonly run: CanaryRun;
  /** Without the run itself. */
  readonly past: PastRuns;
  readonly settings: CanarySettings;
  /** Name of the check. */
  readonly check: string;
  /** What each event says besides, such as what is asked; safe to show; default none. */
  readonly details?: PageEvent['details'];
  readonly newId: () => string;
  readonly isDrill: boolean;
  /** The end of the target's certificate; null or absent: it was not seen, and nothing changes. */
  readonly certificate?: { readonly validToMs: number } | null;
}

/** What a run changes. */
export interface Advanced {
  readonly state: CheckState;
  readonly events: readonly PageEvent[];
  readonly report: Omit<CanaryReport, 'deliveries' | 'control' | 'certificate' | 'lastOk'>;
}

/**
 * Takes one run in. A pure function: the same state, run and past give the same state, events and report, but for the
 * ids that are drawn.
 *
 * A run in maintenance counts for nothing and changes no incident; what is open then ends with the runs after it. A run
 * that the clock puts before the one before it, and one after a gap as long as all places that are looked at, makes the
 * state unknown; it never closes what is open by itself.
 */
export function advance(input: AdvanceInput): Advanced {
  const { run, past, settings, check, details = [], newId, isDrill } = input;
  const before = sane(withLoss(input), run);
  const placed = placeRun(before.places, run, settings);
  const everyMs = paceOf(placed.places, settings);
  const teller = { check, run, everyMs, remindMs: settings.remindMs, details, isDrill, newId };
  const moment: Moment = {
    before,
    run,
    settings,
    known: knownAt(run, past),
    teller,
    places: placed.places,
    ...rowsOf(before, run),
  };
  const judged = judge(moment, input.certificate ?? null);
  const state = nextState(moment, { placed, judged });
  return { state, events: judged.events, report: reportOf(moment, { placed, state, judged }) };
}

function withLoss({ state, isLost = false }: AdvanceInput): CheckState {
  const known = state ?? FRESH;
  return isLost ? { ...known, isLost } : known;
}

/** Times that a stepped clock put into the future would hold everything up until then. */
function sane(state: CheckState, { atMs }: CanaryRun): CheckState {
  const { poolFromMs, sinceMs, incidents } = state;
  return {
    ...state,
    sinceMs: Math.min(sinceMs, atMs),
    poolFromMs: poolFromMs === null ? null : Math.min(poolFromMs, atMs),
    incidents: {
      service: begunBy(incidents.service, atMs),
      budget: begunBy(incidents.budget, atMs),
      blind: begunBy(incidents.blind, atMs),
      flapping: begunBy(incidents.flapping, atMs),
      certificate: begunBy(incidents.certificate, atMs),
    },
  };
}

/** No incident begins after now, nor was anybody told of it later. */
function begunBy<One extends Incident>(incident: One | null, atMs: number): One | null {
  if (incident === null) return null;
  const { sinceMs, toldMs } = incident;
  return { ...incident, sinceMs: Math.min(sinceMs, atMs), toldMs: Math.min(toldMs, atMs) };
}

function rowsOf(
  before: CheckState,
  { outcome, isMaintenance }: CanaryRun,
): Pick<Moment, 'okInRow' | 'blindInRow'> {
  const { okInRow, blindInRow } = before;
  if (isMaintenance) return { okInRow, blindInRow };
  if (outcome === 'blind') return { okInRow, blindInRow: blindInRow + 1 };
  return { okInRow: outcome === 'ok' ? okInRow + 1 : 0, blindInRow: 0 };
}

/** What a run makes of the incidents, with what the report shows beside. */
interface Judged {
  readonly incidents: Incidents;
  readonly events: readonly PageEvent[];
  readonly isLost: boolean;
  readonly told: readonly ToldSpan[];
  readonly budget: BudgetReport;
  readonly pooled: readonly PooledFinding[];
}

function judge(moment: Moment, certificate: { readonly validToMs: number } | null): Judged {
  const { before, run, settings, known } = moment;
  const pooled = poolRuns({ known, settings, fromMs: before.poolFromMs });
  const findings = pooled.map(({ finding }) => finding);
  const budget = budgetOfRuns({ known, settings, told: [], atMs: run.atMs });
  if (run.isMaintenance) {
    const { incidents, isLost, told } = before;
    return { incidents, events: [], isLost, told, budget, pooled: findings };
  }
  const blind = judgeBlindness(moment);
  const flapping = judgeFlapping(moment);
  const service = judgeService(moment, { pooled, isFlapping: isRestless(moment) });
  const ofService = service.incident ?? before.incidents.service;
  const told = ofService === null ? before.told : toldWith(before.told, ofService, run.atMs);
  const untold = budgetOfRuns({
    known,
    settings,
    told: told.toSorted((a, b) => a.fromMs - b.fromMs),
    atMs: budgetMoment(moment),
  });
  const spent = judgeBudget(moment, { budget: untold, isServiceOpen: service.incident !== null });
  const ending = judgeCertificate(moment, certificate);
  const incidents = {
    service: service.incident,
    budget: spent.incident,
    blind: blind.incident,
    flapping: flapping.incident,
    certificate: ending.incident,
  };
  const events = [service, spent, blind, flapping, ending].flatMap(({ events }) => events);
  const lost = endLost(moment, { incidents, events });
  return {
    incidents,
    events: [...events, ...lost.events],
    isLost: lost.isLost,
    told,
    budget,
    pooled: findings,
  };
}

function nextState(
  moment: Moment,
  {
    placed,
    judged: { incidents, isLost, told },
  }: { readonly placed: Placed; readonly judged: Pick<Judged, 'incidents' | 'isLost' | 'told'> },
): CheckState {
  const { before, run, settings, places, okInRow, blindInRow } = moment;
  const isBroken = placed.isBack || placed.missed >= settings.fail.of;
  const name = nameOf(moment, incidents.service, isBroken);
  const ended =
    before.incidents.service !== null && incidents.service === null ? before.incidents.service : null;
  return {
    version: 1,
    name,
    sinceMs: name === before.name && before.places.length > 0 ? before.sinceMs : run.atMs,
    places,
    fromIndex: ended === null ? before.fromIndex : endIndex(places),
    okInRow,
    blindInRow,
    poolFromMs: ended === null ? before.poolFromMs : run.atMs,
    incidents,
    told,
    everyMs: settings.everyMs,
    isLost,
  };
}

function reportOf(
  moment: Moment,
  { placed, state, judged }: { readonly placed: Placed; readonly state: CheckState; readonly judged: Judged },
): Advanced['report'] {
  const { run, settings, teller, places } = moment;
  const { fail } = settings;
  return {
    check: teller.check,
    outcome: run.outcome,
    kind: run.kind,
    indicator: run.indicator,
    text: run.text,
    state: state.name,
    since: isoOf(state.sinceMs),
    everyMs: settings.everyMs,
    recent: { of: fail.of, toFire: fail.bad, ...recentOf(places, settings) },
    incidents: openOf(state.incidents),
    budget: judged.budget,
    pooled: judged.pooled,
    flapRatio: restlessness(places, settings),
    isMaintenance: run.isMaintenance,
    remarks: remarksOf(moment, placed),
  };
}
