/** The answer to the launch question, in words for those who have to decide, and what it rests on or lacks. */

import { formatRate, formatRatio } from '../../core/units.ts';
import type { Reason, ResultDocument } from '../../result/document.ts';
import type { LaunchAnswer, LaunchReport, LaunchStep } from '../../verdict/launch/report.ts';
import { plural } from '../format.ts';
import { hanging, INDENT, textWidth } from '../terminal/layout.ts';
import { reasonText } from '../terminal/verdict.ts';
import type { Ink } from '../terminal-ink.ts';
import { formula } from './questions.ts';

/** The word for an answer. */
export const ANSWERS: Readonly<Record<LaunchAnswer, string>> = {
  yes: 'YES',
  'yes-without-margin': 'YES, WITHOUT MARGIN',
  'yes-without-spare-zone': 'YES, WITHOUT A SPARE ZONE',
  no: 'NO',
  inconclusive: 'INCONCLUSIVE',
};

/** Widest badge that a sentence stands beside; under a longer one it begins a line of its own. */
const WIDEST_BADGE = 12;
/** More objectives than this are counted, not named. */
const MOST_NAMES = 3;

/** The answer, then every reason for it, the worst first. */
export function answerLines(result: ResultDocument, launch: LaunchReport, ink: Ink): string[] {
  const word = ANSWERS[launch.answer];
  const badge = paintOf(launch, ink)(ink.strong(word));
  const sentence = ink.plain(answerText(launch, result));
  const isBeside = textWidth(word) <= WIDEST_BADGE;
  const margin = ' '.repeat(isBeside ? textWidth(word) + 2 : INDENT);
  const accepted = launch.accepted ? ['this is accepted, as it was asked for by flag'] : [];
  return [
    ...(isBeside ? hanging(ink, `${badge}  `, sentence) : [badge, ...hanging(ink, margin, sentence)]),
    ...reasonsOf(result, launch).flatMap((reason) => hanging(ink, margin, reasonText(ink, reason))),
    ...accepted.flatMap((text) => hanging(ink, margin, text)),
  ];
}

/** Why the answer is what it is: its own reasons, or those of the verdict when it has none. */
export function reasonsOf({ verdict }: ResultDocument, { reasons }: LaunchReport): readonly Reason[] {
  return reasons.length === 0 ? verdict.reasons : reasons;
}

function paintOf({ answer, accepted }: LaunchReport, ink: Ink): (text: string) => string {
  switch (answer) {
    case 'yes':
      return ink.good;
    case 'no':
      return ink.bad;
    case 'yes-without-margin':
    case 'yes-without-spare-zone':
      return accepted ? ink.good : ink.unsure;
    case 'inconclusive':
      return ink.unsure;
  }
}

/** The sentence beside the word. */
export function answerText(launch: LaunchReport, result: ResultDocument): string {
  const { answer, askedPerSecond, marginRatio, zones, lose, questions } = launch;
  const can = `the system can take the expected peak of ${formatRate(askedPerSecond)}`;
  const margin =
    marginRatio === 0 ? '' : `; a margin of ${formatRatio(marginRatio)} on top of it was not shown`;
  const lost = `${lose} of ${plural(zones, 'zone')} lost`;
  switch (answer) {
    case 'yes':
      return `the system can take the launch: ${heldText(launch, questions[0], result)}`;
    case 'yes-without-margin': {
      if (lose === 0) return `${can}${margin}`;
      const step = questions.find(({ id }) => id === 'without-margin');
      return `${can} with ${lost}: ${heldText(launch, step, result)}${margin}`;
    }
    case 'yes-without-spare-zone':
      return `${can} while all ${plural(zones, 'zone')} are up; with ${lost} it was not shown`;
    case 'no':
      return `the system cannot take ${refusedText(launch, result)}`;
    case 'inconclusive':
      return `it is not shown that the system can take the launch${rateOf(questions[0])}, nor that it cannot`;
  }
}

/** `253/s (130/s × 1.3 margin × 3/2 zones) held; p99 < 250ms and errors < 1% shown`. */
function heldText(launch: LaunchReport, step: LaunchStep | undefined, result: ResultDocument): string {
  const rate = formatRate(step?.ratePerSecond ?? launch.askedPerSecond);
  const how = step === undefined ? '' : formula(launch, step);
  const shown = objectiveNames(result);
  return `${rate}${how === '' ? '' : ` (${how})`} held${shown === '' ? '' : `; ${shown} shown`}`;
}

function objectiveNames({ objectives }: ResultDocument): string {
  const names = objectives.map(({ text }) => text);
  if (names.length > MOST_NAMES) return `all ${names.length} objectives`;
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}

/** What the system cannot take: the peak, the peak all at once or for long, or the launch as it was asked about. */
function refusedText(launch: LaunchReport, { capacity }: ResultDocument): string {
  const { askedPerSecond, surge, soak, questions } = launch;
  const peak = `the expected peak of ${formatRate(askedPerSecond)}`;
  const broke = capacity?.brokePerSecond ?? null;
  if (broke !== null && broke <= askedPerSecond) {
    const by = capacity?.brokeBy ?? null;
    const already = broke < askedPerSecond ? ' already' : '';
    return `${peak}: it breaks at ${formatRate(broke)}${already}${by === null ? '' : `, by ${by}`}`;
  }
  if (questions.some(({ id, label }) => id === 'peak' && label === 'broken')) return peak;
  if (surge?.status === 'fail') return `${peak} all at once`;
  return soak?.status === 'fail' ? `${peak} for long` : 'the launch';
}

function rateOf(step: LaunchStep | undefined): string {
  return step === undefined ? '' : ` (${formatRate(step.ratePerSecond)})`;
}
