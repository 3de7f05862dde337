/** The top of the page: the answer in words, why, and the few numbers that matter most. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import type { Reason, ResultDocument, Status } from '../../result/document.ts';
import { OUTCOME_STATUS } from '../../verdict/canary/run.ts';
import type { CapacityReport } from '../../verdict/capacity/report.ts';
import type { LaunchReport } from '../../verdict/launch/report.ts';
import { OUTCOMES, outcomeSentence, stateSentence } from '../canary/headline.ts';
import { element, shown } from '../chart/markup.ts';
import { changeOf, signedChange } from '../figure/effects.ts';
import { formatBounds, formatCount, formatDuration, formatIn, UNKNOWN, type Unit } from '../format.ts';
import { ANSWERS, answerText, reasonsOf } from '../search/answer.ts';
import { bracketText } from '../search/bracket.ts';
import { headroomSentence } from '../search/questions.ts';
import { shortageMarkup } from '../server/page.ts';
import { subjectText } from '../subject.ts';
import { othersText, tellingReasons } from '../telling.ts';
import { contextParts, fallbackReason, WORDS } from '../terminal/verdict.ts';
import { type Mood, moodText, reasonMarkup, sentence } from './section.ts';

const MOODS: Readonly<Record<Status, Mood>> = { pass: 'good', fail: 'bad', inconclusive: 'unsure' };
const GROUNDS: Readonly<Record<Mood, string>> = {
  good: '#e2f4ec',
  bad: '#fbe7e5',
  unsure: '#fdf1d8',
  soft: '#f4f6f8',
};

/** What stands in the banner. */
export interface Headline {
  readonly word: string;
  readonly mood: Mood;
  readonly lead: string;
  readonly reasons: readonly Reason[];
}

/** The answer of a launch, the bracket of a capacity search, how a canary's run went, the verdict of others. */
export function headlineOf(result: ResultDocument): Headline {
  const { launch, capacity, canary, verdict } = result;
  const mood = MOODS[verdict.status];
  if (launch !== undefined) {
    const accepted = launch.accepted
      ? [{ code: '', text: 'this is accepted, as it was asked for by flag' }]
      : [];
    return {
      word: ANSWERS[launch.answer],
      mood: launchMood(launch),
      lead: answerText(launch, result),
      reasons: [...reasonsOf(result, launch), ...accepted],
    };
  }
  if (capacity !== undefined) {
    return {
      word: capacityWord(capacity),
      mood,
      lead: bracketText(capacity, capacity.brokeBy),
      reasons: verdict.reasons,
    };
  }
  if (canary !== undefined) {
    return {
      word: OUTCOMES[canary.outcome],
      mood: MOODS[OUTCOME_STATUS[canary.outcome]],
      lead: outcomeSentence(canary),
      reasons: [{ code: '', text: stateSentence(canary) }],
    };
  }
  const [first, ...others] = verdict.reasons;
  const lead =
    first === undefined
      ? fallbackReason(result)
      : first.code === ''
        ? first.text
        : `${first.text} (${first.code})`;
  return { word: WORDS[verdict.status], mood, lead, reasons: others };
}

/** The bracket as short as a title must be: `317/s to 345/s`. */
function capacityWord({ heldPerSecond: held, brokePerSecond: broke }: CapacityReport): string {
  if (held !== null && broke !== null) return `CAPACITY ${formatRate(held)} to ${formatRate(broke)}`;
  if (held !== null) return `CAPACITY at least ${formatRate(held)}`;
  return broke === null ? 'CAPACITY not known' : `CAPACITY below ${formatRate(broke)}`;
}

function launchMood({ answer, accepted }: LaunchReport): Mood {
  if (answer === 'yes') return 'good';
  if (answer === 'no') return 'bad';
  return accepted ? 'good' : 'unsure';
}

/** The banner and the tiles under it. */
export function headlineMarkup(result: ResultDocument): string {
  const { word, mood, lead, reasons } = headlineOf(result);
  const { stopped, launch } = result;
  const { shown: first, others } = tellingReasons(reasons);
  const rest = others.length === 0 ? [] : [{ code: '', text: othersText(others.length) }];
  const told = [...first, ...rest];
  const stop =
    stopped === null || [lead, ...first.map(({ text }) => text)].some((text) => text.includes(stopped.text))
      ? []
      : [{ code: '', text: `stopped early: ${stopped.text} (by ${stopped.by})` }];
  const headroom = launch === undefined ? '' : headroomSentence(launch);
  const content = [
    element('h1', {}, element('font', { size: '6' }, moodText(mood, word).markup)),
    element('p', { class: 'lead' }, shown(sentence(lead), 2000)),
    ...(headroom === '' ? [] : [element('p', {}, element('b', {}, 'Headroom'), ` ${shown(headroom)}`)]),
    ...[...told, ...stop].map((reason) => element('p', {}, reasonMarkup(reason))),
    shortageMarkup(result),
  ];
  return (
    element('p', { class: 'kicker' }, ...subjectMarkup(result), shown(contextText(result), 1000)) +
    element(
      'table',
      {
        class: `banner ${mood}`,
        role: 'presentation',
        width: '100%',
        border: '0',
        cellpadding: '14',
        cellspacing: '0',
        bgcolor: GROUNDS[mood],
      },
      element('tbody', {}, element('tr', {}, element('td', {}, ...content))),
    ) +
    tilesMarkup(tilesOf(result))
  );
}

