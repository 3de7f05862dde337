/** What a canary adds to the metrics of a run: its state, its incidents, its budget, and whether anybody was told. */

import { formatDurationMs } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import { SEVERITIES, type Severity, SUBJECTS, type Subject } from '../../verdict/canary/event.ts';
import type { BudgetReport, CanaryReport, CheckState } from '../../verdict/canary/report.ts';
import { FAILURE_KINDS, RUN_OUTCOMES } from '../../verdict/canary/run.ts';
import type { Family, Sample } from './exposition.ts';

const STATES: readonly CheckState[] = ['ok', 'pending', 'firing', 'recovering', 'unknown'];

/**
 * The families; none of a run that is no canary's. States and incidents have a line for each value there is, as an alert
 * rests on series that are always there.
 */
export function canaryFamilies({ canary }: ResultDocument): Family[] {
  if (canary === undefined) return [];
  return [...stateFamilies(canary), ...budgetFamilies(canary.budget), ...deliveryFamilies(canary)];
}

function stateFamilies(canary: CanaryReport): Family[] {
  const { outcome, kind, state, recent, everyMs, isMaintenance, certificate } = canary;
  const places = [...RUN_OUTCOMES, 'missing'] as const;
  return [
    single('headroom_run_interval_seconds', 'Time from one run to the next', everyMs / 1000),
    stateSet('headroom_run_outcome', 'Outcome of the last run', {
      label: 'outcome',
      values: RUN_OUTCOMES,
      is: outcome,
    }),
    stateSet('headroom_failure_kind', 'What was wrong in the last run', {
      label: 'kind',
      values: FAILURE_KINDS,
      is: kind,
    }),
    stateSet('headroom_check_state', 'State of the check', { label: 'state', values: STATES, is: state }),
    {
      name: 'headroom_incident_open',
      help: '1 for each incident that is open, by what it is about',
      samples: SUBJECTS.flatMap((subject) =>
        SEVERITIES.map((severity) => ({
          labels: { subject, severity },
          value: Number(isOpen(canary, subject, severity)),
        })),
      ),
    },
    {
      name: 'headroom_recent_runs',
      help: 'Bad and good ones of the last runs that saw the service, blind and missing ones of the last that were due',
      samples: places.map((place) => ({ labels: { outcome: place }, value: recent[place] })),
    },
    single('headroom_recent_runs_to_fire', 'So many bad ones of the last runs fire', recent.toFire),
    single('headroom_maintenance', '1 in a maintenance window', Number(isMaintenance)),
    single(
      'headroom_certificate_expiry_timestamp_seconds',
      "End of the target's certificate, Unix time",
      certificate === null ? null : Date.parse(certificate.validTo) / 1000,
    ),
  ];
}

function isOpen({ incidents }: CanaryReport, subject: Subject, severity: Severity): boolean {
  return incidents.some((incident) => incident.subject === subject && incident.severity === severity);
}

function budgetFamilies({ sloRatio, leftRatio, burns }: BudgetReport): Family[] {
  const windows = new Map<string, Sample>();
  for (const { long, short } of burns) {
    for (const { windowMs, burn } of [short, long]) {
      const window = formatDurationMs(windowMs);
      windows.set(window, { labels: { window }, value: burn });
    }
  }
  return [
    single('headroom_slo_ratio', 'Share of good runs that is promised', sloRatio),
    single('headroom_error_budget_left_ratio', "Share of the period's error budget that is left", leftRatio),
    {
      name: 'headroom_burn_rate',
      help: 'Error budget spent in a window, as a multiple of the rate that just spends it',
      samples: [...windows.values()],
    },
  ];
}

/** What waited for a notifier that was taken out of the plan was not tried: nobody is to be told of what was done on purpose. */
function deliveryFamilies(report: CanaryReport): Family[] {
  const deliveries = report.deliveries.filter(({ status, attempts }) => status !== 'refused' || attempts > 0);
  const undelivered = deliveries.filter(({ status }) => status !== 'accepted').length;
  const refused = deliveries.filter(({ status }) => status === 'refused').length;
  return [
    single(
      'headroom_events_undelivered',
      'Events that a channel was to be told with the last run, and did not take',
      undelivered,
    ),
    single(
      'headroom_events_refused',
      'Those of them that are lost: the channel will never take them',
      refused,
    ),
  ];
}

function stateSet(
  name: string,
  help: string,
  {
    label,
    values,
    is,
  }: { readonly label: string; readonly values: readonly string[]; readonly is: string | null },
): Family {
  const samples = values.map(
    (value): Sample => ({ labels: { [label]: value }, value: Number(value === is) }),
  );
  return { name, help: `${help}, 1 for the one that it has`, samples };
}

function single(name: string, help: string, value: number | null): Family {
  return { name, help, samples: [{ labels: {}, value }] };
}
