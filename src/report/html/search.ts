/** What a search for the capacity, and a launch, rest on: the rates asked about, every trial, and what explains them. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { CapacityReport } from '../../verdict/capacity/report.ts';
import type { LaunchReport } from '../../verdict/launch/report.ts';
import { capacityFigures, estimateText, tailText } from '../figure/capacity.ts';
import { scalabilityFigure } from '../figure/scalability.ts';
import { labelOf } from '../figure/trials.ts';
import { formatCount, formatDuration, formatNumber, UNKNOWN } from '../format.ts';
import { bracketText, LIMITED_BY } from '../search/bracket.ts';
import { soakFacts, surgeFacts } from '../search/endurance.ts';
import { LIMIT_NAMES } from '../search/limits.ts';
import { formula, originText } from '../search/questions.ts';
import { shortages } from '../server/words.ts';
import { card, figures, labelMark, moodText, section, sentence, statusMark } from './section.ts';
import { type Cell, entriesMarkup, tableMarkup } from './table.ts';

/** The sections of a launch: what was asked, all at once and for long, and what was exercised. */
export function launchMarkup(launch: LaunchReport): string {
  const asked = tableMarkup({
    head: ['', 'rate', 'how it follows from the peak', 'what was seen'],
    aligns: 'lrww',
    rows: launch.questions.map((step): Cell[] => [
      labelMark(step.label),
      formatRate(step.ratePerSecond),
      formula(launch, step) || 'the peak itself',
      sentence(step.text),
    ]),
  });
  return (
    section({ id: 'asked', title: 'What was asked', beside: originText(launch) }, card(asked)) +
    section({ id: 'endurance', title: 'All at once, and for long' }, card(enduranceTable(launch))) +
    section(
      { id: 'exercised', title: 'What real traffic does', beside: 'and whether the trials did it too' },
      card(exercisedTable(launch)),
    )
  );
}

function enduranceTable({ surge, soak }: LaunchReport): string {
  const rows: Cell[][] = [
    ...(surge === null ? [] : [[statusMark(surge.status), 'surge', sentence(surge.text), surgeFacts(surge)]]),
    ...(soak === null ? [] : [[statusMark(soak.status), 'soak', sentence(soak.text), soakFacts(soak)]]),
  ];
  return tableMarkup({ head: [], aligns: 'llww', rows });
}

function exercisedTable({ exercised }: LaunchReport): string {
  const sorted = [...exercised].sort((a, b) => Number(a.exercised) - Number(b.exercised));
  return tableMarkup({
    head: [],
    aligns: 'llw',
    rows: sorted.map(({ id, exercised: isDone, text }): Cell[] => [
      isDone ? moodText('good', '✓ exercised') : moodText('soft', '– not covered'),
      id,
      sentence(text),
    ]),
  });
}

/** The section of the evidence: pictures of all trials, then what is known of the limit, of each rate and trial. */
export function capacityMarkup(result: ResultDocument, capacity: CapacityReport): string {
  const text = bracketText(capacity, capacity.brokeBy);
  return section(
    { id: 'capacity', title: 'Capacity', beside: result.launch === undefined ? '' : text },
    figures(
      [...capacityFigures(result), scalabilityFigure(result)],
      card(limitEntries(capacity, shortages(result.servers)), 'At the limit'),
    ),
    card(rateTable(capacity), 'Rates: all trials of each together'),
    card(trialTable(capacity), 'Trials, in their order'),
  );
}

function limitEntries(
  { brokeBy, brokeTarget, limitedBy, widthRatio, precisionRatio, findings, atLimits, model }: CapacityReport,
  short: readonly string[],
): string {
  const target = brokeTarget === null ? '' : `, worst on target ${brokeTarget}`;
  const knee = model.kneePerSecond;
  return entriesMarkup([
    ...(brokeBy === null ? [] : [['broke first', `${brokeBy}${target}`] as const]),
    ...(limitedBy === null ? [] : [['limited by', LIMITED_BY[limitedBy]] as const]),
    ...(brokeBy === null || short.length === 0 ? [] : [['servers', short.join('; ')] as const]),
    ...(widthRatio === null
      ? []
      : [
          [
            'width',
            `${formatRatio(widthRatio)} of its upper end; ${formatRatio(precisionRatio)} was aimed at`,
          ] as const,
        ]),
    ...atLimits.map(
      (limit) =>
        [LIMIT_NAMES.get(limit.factor) ?? `${limit.factor} times the limits`, bracketText(limit)] as const,
    ),
    ...(knee === null || model.remarks.some(({ code }) => code === 'KNEE')
      ? []
      : [['knee', `p99 bends near ${formatRate(knee)}; that depends on the range of rates`] as const]),
    ...[...findings, ...model.remarks].map(({ code, text }) => [code, text] as const),
  ]);
}

function rateTable({ rates }: CapacityReport): string {
  return tableMarkup({
    head: ['', 'rate', 'trials', 'measured', 'objective', 'against it', 'n counts as', 'why not decided'],
    aligns: 'lrrrlrrw',
    rows: rates.map(
      ({
        label,
        ratePerSecond,
        trials,
        measuredMs,
        objective,
        count,
        exceeded,
        inflation,
        reason,
      }): Cell[] => [
        labelMark(label),
        formatRate(ratePerSecond),
        formatCount(trials),
        formatDurationMs(measuredMs),
        objective ?? '',
        count === null || exceeded === null ? '' : `${formatCount(exceeded)} of ${formatCount(count)}`,
        count === null || inflation <= 1 ? '' : formatCount(Math.floor(count / inflation)),
        reason === null ? '' : sentence(reason.text),
      ],
    ),
  });
}

function trialTable(capacity: CapacityReport): string {
  return tableMarkup({
    head: [
      '#',
      'for',
      'its rate',
      'alone',
      'asked',
      'sent',
      'answered',
      'began',
      'lasted',
      'n',
      'over',
      'errors [95%]',
      'p50',
      'p99 [95%]',
      'lag p99',
      'in flight',
      'codes',
    ],
    aligns: 'rlllrrrrrrrrrrrrl',
    rows: capacity.trials.map((trial): Cell[] => [
      formatCount(trial.number),
      trial.purpose,
      labelMark(labelOf(capacity, trial)),
      labelMark(trial.shows),
      formatRate(trial.ratePerSecond),
      formatRate(trial.sentPerSecond),
      formatRate(trial.completedPerSecond),
      formatDuration(trial.startedMs),
      formatDuration(trial.durationMs),
      trial.count === null ? UNKNOWN : formatCount(trial.count),
      trial.exceeded === null ? UNKNOWN : formatCount(trial.exceeded),
      estimateText('ratio', trial.errorRatio),
      formatDuration(trial.p50Ms.value),
      tailText(trial),
      formatDuration(trial.lagP99Ms),
      trial.meanInFlight === null ? UNKNOWN : formatNumber(trial.meanInFlight),
      trial.codes.join(', '),
    ]),
  });
}