function subjectMarkup(result: ResultDocument): string[] {
  const text = subjectText(result);
  return text === '' ? [] : [element('b', {}, shown(text, 300)), '<br>'];
}

function contextText(result: ResultDocument): string {
  const { command, planFile, git } = result;
  const commit =
    git === undefined
      ? []
      : [`commit ${git.commit.slice(0, 10)}${git.branch === null ? '' : ` on ${git.branch}`}`];
  return [
    `headroom ${command}`,
    ...(planFile === null ? [] : [planFile]),
    ...contextParts(result),
    ...commit,
  ].join(' · ');
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

function tilesMarkup(tiles: readonly Tile[]): string {
  const cells = tiles.map(({ name, value, detail }) =>
    element(
      'td',
      { valign: 'top', bgcolor: '#ffffff' },
      element('font', { class: 'soft', color: '#555f6b' }, shown(name)),
      '<br>',
      element('b', {}, shown(value)),
      '<br>',
      element('small', {}, shown(detail)),
    ),
  );
  if (cells.length === 0) return '';
  const look = {
    class: 'tiles',
    role: 'presentation',
    width: '100%',
    border: '0',
    cellpadding: '10',
    cellspacing: '0',
  };
  return element('table', look, element('tbody', {}, element('tr', {}, ...cells)));
}

function tilesOf(result: ResultDocument): Tile[] {
  if (result.comparison !== undefined) {
    return result.comparison.findings.map((finding) => {
      const { value, low, high } = changeOf(finding);
      const { indicator, minimumEffect } = finding;
      const show = (change: number | null): string => signedChange(indicator, change);
      const range = low === null && high === null ? '' : `${show(low)} to ${show(high)}; `;
      return {
        name: `change of ${indicator}`,
        value: show(value),
        detail: `${range}matters from ${show(minimumEffect)}`,
      };
    });
  }
  if (result.capacity !== undefined) return searchTiles(result.capacity, result.launch);
  return runTiles(result);
}

function searchTiles(capacity: CapacityReport, launch: LaunchReport | undefined): Tile[] {
  const { heldPerSecond, brokePerSecond, widthRatio, trials, elapsedMs, requests, brokeBy } = capacity;
  const rate = (value: number | null): string => (value === null ? UNKNOWN : formatRate(value));
  return [
    ...(launch === undefined
      ? []
      : [
          {
            name: 'expected peak',
            value: rate(launch.askedPerSecond),
            detail: `with margin and spare: ${rate(launch.questions[0]?.ratePerSecond ?? null)}`,
          },
        ]),
    { name: 'held', value: rate(heldPerSecond), detail: 'highest rate shown to hold' },
    {
      name: 'broke',
      value: rate(brokePerSecond),
      detail: brokeBy === null ? 'no rate was shown to break' : `by ${brokeBy}`,
    },
    {
      name: 'trials',
      value: formatCount(trials.length),
      detail: `${formatCount(requests)} requests in ${formatDurationMs(elapsedMs)}`,
    },
    ...(launch === undefined && widthRatio !== null
      ? [
          {
            name: 'width of the bracket',
            value: formatRatio(widthRatio),
            detail: `${formatRatio(capacity.precisionRatio)} was aimed at`,
          },
        ]
      : []),
  ];
}

function runTiles({ totals }: ResultDocument): Tile[] {
  const { ratePerSecond, response, errorRatio } = totals;
  const { asked, completed } = ratePerSecond;
  const quantile = (name: string): Tile[] => {
    const found = response.quantiles[name];
    if (found === undefined) return [];
    if (found.needs !== null) {
      const detail = response.count === 0 ? 'no success' : `n too small (needs ${formatCount(found.needs)})`;
      return [{ name, value: UNKNOWN, detail }];
    }
    const estimate = { value: found.valueMs, low: found.lowMs, high: found.highMs };
    return [
      {
        name: `${name} of successes`,
        value: formatDuration(found.valueMs),
        detail: intervalText('ms', estimate),
      },
    ];
  };
  return [
    {
      name: 'answered',
      value: formatRate(completed),
      detail: asked === null ? 'closed loop' : `of ${formatRate(asked)} asked for`,
    },
    ...quantile('p50'),
    ...quantile('p99'),
    { name: 'errors', value: formatIn('ratio', errorRatio.value), detail: intervalText('ratio', errorRatio) },
    {
      name: 'requests',
      value: formatCount(totals.sent),
      detail: `${formatCount(totals.failed)} failed, ${formatCount(totals.dropped)} dropped`,
    },
  ];
}

function intervalText(unit: Unit, estimate: Parameters<typeof formatBounds>[1]): string {
  const bounds = formatBounds(unit, estimate);
  return bounds === null ? '' : `95% interval ${bounds.join(' to ')}`;
}
